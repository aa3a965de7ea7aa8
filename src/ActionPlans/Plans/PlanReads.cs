using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.ActionPlans.Commitments;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Reference;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Plans;

internal static class PlanReads
{
    /// <summary>Published plans, the latest number first; with drafts=true also drafts, for staff.</summary>
    public static async Task<Results<Ok<Page<PlanSummary>>, ProblemHttpResult, ChallengeHttpResult>> List(
        bool? drafts, ActionPlansDb database, Permissions permissions, HttpContext http, CancellationToken cancellationToken)
    {
        var withDrafts = drafts == true;
        if (withDrafts)
        {
            // The challenge says what was wrong with a token; the gateway listens to it.
            if (http.Account() is not { } account)
                return TypedResults.Challenge();
            if (!await permissions.HasPostAsync(account.AccountId, null, cancellationToken))
                return http.Problem(Refusal.Forbidden());
        }

        // Numbers end at 99, so one page holds them all.
        var published = await database.Plans.AsNoTracking().ToListAsync(cancellationToken);
        var waiting = withDrafts
            ? await database.Drafts.AsNoTracking().Select(one => new { one.Id, one.Version, one.Identifier, one.Number, one.Title }).ToListAsync(cancellationToken)
            : [];
        var items = published
            .Select(plan => (Plan: plan, Draft: waiting.Find(draft => draft.Id == plan.Id)))
            .Select(pair => new PlanSummary(
                pair.Plan.Id, pair.Plan.Identifier, pair.Plan.Number, pair.Plan.Title, pair.Plan.PublishedVersion, pair.Draft is not null, pair.Draft?.Version,
                pair.Plan.PeriodStart, pair.Plan.PeriodEnd, pair.Plan.ExampleData, pair.Plan.PublishedAt))
            .Concat(waiting.Where(draft => published.TrueForAll(plan => plan.Id != draft.Id))
                .Select(draft => new PlanSummary(draft.Id, draft.Identifier, draft.Number, draft.Title, null, true, draft.Version, null, null, false, null)))
            .OrderByDescending(plan => plan.Number)
            .ToArray();
        return TypedResults.Ok(new Page<PlanSummary>(items, null));
    }

    public static async Task<Results<Ok<PlanView>, StatusCodeHttpResult, ProblemHttpResult>> Get(
        string key, ActionPlansDb database, CommitmentList commitments, NpgsqlDataSource source, HttpContext http, CancellationToken cancellationToken)
    {
        if (await Keys.PlanAsync(key, source, cancellationToken) is not { } id)
            return http.Problem(Refusal.NotFound());
        var plan = await database.Plans.AsNoTracking().SingleAsync(one => one.Id == id, cancellationToken);
        if (http.IsNotModified(VersionTag.Of(plan.Version, await commitments.StampAsync(id, cancellationToken))))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var version = await database.PlanVersions.AsNoTracking().SingleAsync(one => one.PlanId == id && one.Number == plan.PublishedVersion, cancellationToken);
        var document = CanonicalJson.Read<PlanContent>(version.Content).Plan;
        return TypedResults.Ok(new PlanView(
            plan.Id,
            plan.Version,
            plan.Identifier,
            plan.Number,
            plan.Title,
            document.Objective,
            plan.PeriodStart,
            plan.PeriodEnd,
            plan.ExampleData,
            version.Number,
            version.ContentHash,
            version.Approval,
            version.ChangeSummary,
            version.PublishedAt,
            document with { Commitments = [] },
            await commitments.ReadAsync("", id, null, Cursor.MaxLimit, cancellationToken),
            await commitments.RatesAsync(id, cancellationToken),
            document.ExampleFields));
    }

    public static async Task<Results<Ok<ItemList<PlanVersionView>>, ProblemHttpResult>> Versions(
        string key, ActionPlansDb database, NpgsqlDataSource source, HttpContext http, CancellationToken cancellationToken)
    {
        if (await Keys.PlanAsync(key, source, cancellationToken) is not { } id)
            return http.Problem(Refusal.NotFound());
        var versions = await database.PlanVersions.AsNoTracking()
            .Where(one => one.PlanId == id)
            .OrderByDescending(one => one.Number)
            .Select(one => new PlanVersionView(
                one.Number,
                one.ContentHash,
                new ResolutionReference(one.ApprovalNumber, one.ApprovalSession, one.ApprovalAdoptedOn, one.ApprovalDocumentUrl),
                one.ChangeSummary,
                one.PublishedAt))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new ItemList<PlanVersionView>(versions));
    }

    /// <summary>The canonical bytes of a version. Whoever hashes them gets the version's hash, which is also the ETag (INV-26).</summary>
    public static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Version(
        string key, int number, ActionPlansDb database, NpgsqlDataSource source, HttpContext http, CancellationToken cancellationToken)
    {
        if (await Keys.PlanAsync(key, source, cancellationToken) is not { } id)
            return http.Problem(Refusal.NotFound());
        var version = await database.PlanVersions.AsNoTracking().SingleOrDefaultAsync(one => one.PlanId == id && one.Number == number, cancellationToken);
        if (version is null)
            return http.Problem(Refusal.NotFound());
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return http.IsNotModified(ETags.Of(version.ContentHash))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(version.Content, "application/json; charset=utf-8");
    }

    public static async Task<Results<Ok<PlanDraftView>, ProblemHttpResult>> Draft(Guid id, PublicationDesk desk, HttpContext http, CancellationToken cancellationToken)
    {
        var subject = await desk.OpenAsync(id, cancellationToken);
        if (subject is null)
            return http.Problem(Refusal.NotFound());
        var (draft, document) = (subject.Draft, subject.Document);
        var failures = PublicationRules.Check(subject.Rules);
        http.Response.GetTypedHeaders().ETag = ETags.Of(draft.Version);
        return TypedResults.Ok(new PlanDraftView(
            draft.Id, draft.Version, draft.Identifier, draft.BasedOn, draft.ChangedAt, document,
            [.. draft.Commitments.OrderBy(one => one.Number).Select(Describe)]));

        DraftCommitmentView Describe(DraftCommitment known)
        {
            var index = document.Commitments.ToList().FindIndex(one => one.Number == known.Number);
            var place = $"/commitments/{index}";
            return new DraftCommitmentView(
                known.Id, known.Number, known.Identifier, document.Commitments[index].Title,
                PublicationRules.StatusOf(failures, place), known.DefinitionHash, [.. subject.Rules.Acceptances[known.Number]]);
        }
    }
}
