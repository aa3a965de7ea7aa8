using System.Numerics;
using OpenGov.ActionPlans.Activities;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Commitments;

/// <summary>
/// A published commitment with its key actions and activities: the aggregate of every fact about progress. Whoever changes one
/// of its activities locks its row first, so that progress is computed from activities that nobody else is changing.
/// </summary>
public sealed class Commitment : AggregateRoot
{
    private readonly List<KeyAction> keyActions = [];

    private Commitment()
    {
    }

    public Guid PlanId { get; private init; }
    public int Number { get; private init; }
    public string Identifier { get; private init; } = "";
    public string Title { get; private set; } = "";
    public CommitmentKind Kind { get; private set; }
    public string Theme { get; private set; } = "";
    public CommitmentStatus Status { get; private set; }

    /// <summary>The commitment as published, in the form of the plan document.</summary>
    public string Definition { get; private set; } = "";

    public int AddedInVersion { get; private init; }
    public DateTimeOffset PublishedAt { get; private set; }
    public BigInteger VerifiedNumerator { get; private set; }
    public BigInteger VerifiedDenominator { get; private set; } = 1;
    public BigInteger ReportedNumerator { get; private set; }
    public BigInteger ReportedDenominator { get; private set; } = 1;
    public DateTimeOffset? LastReportedAt { get; private set; }
    public DateTimeOffset? WithdrawnAt { get; private set; }
    public string? WithdrawalReason { get; private set; }
    public string? WithdrawalNumber { get; private set; }
    public string? WithdrawalSession { get; private set; }
    public DateOnly? WithdrawalAdoptedOn { get; private set; }
    public string? WithdrawalDocumentUrl { get; private set; }

    public IReadOnlyList<KeyAction> KeyActions => keyActions;

    public ExactProgress Progress =>
        new(new Fraction(VerifiedNumerator, VerifiedDenominator), new Fraction(ReportedNumerator, ReportedDenominator));

    internal static Commitment FirstPublished(Guid id, Guid planId, int number, string identifier, int planVersion) => new()
    {
        Id = id,
        PlanId = planId,
        Number = number,
        Identifier = identifier,
        AddedInVersion = planVersion,
        Status = CommitmentStatus.Published,
    };

    /// <summary>
    /// Takes the wording of a plan version that <see cref="Plans.PublicationRules"/> let pass. Key actions and activities keep
    /// their identity, state and reports by number; those that the document leaves out are cancelled.
    /// </summary>
    internal Result Take(CommitmentDocument document, int planVersion, DateTimeOffset now)
    {
        Title = document.Title;
        Kind = document.Kind!.Value;
        Theme = document.Theme!;
        Definition = System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(document));
        PublishedAt = now;
        foreach (var action in document.KeyActions)
        {
            var known = keyActions.Find(one => one.Number == action.Number);
            if (known is null)
                keyActions.Add(known = new KeyAction(Guid.CreateVersion7(), Id, action.Number));
            known.Take(action);
        }

        foreach (var dropped in keyActions.Where(known => document.KeyActions.All(action => action.Number != known.Number)))
            dropped.Remove(planVersion);
        return Recompute();
    }

    /// <summary>SPEC §2.10: the responsible institution moves its activity one step forward or back, or explains without moving it.</summary>
    public Result<ProgressReport> ReportProgress(Guid activityId, ProgressStatement statement, Reporter reporter, DateTimeOffset now)
    {
        if (Status is not (CommitmentStatus.Published or CommitmentStatus.InImplementation))
            return Refusal.Conflict("commitment_not_open");
        var activity = Find(activityId);
        if (activity.ResponsibleOrganisationId != reporter.OrganisationId)
            return Refusal.Forbidden();
        var moved = activity.Report(statement);
        if (moved.IsRefused)
            return Result<ProgressReport>.From(moved.Refusals);

        if (Status == CommitmentStatus.Published)
            Status = CommitmentStatus.InImplementation;
        LastReportedAt = now;
        var recomputed = Recompute();
        if (recomputed.IsRefused)
            return Result<ProgressReport>.From(recomputed.Refusals);
        return ProgressReport.Of(activity, moved.Value, statement, reporter, now);
    }

    /// <summary>INV-30: somebody of another institution verifies a completed activity, or takes a verification back.</summary>
    public Result<Verification> Verify(Guid activityId, bool verified, string note, Reporter verifier, DateTimeOffset now)
    {
        if (Status is not (CommitmentStatus.Published or CommitmentStatus.InImplementation))
            return Refusal.Conflict("commitment_not_open");
        var activity = Find(activityId);
        if (activity.ResponsibleOrganisationId == verifier.OrganisationId)
            return Refusal.Rule("verifier_is_responsible");
        var moved = activity.Verify(verified);
        if (moved.IsRefused)
            return Result<Verification>.From(moved.Refusals);
        var recomputed = Recompute();
        if (recomputed.IsRefused)
            return Result<Verification>.From(recomputed.Refusals);
        return Verification.Of(activity, moved.Value, note, verifier, now);
    }

    /// <summary>INV-28: only by resolution and with a reason; the text stays public.</summary>
    public Result Withdraw(ResolutionReference resolution, string reason, DateTimeOffset now)
    {
        if (Status is not (CommitmentStatus.Published or CommitmentStatus.InImplementation))
            return Refusal.Conflict("commitment_not_open");
        Status = CommitmentStatus.Withdrawn;
        WithdrawnAt = now;
        WithdrawalReason = reason;
        (WithdrawalNumber, WithdrawalSession, WithdrawalAdoptedOn, WithdrawalDocumentUrl) =
            (resolution.Number, resolution.Session, resolution.AdoptedOn, resolution.DocumentUrl);
        return Result.Done;
    }

    public Activity Find(Guid activityId) => keyActions.SelectMany(action => action.Activities).Single(activity => activity.Id == activityId);

    private Result Recompute()
    {
        var progress = CommitmentArithmetic.Progress(keyActions
            .Where(action => action.RemovedInVersion is null)
            .Select(action => new WeightedAction(action.Weight, [.. action.Activities.Select(activity => activity.Status)]))
            .ToArray());
        if (progress.IsRefused)
            return Result.From(progress.Refusals);
        (VerifiedNumerator, VerifiedDenominator) = (progress.Value.Verified.Numerator, progress.Value.Verified.Denominator);
        (ReportedNumerator, ReportedDenominator) = (progress.Value.Reported.Numerator, progress.Value.Reported.Denominator);
        return Result.Done;
    }
}

/// <summary>Acción clave: a weighted part of a commitment.</summary>
public sealed class KeyAction(Guid id, Guid commitmentId, int number)
{
    private readonly List<Activity> activities = [];

    public Guid Id { get; private init; } = id;
    public Guid CommitmentId { get; private init; } = commitmentId;
    public int Number { get; private init; } = number;
    public string Title { get; private set; } = "";

    /// <summary>1 to 100 (INV-21).</summary>
    public int Weight { get; private set; }

    /// <summary>The version whose amendment dropped it; its weight then no longer counts.</summary>
    public int? RemovedInVersion { get; private set; }

    public IReadOnlyList<Activity> Activities => activities;

    internal void Take(KeyActionDocument document)
    {
        Title = document.Title;
        Weight = document.Weight!.Value;
        RemovedInVersion = null;
        foreach (var activity in document.Activities)
        {
            var known = activities.Find(one => one.Number == activity.Number);
            if (known is null)
                activities.Add(Activity.FirstPublished(Id, CommitmentId, activity));
            else
                known.Take(activity);
        }

        foreach (var dropped in activities.Where(known => document.Activities.All(activity => activity.Number != known.Number)))
            dropped.Cancel();
    }

    internal void Remove(int planVersion)
    {
        RemovedInVersion ??= planVersion;
        foreach (var activity in activities)
            activity.Cancel();
    }
}
