using Microsoft.AspNetCore.Http.HttpResults;

namespace OpenGov.ActionPlans.PlanFormat;

internal static class PlanFormatApi
{
    public static void MapPlanFormat(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/action-plans/v1/plan-format", Get).WithTags("Plan format").WithSummary("JSON Schema of the document that imports a plan");

    private static FileContentHttpResult Get() => TypedResults.Bytes(PlanSchema.Utf8, "application/schema+json; charset=utf-8");
}
