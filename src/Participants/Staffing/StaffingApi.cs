using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Organisations;
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

        // Not by a post of the staff, but by a mandate in force for the organisation.
        var own = api.MapGroup("/my/organisations/{id:guid}").WithTags("Posts and mandates").NeverStored().RequireAuthorization().ProducesProblem(404);
        own.MapGet("", Representatives.Read).WithSummary("An organisation that I represent, with its representatives.");
        own.MapPost("/representatives", Representatives.Invite).ProducesProblem(429).WithSummary("Invites a further representative; 202 whoever uses the address.");
        own.MapPost("/representatives/{mandateId:guid}/end", Representatives.End).ProducesProblem(409).WithSummary("Ends my mandate or another's of the same organisation.");
        var invitations = api.MapGroup("/representative-invitations/{token}").WithTags("Posts and mandates").NeverStored().ProducesProblem(404);
        invitations.MapGet("", AcceptRepresentation.Read).WithSummary("Which organisation a link is for.");
        invitations.MapPost("", AcceptRepresentation.Handle).ProducesProblem(409).ProducesProblem(422).WithSummary("Accepts to represent the organisation.");
    }

    public static void MapRepresentatives(this ModelBuilder model)
    {
        model.Entity<RepresentativeInvitation>(invitation =>
        {
            invitation.ToTable("representative_invitation");
            invitation.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
            invitation.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
        model.Entity<FormerName>(name =>
        {
            name.ToTable("organisation_former_name").HasKey(row => new { row.OrganisationId, row.RenamedAt });
            name.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
    }
}
