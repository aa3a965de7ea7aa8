using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.PlanFormat;

internal static class PlanFormatApi
{
    public static void MapPlanFormat(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/action-plans/v1/plan-format", Get).DependsOnStateOnly().Validated().WithTags("Plan format").WithSummary("JSON Schema of the document that imports a plan");

    private static readonly string Hash = CanonicalJson.Hash(PlanSchema.Utf8.Span);

    private static Results<FileContentHttpResult, StatusCodeHttpResult> Get(HttpContext http) => http.IsNotModified(ETags.Of(Hash))
        ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
        : TypedResults.Bytes(PlanSchema.Utf8, "application/schema+json; charset=utf-8");
}
