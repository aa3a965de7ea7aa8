using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

public static class OrganisationsApi
{
    public static void MapOrganisations(this IEndpointRouteBuilder api)
    {
        var organisations = api.MapGroup("/organisations").WithTags("Organisations");
        organisations.MapGet("", ReadOrganisations.List).DependsOnStateOnly().WithSummary("Organisations by sector, kind and part of the name.");
        organisations.MapGet("/{id:guid}", ReadOrganisations.One).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("One organisation.");
        organisations.MapGet("/{id:guid}/history", OrganisationHistory.Read).DependsOnStateOnly().ProducesProblem(404).WithSummary("Former names, predecessors and successor of an organisation.");
        organisations.MapGet("/figures", OrganisationFigures.Read).DependsOnStateOnly().WithSummary("How many organisations and people take part, by sector; small counts of people are left out.");
        var writing = organisations.MapGroup("").RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        writing.MapGet("/{id:guid}/identifiers", ReadOrganisations.Identifiers).ProducesProblem(404).WithSummary("RFC and CLUNI of an organisation, which are not public.");
        writing.MapPost("", RegisterOrganisation.Handle).ProducesProblem(409).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>().WithSummary("Registers an organisation.");
        writing.MapPost("/{id:guid}/succession", Succession.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithSummary("Another organisation stands in its place; If-Match with its version.");
        writing.MapPut("/{id:guid}", ChangeOrganisation.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary("Changes an organisation; If-Match with its version.");
    }
}
