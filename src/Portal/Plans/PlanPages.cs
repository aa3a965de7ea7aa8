namespace OpenGov.Portal.Plans;

internal static class PlanPages
{
    public static void MapPlans(this RouteGroupBuilder pages) => pages.MapMethods("/plan", ["GET", "HEAD"], ShowPlan.HandleAsync);
}
