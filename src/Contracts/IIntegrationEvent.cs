namespace OpenGov.Contracts;

/// <summary>
/// A past-tense fact that one service (its owner) tells the others. Implementations are records named <c>…V1</c> in
/// <c>OpenGov.Contracts.{Service}.V1</c>; once published their JSON never changes, a <c>V2</c> is put beside them.
/// </summary>
public interface IIntegrationEvent
{
    /// <summary>The thing the fact is about. Facts of one aggregate are applied in order by every consumer.</summary>
    Guid AggregateId { get; }

    /// <summary>The aggregate's version after the fact, 1 for its first.</summary>
    int AggregateVersion { get; }
}

/// <summary>
/// Marks an event that carries personal data. It travels apart from other facts so that its payload can be erased from
/// the owner's event log (INV-52) while the sequence stays whole.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PersonalDataEventAttribute : Attribute;
