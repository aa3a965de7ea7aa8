using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.EvidenceFiles;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Activities;

/// <summary>One piece of evidence: a link with <paramref name="Url"/> or an uploaded file with <paramref name="FileId"/>.</summary>
public sealed record EvidenceInput(EvidenceKind Kind, string? Url, Guid? FileId, string? Description);

/// <param name="Status">Where the activity stands now: one step from where it stood, or the same.</param>
/// <param name="Explanation">Public note on fulfilment, non-fulfilment or delay (SPEC §2.10), at most 4000 characters.</param>
/// <param name="Period">2021-Q1, 2021-S1, 2021-P1 or 2021-03; today's reporting period where left out.</param>
public sealed record ProgressReportInput(ActivityStatus Status, string Explanation, string? Period, IReadOnlyList<EvidenceInput>? Evidence);

/// <param name="ActivityVersion">For the If-Match of the next report.</param>
public sealed record ProgressReported(Guid Id, Guid ActivityId, int ActivityVersion, ActivityStatus Status, ProgressView Progress, DateTimeOffset ReportedAt);

internal static partial class ReportProgress
{
    private const int MaxEvidence = 20;

    /// <summary>The responsible institution's liaison reports on an activity, with evidence. The commitment's progress is computed in the same transaction.</summary>
    public static async Task<Results<Created<ProgressReported>, ProblemHttpResult>> Handle(
        Guid id, ProgressReportInput input, ActionPlansDb database, Permissions permissions, HttpContext http, CancellationToken cancellationToken)
    {
        var refusals = CheckForm(input);
        if (refusals.Count > 0)
            return http.Problem(refusals);

        await using var work = await UnitOfWork.BeginAsync(database, cancellationToken);
        var commitment = await LockedCommitment.OfActivityAsync(id, database, cancellationToken);
        if (commitment is null)
            return http.Problem(Refusal.NotFound());
        var activity = commitment.Find(id);
        var account = http.RequireAccount().AccountId;
        var actingFor = (await permissions.OrganisationsOfAsync(account, database, cancellationToken)).FirstOrDefault(one => one.Id == activity.ResponsibleOrganisationId);
        if (actingFor is null)
            return http.Problem(Refusal.Forbidden());
        var matched = http.RequireMatch(activity.Version);
        if (matched.IsRefused)
            return http.Problem(matched);

        var now = database.Now;
        var evidence = await EvidenceDesk.TakeAsync(input.Evidence ?? [], actingFor.Id, database, now, cancellationToken);
        if (evidence.IsRefused)
            return http.Problem(evidence);
        var thresholds = await CompletionProfile.ReadAsync(database, cancellationToken);
        var statement = new ProgressStatement(input.Status, input.Explanation, input.Period ?? thresholds.PeriodToday, evidence.Value);
        var reported = commitment.ReportProgress(id, statement, new Reporter(account, actingFor.Id, actingFor.Name), now);
        if (reported.IsRefused)
            return http.Problem(reported);

        var report = reported.Value;
        database.Add(report);
        var progress = commitment.Progress.ToContract(thresholds.Suggest(commitment));
        database.Record(new ProgressReportedV1(
            commitment.Id,
            commitment.Touch(),
            report.Id,
            commitment.PlanId,
            commitment.Identifier,
            activity.KeyActionId,
            activity.Id,
            activity.Title,
            report.FromStatus,
            report.ToStatus,
            report.Explanation,
            report.Period,
            activity.Responsible,
            [.. report.Evidence.Zip(evidence.Value, EvidenceDesk.Publish)],
            progress,
            now));
        database.Audit(account, "progress_reported", "activity", activity.Id, before: new { Status = report.FromStatus }, after: new { Status = report.ToStatus, report.Id }, reason: null);
        await database.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);

        http.Response.GetTypedHeaders().ETag = ETags.Of(activity.Version);
        return TypedResults.Created(
            $"/api/action-plans/v1/activities/{id}/progress-reports#{report.Id}",
            new ProgressReported(report.Id, id, activity.Version, activity.Status, ProgressView.Of(commitment.Progress, progress.Suggested), now));
    }

    private static List<Refusal> CheckForm(ProgressReportInput input)
    {
        var refusals = new List<Refusal>();
        if (Texts.Check(input.Explanation, 4000) is { } explanation)
            refusals.Add(Refusal.Invalid("explanation", explanation, 4000));
        if (input.Period is { } period && !PeriodForm().IsMatch(period))
            refusals.Add(Refusal.Invalid("period", "report_period_invalid"));
        var evidence = input.Evidence ?? [];
        if (evidence.Count > MaxEvidence)
            refusals.Add(Refusal.Invalid("evidence", "evidence_too_many", MaxEvidence));
        for (var index = 0; index < Math.Min(evidence.Count, MaxEvidence); index++)
        {
            var (one, field) = (evidence[index], $"/evidence/{index}");
            if (one is null)
            {
                refusals.Add(Refusal.Invalid(field, "field_required"));
                continue;
            }

            if (Texts.Check(one.Description, 500) is { } description)
                refusals.Add(Refusal.Invalid(field + "/description", description, 500));
            if ((one.Kind == EvidenceKind.Link) != (one.Url is not null) || (one.Kind == EvidenceKind.File) != (one.FileId is not null))
                refusals.Add(Refusal.Invalid(field, "evidence_form_invalid"));
            else if (one.Kind == EvidenceKind.Link && !Texts.IsWebAddress(one.Url))
                refusals.Add(Refusal.Invalid(field + "/url", "evidence_url_invalid"));
        }

        return refusals;
    }

    [GeneratedRegex("^[0-9]{4}-(Q[1-4]|S[12]|P([1-9]|1[0-2])|0[1-9]|1[0-2])$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PeriodForm();
}
