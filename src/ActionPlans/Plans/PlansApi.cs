using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Plans;

internal static class PlansApi
{
    public static void MapPlans(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1/plans").WithTags("Plans");
        group.MapPost("/import", ImportPlan.Handle).RequirePost(StaffRole.ExecutiveSecretary).MayRefuse(400, 409, 413, 415, 422).AddEndpointFilter<IdempotencyFilter>()
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(StrictJson.MaxBytes + 1024))
            .WithSummary("Imports a plan document: an own plan becomes a draft, another one a public page");
        group.MapGet("", PlanReads.List).DependsOnStateOnly().MayRefuse(401, 403).WithSummary("Published plans; for staff also drafts");
        group.MapGet("/{key}", PlanReads.Get).DependsOnStateOnly().Validated().MayRefuse(404).WithSummary("A plan's latest version, by identifier (MX-MEX-PAL01) or id, with its commitments and the three rates");
        group.MapGet("/{key}/versions", PlanReads.Versions).DependsOnStateOnly().MayRefuse(404).WithSummary("All published versions with their resolutions and hashes");
        group.MapGet("/{key}/versions/{number:int}", PlanReads.Version).DependsOnStateOnly().Validated().MayRefuse(404).WithSummary("The canonical JSON of one version, immutable (INV-26)");
        group.MapGet("/{id:guid}/draft", PlanReads.Draft).RequirePost().MayRefuse(404).WithSummary("The draft that staff prepare");
        group.MapGet("/{id:guid}/readiness", PublishPlan.Readiness).RequirePost().MayRefuse(404).WithSummary("Every rule that still keeps the draft from being published");
        group.MapPost("/{id:guid}/publication", PublishPlan.Handle).RequirePost(StaffRole.ExecutiveSecretary).Guarded().MayRefuse(400, 404, 409, 422).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Publishes the draft as the plan's next immutable version (INV-20 to INV-28)");
    }
}
