using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Participants.Instances;

public static class InstancesApi
{
    public static void MapInstance(this IEndpointRouteBuilder api)
    {
        var instance = api.MapGroup("/instance").WithTags("Instance");
        instance.MapGet("", ReadInstance.Handle).DependsOnStateOnly().Produces(304).WithSummary("Who this instance is and how it looks.");
        instance.MapPut("", ChangeInstance.Handle).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).RequireStaff(StaffRole.Administrator).WithSummary("Changes the settings; If-Match with their version.");
        instance.MapGet("/logo", Logos.Read).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("The guarantor's logo.");
        instance.MapPut("/logo", Logos.Put).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).RequireStaff(StaffRole.Administrator).WithSummary("Replaces the logo: PNG, JPEG or WebP, at most 200 KB.");
    }
}
