using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace OpenGov.Contracts;

/// <summary>The event records of this assembly by their full name.</summary>
public static class EventTypes
{
    private static readonly FrozenDictionary<string, Type> ByName = typeof(EventTypes).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IIntegrationEvent)))
        .ToFrozenDictionary(type => type.FullName!, StringComparer.Ordinal);

    public static IEnumerable<Type> All => ByName.Values;

    public static string NameOf(Type type) => type.FullName!;

    public static bool CarriesPersonalData(Type type) => type.GetCustomAttribute<PersonalDataEventAttribute>() is not null;

    /// <returns>False also for a type that this version of the software does not know.</returns>
    public static bool CarriesPersonalData(string type) => ByName.TryGetValue(type, out var known) && CarriesPersonalData(known);

    /// <returns>The fact, or null when the payload was erased or this version of the software does not know the type.</returns>
    /// <exception cref="JsonException">The payload does not have the form of its type.</exception>
    public static IIntegrationEvent? Read(RecordedEvent recorded) =>
        recorded.Payload is { } payload && ByName.TryGetValue(recorded.Type, out var type)
            ? (IIntegrationEvent?)payload.Deserialize(type, ContractsJson.Options)
            : null;
}
