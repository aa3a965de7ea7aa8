using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Activities;

/// <summary>A public statement of the responsible institution about an activity. It is never changed, only followed by another.</summary>
public sealed class ProgressReport
{
    private readonly List<Evidence> evidence = [];

    private ProgressReport()
    {
    }

    public Guid Id { get; private init; }
    public Guid ActivityId { get; private init; }
    public Guid CommitmentId { get; private init; }

    /// <summary>The activity's version after the report.</summary>
    public int ActivityVersion { get; private init; }

    public ActivityStatus FromStatus { get; private init; }
    public ActivityStatus ToStatus { get; private init; }
    public string Explanation { get; private init; } = "";

    /// <summary>For example 2021-Q1.</summary>
    public string Period { get; private init; } = "";

    public Guid OrganisationId { get; private init; }
    public string OrganisationName { get; private init; } = "";
    public Guid AccountId { get; private init; }
    public DateTimeOffset ReportedAt { get; private init; }
    public IReadOnlyList<Evidence> Evidence => evidence;

    internal static ProgressReport Of(Activity activity, ActivityStatus from, ProgressStatement statement, Reporter reporter, DateTimeOffset now)
    {
        var report = new ProgressReport
        {
            Id = Guid.CreateVersion7(),
            ActivityId = activity.Id,
            CommitmentId = activity.CommitmentId,
            ActivityVersion = activity.Version,
            FromStatus = from,
            ToStatus = activity.Status,
            Explanation = statement.Explanation,
            Period = statement.Period,
            OrganisationId = reporter.OrganisationId,
            OrganisationName = reporter.OrganisationName,
            AccountId = reporter.AccountId,
            ReportedAt = now,
        };
        report.evidence.AddRange(statement.Evidence.Select((one, index) => new Evidence
        {
            Id = Guid.CreateVersion7(),
            ReportId = report.Id,
            Ordinal = index,
            Kind = one.Kind,
            Url = one.Url,
            FileId = one.FileId,
            Description = one.Description,
        }));
        return report;
    }
}

/// <summary>A link, or a file that was uploaded before and belongs to this report from now on.</summary>
public sealed class Evidence
{
    public Guid Id { get; init; }
    public Guid ReportId { get; init; }
    public int Ordinal { get; init; }
    public EvidenceKind Kind { get; init; }
    public string? Url { get; init; }
    public Guid? FileId { get; init; }
    public required string Description { get; init; }
}

/// <summary>INV-30: what somebody of another institution says about a completed activity.</summary>
public sealed class Verification
{
    private Verification()
    {
    }

    public Guid Id { get; private init; }
    public Guid ActivityId { get; private init; }
    public Guid CommitmentId { get; private init; }
    public int ActivityVersion { get; private init; }
    public ActivityStatus FromStatus { get; private init; }
    public ActivityStatus ToStatus { get; private init; }
    public string Note { get; private init; } = "";
    public Guid OrganisationId { get; private init; }
    public string OrganisationName { get; private init; } = "";
    public Guid AccountId { get; private init; }
    public DateTimeOffset VerifiedAt { get; private init; }

    internal static Verification Of(Activity activity, ActivityStatus from, string note, Reporter verifier, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        ActivityId = activity.Id,
        CommitmentId = activity.CommitmentId,
        ActivityVersion = activity.Version,
        FromStatus = from,
        ToStatus = activity.Status,
        Note = note,
        OrganisationId = verifier.OrganisationId,
        OrganisationName = verifier.OrganisationName,
        AccountId = verifier.AccountId,
        VerifiedAt = now,
    };
}
