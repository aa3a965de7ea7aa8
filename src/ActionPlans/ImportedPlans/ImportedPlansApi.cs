using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.ImportedPlans;

public sealed record ImportedPlanSummary(
    string Slug, string Title, string Jurisdiction, JurisdictionLevel Level, string? CveEnt, string? Period, int CommitmentCount, DateTimeOffset ImportedAt);

public sealed record ImportedCommitmentView(CommitmentDocument Printed, IReadOnlyList<Gap> Gaps);

/// <param name="Plan">The document as imported, without commitments and printed results, which follow.</param>
public sealed record ImportedPlanView(
    string Slug,
    DateTimeOffset ImportedAt,
    PlanDocument Plan,
    IReadOnlyList<ImportedCommitmentView> Commitments,
    PrintedResults? PrintedResults,
    RecomputedResults? Recomputed,
    IReadOnlyList<Discrepancy> Discrepancies);

internal static class ImportedPlansApi
{
    /// <summary>Importing records no fact.</summary>
    public static void AddImportedPlans(this IServiceCollection services) => services.AddStateTable("imported_plan");

    public static void MapImportedPlans(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1/imported-plans").WithTags("Imported plans");
        group.MapGet("", List).DependsOnStateOnly().MayRefuse(400).WithSummary("Plans of other exercises, as their sources print them");
        group.MapGet("/{slug}", Get).DependsOnStateOnly().Validated().MayRefuse(404).WithSummary("One imported plan with its gaps, and what it printed beside what we recompute");
    }

    private static async Task<Results<Ok<Page<ImportedPlanSummary>>, ProblemHttpResult>> List(
        string? cursor, int? limit, ActionPlansDb database, HttpContext http, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var after = cursor is null ? [""] : Cursor.Decode(cursor, 1);
        if (after is null)
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));

        var plans = await database.ImportedPlans.AsNoTracking()
#pragma warning disable CA1309 // Becomes SQL's own comparison, the one that the index is ordered by.
            .Where(plan => string.Compare(plan.Slug, after[0]) > 0)
#pragma warning restore CA1309
            .OrderBy(plan => plan.Slug)
            .Take(size.Value + 1)
            .Select(plan => new ImportedPlanSummary(
                plan.Slug, plan.Title, plan.Jurisdiction, plan.Level, plan.CveEnt, plan.Period, plan.CommitmentCount, plan.ImportedAt))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Pages.Of(plans, size.Value, plan => Cursor.Encode(plan.Slug)));
    }

    private static async Task<Results<Ok<ImportedPlanView>, StatusCodeHttpResult, ProblemHttpResult>> Get(
        string slug, ActionPlansDb database, MessageCatalog texts, HttpContext http, CancellationToken cancellationToken)
    {
        var version = await database.ImportedPlans.Where(one => one.Slug == slug).Select(one => (int?)one.Version).SingleOrDefaultAsync(cancellationToken);
        if (version is null)
            return http.Problem(Refusal.NotFound());
        // The explanations come in the reader's language.
        http.Response.Headers.Vary = "Accept-Language";
        if (http.IsNotModified(ETags.Of(string.Create(CultureInfo.InvariantCulture, $"{version}.{CultureInfo.CurrentUICulture.TwoLetterISOLanguageName}"))))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var plan = await database.ImportedPlans.AsNoTracking().SingleAsync(one => one.Slug == slug, cancellationToken);
        var document = plan.Document;
        var (recomputed, discrepancies) = document.PrintedResults is { } printed
            ? PrintedResultsReview.Of(printed, (code, args) => texts.Text(code, args))
            : ((RecomputedResults?)null, (IReadOnlyList<Discrepancy>)[]);
        return TypedResults.Ok(new ImportedPlanView(
            plan.Slug,
            plan.ImportedAt,
            document with { Commitments = [], PrintedResults = null },
            [.. document.Commitments.OrderBy(commitment => commitment.Number).Select(commitment => new ImportedCommitmentView(commitment, Gaps.Of(commitment, texts)))],
            document.PrintedResults,
            recomputed,
            discrepancies));
    }
}
