using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Activities;

/// <summary>What a responsible institution says: the state it claims, why, and what proves it.</summary>
public sealed record ProgressStatement(ActivityStatus Status, string Explanation, string Period, IReadOnlyList<EvidenceStatement> Evidence);

/// <param name="FileName">Of an uploaded file, for the public fact.</param>
public sealed record EvidenceStatement(EvidenceKind Kind, string? Url, Guid? FileId, string Description, string? FileName, string? Sha256, long? Size);

/// <summary>An account acting for an institution. Only the institution is public.</summary>
public sealed record Reporter(Guid AccountId, Guid OrganisationId, string OrganisationName);

/// <summary>A step of a key action, with its state (SPEC §2.10). Its version is what reports are guarded by.</summary>
public sealed class Activity : AggregateRoot
{
    private Activity()
    {
    }

    public Guid CommitmentId { get; private init; }
    public Guid KeyActionId { get; private init; }
    public int Number { get; private init; }
    public string Title { get; private set; } = "";
    public DateOnly StartsOn { get; private set; }
    public DateOnly EndsOn { get; private set; }
    public Guid ResponsibleOrganisationId { get; private set; }
    public string ResponsibleName { get; private set; } = "";
    public string? ResponsibleUnit { get; private set; }
    public string MeansOfVerification { get; private set; } = "";
    public ActivityStatus Status { get; private set; }

    public ResponsibleParty Responsible => new(ResponsibleOrganisationId, ResponsibleName, ResponsibleUnit);

    internal static Activity FirstPublished(Guid keyActionId, Guid commitmentId, ActivityDocument document)
    {
        var activity = new Activity { Id = Guid.CreateVersion7(), KeyActionId = keyActionId, CommitmentId = commitmentId, Number = document.Number };
        activity.Take(document);
        return activity;
    }

    internal void Take(ActivityDocument document)
    {
        Title = document.Title;
        StartsOn = document.Start!.Value;
        EndsOn = document.End!.Value;
        ResponsibleOrganisationId = document.Responsible!.Id!.Value;
        ResponsibleName = document.Responsible.Name!;
        ResponsibleUnit = document.Responsible.Unit;
        MeansOfVerification = document.MeansOfVerification!;
        if (Status == ActivityStatus.Cancelled)
            Status = ActivityStatus.NotStarted;
    }

    /// <summary>By an approved change only: an amendment that leaves it out.</summary>
    internal void Cancel() => Status = ActivityStatus.Cancelled;

    /// <returns>The state before.</returns>
    internal Result<ActivityStatus> Report(ProgressStatement statement)
    {
        var (from, to) = (Status, statement.Status);
        if (from == ActivityStatus.Cancelled)
            return Refusal.Conflict("activity_cancelled");
        if (from == ActivityStatus.Verified)
            return Refusal.Conflict("activity_verified");
        if (to is not (ActivityStatus.NotStarted or ActivityStatus.InProgress or ActivityStatus.Completed))
            return Refusal.Rule("status_not_reportable", "status");
        if (Math.Abs(to - from) > 1)
            return Refusal.Rule("status_skips_a_step", "status", from.Code(), to.Code());
        // INV-30.
        if (to == ActivityStatus.Completed && from != ActivityStatus.Completed && statement.Evidence.Count == 0)
            return Refusal.Rule("evidence_missing", "evidence");
        Status = to;
        Touch();
        return from;
    }

    /// <returns>The state before.</returns>
    internal Result<ActivityStatus> Verify(bool verified)
    {
        var from = Status;
        if (from != (verified ? ActivityStatus.Completed : ActivityStatus.Verified))
            return Refusal.Conflict(verified ? "activity_not_completed" : "activity_not_verified");
        Status = verified ? ActivityStatus.Verified : ActivityStatus.Completed;
        Touch();
        return from;
    }
}
