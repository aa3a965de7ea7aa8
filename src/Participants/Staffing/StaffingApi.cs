using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Staffing;

public static class StaffingApi
{
    public static void MapStaffing(this IEndpointRouteBuilder api)
    {
        var staffing = api.MapGroup("").WithTags("Posts and mandates").RequireStaff(StaffRole.Administrator);
        staffing.MapPost("/accounts/{id:guid}/staff-posts", AssignStaffPost.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Gives an account a post of the operator's staff.");
        staffing.MapGet("/staff-posts/{id:guid}", EndStaffPost.Read).ProducesProblem(404).WithSummary("One post.");
        staffing.MapPost("/staff-posts/{id:guid}/end", EndStaffPost.Handle).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Ends a post now; 409 for the last administrator. The post stays on record.");
        staffing.MapPost("/accounts/{id:guid}/mandates", GrantMandate.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Lets an account act for an organisation.");
        staffing.MapGet("/mandates/{id:guid}", EndMandate.Read).ProducesProblem(404).WithSummary("One mandate.");
        staffing.MapPost("/mandates/{id:guid}/end", EndMandate.Handle).ProducesProblem(404).ProducesProblem(409).WithSummary("Ends a mandate now. It stays on record.");
    }
}
