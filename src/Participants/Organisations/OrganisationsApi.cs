using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Organisations.Import;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

public static class OrganisationsApi
{
    public static void MapOrganisations(this IEndpointRouteBuilder api)
    {
        var organisations = api.MapGroup("/organisations").WithTags("Organisations");
        organisations.MapGet("", ReadOrganisations.List).DependsOnStateOnly().WithSummary("Organisations by sector, kind, and words of their names, former names and place.");
        organisations.MapGet("/{id:guid}", ReadOrganisations.One).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("One organisation.");
        organisations.MapGet("/{id:guid}/history", OrganisationHistory.Read).DependsOnStateOnly().ProducesProblem(404).WithSummary("Former names, predecessors and successor of an organisation, and successions that were undone.");
        // Not kept: it depends on who agreed to be named, and on no fact.
        organisations.MapGet("/figures", OrganisationFigures.Read).WithSummary("How many organisations and people take part, by sector; small counts of people are left out.");
        var writing = organisations.MapGroup("").RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        writing.MapGet("/{id:guid}/identifiers", ReadOrganisations.Identifiers).ProducesProblem(404).WithSummary("RFC and CLUNI of an organisation, which are not public.");
        writing.MapPost("", RegisterOrganisation.Handle).ProducesProblem(409).ProducesProblem(422).AddEndpointFilter<IdempotencyFilter>().WithSummary("Registers an organisation.");
        writing.MapPost("/{id:guid}/succession", Succession.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428)
            .WithSummary("Another organisation stands in its place; If-Match with its version.");
        writing.MapPost("/{id:guid}/succession/undo", UndoSuccession.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428)
            .WithSummary("A succession was written down by mistake and nothing was built on it; If-Match with the version.");
        var imports = api.MapGroup("/organisation-imports").WithTags("Organisations").NeverStored().RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        imports.MapGet("/template.csv", ImportOrganisations.Template).WithSummary("The columns of a file of organisations, with an example.");
        imports.MapPost("", ImportOrganisations.Preview).ProducesProblem(413).WithSummary("What a CSV file of at most 10 MB would do; nothing is changed yet.");
        imports.MapPost("/{id:guid}/application", ImportOrganisations.Apply).ProducesProblem(404).ProducesProblem(409).WithSummary("Does all that the file asks for, or nothing.");
        writing.MapPut("/{id:guid}", ChangeOrganisation.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary("Changes an organisation; If-Match with its version.");
    }
}
