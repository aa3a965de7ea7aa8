using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

public static class LegalProfilesApi
{
    public static void MapLegalProfiles(this IEndpointRouteBuilder api)
    {
        var profiles = api.MapGroup("").WithTags("Legal profile");
        profiles.MapGet("/legal-profile", ReadLegalProfiles.InForce).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("The rules in force on a day.");
        profiles.MapGet("/legal-profiles", ReadLegalProfiles.List).DependsOnStateOnly().WithSummary("All versions, the latest first.");
        profiles.MapGet("/legal-profiles/{id:guid}", ReadLegalProfiles.One).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("One version.");
        profiles.MapGet("/rest-days", ReadLegalProfiles.ProposedRestDays).DependsOnStateOnly().WithSummary("Rest days of Ley Federal del Trabajo art. 74 in a year, to start a calendar from.");
        profiles.MapGet("/legal-profiles/history", ReadHistory.Handle).RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary)
            .WithSummary("Who adopted which version when and why, and what it changed; the latest first.");
        profiles.MapPost("/legal-profiles/comparison", CompareLegalProfile.Handle).ProducesProblem(409).ProducesProblem(422).RequireStaff(StaffRole.Administrator)
            .WithSummary("What a version would change, and what should be looked at; stores nothing.");
        profiles.MapPost("/legal-profiles", AdoptLegalProfile.Handle).ProducesProblem(409).ProducesProblem(422).RequireStaff(StaffRole.Administrator).AddEndpointFilter<IdempotencyFilter>()
            .WithSummary("Adopts a version from a day on; never retroactively.");
        profiles.MapPost("/legal-profiles/{id:guid}/withdrawal", WithdrawLegalProfile.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).RequireStaff(StaffRole.Administrator)
            .WithSummary("Withdraws a version before its first day, with the reason; never after it.");
    }
}
