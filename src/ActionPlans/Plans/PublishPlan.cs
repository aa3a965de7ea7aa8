using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Plans;

/// <param name="Approval">A resolution on paper; where the state's secretariat works in this instance, one of before its installation was recorded.</param>
/// <param name="ChangeSummary">Required from the second version on: what changed, for the public change log.</param>
/// <param name="ResolutionId">The resolution of this instance's secretariat about exactly this draft; then <paramref name="Approval"/> is left out.</param>
public sealed record PlanPublication(ResolutionDocument? Approval, string? ChangeSummary, Guid? ResolutionId = null);

/// <param name="ContentHash">SHA-256 of the version's canonical JSON, lower-case hex.</param>
public sealed record PlanPublished(Guid Id, string Identifier, int PlanVersion, string ContentHash, DateTimeOffset PublishedAt);

/// <param name="Rule">INV-20 … INV-28, or the section of the specification, SPEC-2.8.</param>
/// <param name="Field">JSON pointer into the draft's document, or below the publication request.</param>
public sealed record ReadinessItem(string Rule, string Code, string Field, string Detail);

/// <param name="DecidedOn">It approves exactly the draft as it is now.</param>
public sealed record PlanResolution(Guid Id, int Number, DateOnly AdoptedOn, bool DecidedOn);

/// <param name="Version">The draft's, for the If-Match of publication.</param>
/// <param name="Subject">What a motion names to decide on exactly this draft.</param>
/// <param name="RestsOnResolution">The state's secretariat works in this instance: a resolution of its own approves.</param>
/// <param name="PaperBefore">Resolutions on paper are taken from before this day; null where they always are.</param>
/// <param name="Resolutions">In force, on the approval of this plan, in whichever version.</param>
public sealed record PlanReadiness(
    Guid Id, string Identifier, int Version, bool Ready, IReadOnlyList<ReadinessItem> Items, DecisionSubject Subject, bool RestsOnResolution, DateOnly? PaperBefore, IReadOnlyList<PlanResolution> Resolutions);

internal static class PublishPlan
{
    /// <summary>Every rule that the draft still breaks. The resolution of the plan itself is given with the publication.</summary>
    public static async Task<Results<Ok<PlanReadiness>, ProblemHttpResult>> Readiness(
        Guid id, PublicationDesk desk, PlanApprovalReader approvals, MessageCatalog texts, HttpContext http, CancellationToken cancellationToken)
    {
        var subject = await desk.OpenAsync(id, cancellationToken);
        if (subject is null)
            return http.Problem(Refusal.NotFound());
        var items = PublicationRules.Check(subject.Rules)
            .Select(failure => new ReadinessItem(failure.Rule, failure.Code, failure.Field, texts.Text(failure.Code, failure.Args)))
            .ToArray();
        http.Response.GetTypedHeaders().ETag = ETags.Of(subject.Draft.Version);
        var hash = subject.Draft.ContentHash;
        var own = await approvals.OwnAsync(cancellationToken);
        var decided = (await approvals.AboutAsync(id, cancellationToken))
            .Where(one => own is not null && one.SecretariatId == own.Id && one is { IsSuperseded: false, Matter: PlanApproval.Matter, SubjectKind: PlanApproval.SubjectKind })
            .Select(one => new PlanResolution(one.Id, one.Number, one.AdoptedOn, PlanApproval.Approves(one, id, hash)))
            .ToArray();
        return TypedResults.Ok(new PlanReadiness(
            id, subject.Draft.Identifier, subject.Draft.Version, items.Length == 0, items, new DecisionSubject(PlanApproval.SubjectKind, id, hash), own is not null, own?.RecordedOn, decided));
    }

    /// <summary>
    /// Publishes the draft as the plan's next immutable version. Version, commitments, facts and audit are one transaction, so
    /// that page, API and open data can only ever show all of it (INV-27).
    /// </summary>
    public static async Task<Results<Created<PlanPublished>, ProblemHttpResult>> Handle(
        Guid id, PlanPublication request, ActionPlansDb database, PublicationDesk desk, PlanApprovalReader approvals, InstanceClock clock, HttpContext http, CancellationToken cancellationToken)
    {
        await using var work = await UnitOfWork.BeginAsync(database, cancellationToken);
        // Reports on an amended commitment wait until the amendment is through, and the other way round.
        await database.Database.ExecuteSqlAsync($"select id from commitment where plan_id = {id} order by id for update", cancellationToken);
        var subject = await desk.OpenAsync(id, cancellationToken);
        if (subject is null)
            return http.Problem(await database.Plans.AnyAsync(plan => plan.Id == id, cancellationToken) ? Refusal.Conflict("nothing_to_publish") : Refusal.NotFound());
        var matched = http.RequireVersion(subject.Draft.Version);
        if (matched.IsRefused)
            return http.Problem(matched);
        var refusals = CheckForm(request);
        if (refusals.Count > 0)
            return http.Problem(refusals);
        var resolution = request.ResolutionId is { } asked ? (await approvals.AboutAsync(id, cancellationToken)).FirstOrDefault(one => one.Id == asked) : null;
        var approval = resolution is null ? request.Approval?.ToReference() : await approvals.CiteAsync(resolution, cancellationToken);
        var approved = PlanApproval.Check(await approvals.OwnAsync(cancellationToken), request.ResolutionId, resolution, approval, id, subject.Draft.ContentHash);
        var failures = approved
            .Concat(PublicationRules.CheckAct(approval, request.ChangeSummary, subject.Draft.BasedOn, clock.Today).Where(failure => approved.Count == 0 || failure.Rule != "INV-25"))
            .Concat(PublicationRules.Check(subject.Rules))
            .ToArray();
        if (failures.Length > 0)
            return http.Problem([.. failures.Select(failure => Refusal.Rule(failure.Code, failure.Field, failure.Args))]);

        var version = await PublishAsync(subject, request, approval!, http.RequireAccount().AccountId, database, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(version.ContentHash);
        return TypedResults.Created(
            $"/api/action-plans/v1/plans/{id}/versions/{version.Number}",
            new PlanPublished(id, subject.Draft.Identifier, version.Number, version.ContentHash, version.PublishedAt));
    }

    private static List<Refusal> CheckForm(PlanPublication request)
    {
        var refusals = new List<Refusal>();
        if (request.ChangeSummary is { } summary && Texts.Check(summary, 4000) is { } code)
            refusals.Add(Refusal.Invalid("/changeSummary", code, 4000));
        if (request.Approval is { } approval)
            refusals.AddRange(Resolutions.Check(approval, "/approval"));
        return refusals;
    }

    private static async Task<PlanVersion> PublishAsync(
        DraftCase subject, PlanPublication request, ResolutionReference approval, Guid accountId, ActionPlansDb database, CancellationToken cancellationToken)
    {
        var (draft, document, now) = (subject.Draft, subject.Document, database.Now);
        var number = draft.BasedOn + 1;
        var plan = subject.Published ?? Plan.FirstPublished(draft);
        if (subject.Published is null)
            database.Add(plan);

        var commitments = document.Commitments.OrderBy(one => one.Number).Select(definition => Take(definition, subject, number, now, database)).ToArray();
        var content = new PlanContent(
            draft.Identifier, number, approval, request.ChangeSummary, document, [.. commitments.Select(IdsOf)]);
        var bytes = CanonicalJson.Serialize(content);
        var version = new PlanVersion
        {
            PlanId = plan.Id,
            Number = number,
            Content = bytes,
            ContentHash = CanonicalJson.Hash(bytes),
            ApprovalNumber = content.Approval.Number,
            ApprovalSession = content.Approval.Session,
            ApprovalAdoptedOn = content.Approval.AdoptedOn,
            ApprovalDocumentUrl = content.Approval.DocumentUrl,
            ResolutionId = request.ResolutionId,
            ChangeSummary = request.ChangeSummary,
            PublishedAt = now,
            PublishedBy = accountId,
        };
        database.Add(version);
        plan.Show(content, now);
        database.Record(PublishedFacts.Of(plan, version, content, subject.Rules.Context.CveEnt!, plan.Touch()));
        var thresholds = await CompletionProfile.ReadAsync(database, cancellationToken);
        foreach (var commitment in commitments)
            database.Record(PublishedFacts.Of(commitment, plan, document.Commitments.First(one => one.Number == commitment.Number), thresholds));

        (await database.Exercises.SingleAsync(cancellationToken)).PlanPublished();
        database.Remove(draft);
        database.Audit(accountId, "plan_published", "plan", plan.Id, after: new { plan.Identifier, version.Number, version.ContentHash, content.Approval }, reason: request.ChangeSummary);
        return version;
    }

    private static Commitment Take(CommitmentDocument definition, DraftCase subject, int planVersion, DateTimeOffset now, ActionPlansDb database)
    {
        if (!subject.Commitments.TryGetValue(definition.Number, out var commitment))
        {
            var known = subject.Draft.Commitments.First(one => one.Number == definition.Number);
            commitment = Commitment.FirstPublished(known.Id, subject.Draft.Id, definition.Number, known.Identifier, planVersion);
            database.Add(commitment);
        }

        var taken = commitment.Take(definition, planVersion, now);
        // The rules have looked at weights and activities; a refusal here is a bug.
        if (taken.IsRefused)
            throw new InvalidOperationException(taken.Refusals[0].Code);
        commitment.Touch();
        return commitment;
    }

    private static PublishedIds IdsOf(Commitment commitment) => new(
        commitment.Number,
        commitment.Identifier,
        commitment.Id,
        [.. commitment.KeyActions.Where(action => action.RemovedInVersion is null).OrderBy(action => action.Number)
            .SelectMany(action => action.Activities.Where(activity => activity.Status != ActivityStatus.Cancelled).OrderBy(activity => activity.Number)
                .Select(activity => new PublishedActivityIds(action.Number, activity.Number, activity.Id)))]);
}
