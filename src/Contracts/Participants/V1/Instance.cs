namespace OpenGov.Contracts.Participants.V1;

/// <param name="AggregateId">Always the one instance of this installation.</param>
/// <param name="CveEnt">INEGI code of the state, two digits (SPEC §6.3).</param>
/// <param name="Iso">ISO 3166-2 code, for example MX-MEX.</param>
/// <param name="PublicAddress">Origin under which people reach the portal, without a trailing slash.</param>
/// <param name="ExampleData">The instance shows example data, and says so on every page.</param>
public sealed record InstanceConfiguredV1(
    Guid AggregateId,
    int AggregateVersion,
    string CveEnt,
    string Iso,
    string StateName,
    string Name,
    Guid GuarantorId,
    string GuarantorName,
    string PublicAddress,
    IReadOnlyList<string> Languages,
    bool ExampleData) : IIntegrationEvent;

/// <summary>Parameters of SPEC §8 that other services apply, in force from a date.</summary>
public sealed record LegalProfileAdoptedV1(
    Guid AggregateId,
    int AggregateVersion,
    DateOnly ValidFrom,
    LegalParameters Parameters,
    IReadOnlyList<DateOnly> Holidays) : IIntegrationEvent;

/// <summary>A version was withdrawn before its first day: the one before it goes on.</summary>
/// <param name="ValidFrom">The day on which it would have begun.</param>
public sealed record LegalProfileWithdrawnV1(Guid AggregateId, int AggregateVersion, DateOnly ValidFrom) : IIntegrationEvent;

/// <param name="ReportingPeriodMonths">3 = quarterly.</param>
/// <param name="GraceDays">Days after the end of a period until a missing report is overdue.</param>
/// <param name="SubstantialFrom">Progress in percent from which the suggested level is SUBSTANTIAL (SPEC §3.2.3).</param>
/// <param name="CompleteFrom">Progress in percent from which the suggested level is COMPLETE.</param>
public sealed record LegalParameters(
    int ReportingPeriodMonths, int GraceDays, int SubstantialFrom, int CompleteFrom, int PlanDurationMonths, int? MaxCommitments);
