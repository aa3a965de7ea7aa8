using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Plans;

internal static class PlansApi
{
    public static void MapPlans(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1/plans").WithTags("Plans");
        group.MapPost("/import", ImportPlan.Handle).RequirePost(StaffRole.ExecutiveSecretary).AddEndpointFilter<IdempotencyFilter>()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(StrictJson.MaxBytes + 1024))
            .WithSummary("Imports a plan document: an own plan becomes a draft, another one a public page");
    }
}
