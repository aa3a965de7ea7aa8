using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Groups;

internal static class GroupsApi
{
    // Proposed and withdrawn without a fact.
    public static void AddGroups(this IServiceCollection services) => services.AddStateTable("working_group");

    public static void MapGroups(this ModelBuilder model)
    {
        model.Entity<WorkingGroup>(group =>
        {
            group.ToTable("working_group").HasOne<Secretariat>().WithMany().HasForeignKey(row => row.SecretariatId);
            group.HasMany(row => row.Members).WithOne().HasForeignKey(row => row.GroupId);
        });
        model.Entity<GroupMember>(member =>
        {
            member.ToTable("working_group_member").Property(row => row.Id).ValueGeneratedNever();
            member.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
    }

    public static void MapGroups(this IEndpointRouteBuilder api)
    {
        api.MapGet("/secretariats/{id:guid}/groups", ReadGroups.List).DependsOnStateOnly().WithTags("Groups").ProducesProblem(404).WithSummary("Its promoter group and working groups, the latest first.");
        var groups = api.MapGroup("/working-groups/{id:guid}").WithTags("Groups");
        groups.MapGet("", ReadGroups.One).DependsOnStateOnly().ProducesProblem(404).WithSummary("Name, mandate, members over time, and the resolutions that created and ended it.");

        var desk = api.MapGroup("").WithTags("Groups").RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        desk.MapPost("/secretariats/{id:guid}/groups", GroupDesk.Propose).AddEndpointFilter<IdempotencyFilter>().WithSummary("Proposes a working group, or forms the promoter group before the installation.");
        desk.MapPost("/working-groups/{id:guid}/start", GroupDesk.Start).WithSummary("Creates it by the resolution about exactly this proposal.");
        desk.MapPost("/working-groups/{id:guid}/end", GroupDesk.End).WithSummary("Ends it by a resolution about it.");
        desk.MapPost("/working-groups/{id:guid}/withdrawal", GroupDesk.Withdraw).WithSummary("Takes back a proposal.");
        desk.MapPost("/working-groups/{id:guid}/members", GroupDesk.Join).AddEndpointFilter<IdempotencyFilter>().WithSummary("An organisation joins an active group.");
        desk.MapPost("/working-groups/{id:guid}/members/{memberId:guid}/end", GroupDesk.Leave).WithSummary("A member leaves; its time stays on record.");
    }
}
