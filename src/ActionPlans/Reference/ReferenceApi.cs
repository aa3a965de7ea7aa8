using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Reference;

/// <param name="RetiredOn">From this day no new commitment takes the theme (INV-24).</param>
public sealed record ThemeView(string Code, string TitleEs, string TitleEn, DateOnly? RetiredOn);

public sealed record SdgView(string Code, int Goal, string Uri, string Title, string TitleEn);

public sealed record ItemList<T>(IReadOnlyList<T> Items);

internal static class ReferenceApi
{
    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1").WithTags("Reference");
        group.MapGet("/themes", Themes).DependsOnStateOnly().WithSummary("Themes (temáticas), of which a commitment has exactly one");
        // The catalogue changes with a release at most.
        group.MapGet("/sdg-goals", Goals).DependsOnStateOnly().AddEndpointFilter(Cached).WithSummary("The 17 goals of the 2030 Agenda");
        group.MapGet("/sdg-targets", Targets).DependsOnStateOnly().MayRefuse(400).AddEndpointFilter(Cached).WithSummary("The 169 targets of the 2030 Agenda, or those of one goal");
    }

    private static ValueTask<object?> Cached(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "public, max-age=3600";
        return next(context);
    }

    private static async Task<Ok<ItemList<ThemeView>>> Themes(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select code, title_es, title_en, retired_on from theme order by position, code");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var themes = new List<ThemeView>();
        while (await reader.ReadAsync(cancellationToken))
            themes.Add(new ThemeView(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3)));
        return TypedResults.Ok(new ItemList<ThemeView>(themes));
    }

    private static Ok<ItemList<SdgView>> Goals() => TypedResults.Ok(new ItemList<SdgView>([.. SdgCatalogue.Goals.Select(View)]));

    private static Results<Ok<ItemList<SdgView>>, ProblemHttpResult> Targets(int? goal, HttpContext http) =>
        goal is < 1 or > 17
            ? http.Problem(Refusal.Invalid("goal", "sdg_unknown", goal))
            : TypedResults.Ok(new ItemList<SdgView>([.. SdgCatalogue.Targets.Where(target => goal is null || target.Goal == goal).Select(View)]));

    private static SdgView View(SdgEntry entry) => new(entry.Code, entry.Goal, entry.Uri, entry.TitleEs, entry.TitleEn);
}
