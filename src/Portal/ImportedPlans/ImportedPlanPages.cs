using OpenGov.Portal.Http;

namespace OpenGov.Portal.ImportedPlans;

internal static class ImportedPlanPages
{
    public static void MapImportedPlans(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/planes-importados");
        group.MapMethods("", ["GET", "HEAD"], ListAsync);
        group.MapMethods("/{slug}", ["GET", "HEAD"], ShowAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ActionPlansApi plans)
    {
        var answer = await plans.ImportedPlansAsync();
        return answer is { Ok: true, Value: { } list } ? Pages.Of<ImportedPlansPage>(list.Items) : Pages.Unavailable(http);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ActionPlansApi plans, string slug)
    {
        var answer = await plans.ImportedPlanAsync(slug);
        return answer is { Ok: true, Value: { } plan } ? Pages.Of<ImportedPlanPage>(plan) : Pages.For(http, answer);
    }
}
