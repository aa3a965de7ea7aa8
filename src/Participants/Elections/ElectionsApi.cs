using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.OpenCalls;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Elections;

internal static class ElectionsApi
{
    // Called and cancelled without a fact.
    public static void AddElections(this IServiceCollection services) => services.AddStateTable("seat_election");

    /// <summary>Roll, voters and tally have no entities: nothing may track or join them.</summary>
    public static void MapElections(this ModelBuilder model)
    {
        model.Entity<SeatElection>(election =>
        {
            election.ToTable("seat_election").HasOne<Secretariat>().WithMany().HasForeignKey(row => row.SecretariatId);
            election.HasOne<OpenCall>().WithMany().HasForeignKey(row => row.CallId);
            election.HasMany(row => row.Candidates).WithOne().HasForeignKey(row => row.ElectionId);
            election.HasMany(row => row.Exclusions).WithOne().HasForeignKey(row => row.ElectionId);
        });
        model.Entity<ElectionExclusion>(exclusion =>
        {
            exclusion.ToTable("election_exclusion").HasKey(row => new { row.ElectionId, row.OrganisationId });
            exclusion.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
        model.Entity<ElectionCandidate>(candidate =>
        {
            candidate.ToTable("election_candidate").HasKey(row => new { row.ElectionId, row.OrganisationId });
            candidate.HasOne<Organisation>().WithMany().HasForeignKey(row => row.OrganisationId);
        });
    }

    public static void MapElections(this IEndpointRouteBuilder api)
    {
        api.MapGet("/secretariats/{id:guid}/elections", ReadElections.List).DependsOnStateOnly().WithTags("Elections").ProducesProblem(404).WithSummary("Elections of its civil-society seats, the latest first.");
        var elections = api.MapGroup("/elections/{id:guid}").WithTags("Elections");
        elections.MapGet("", ReadElections.One).DependsOnStateOnly().ProducesProblem(404).WithSummary("Candidates and dates; after the proclamation the sums and who won.");
        elections.MapGet("/roll", ReadElections.Roll).DependsOnStateOnly().ProducesProblem(404).WithSummary("The organisations that may vote.");

        var own = elections.MapGroup("").NeverStored().RequireAuthorization().ProducesProblem(401).ProducesProblem(404);
        own.MapGet("/my/papers", CastSecretVote.Own).WithSummary("The organisations for which the caller may vote.");
        own.MapPost("/papers", CastSecretVote.Handle).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Puts an organisation's paper into the box, once; no answer and no record says what is on it.");

        var desk = api.MapGroup("").WithTags("Elections").RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        desk.MapPost("/secretariats/{id:guid}/elections", CallElection.Handle).AddEndpointFilter<IdempotencyFilter>().WithSummary("Calls an election of vacant civil-society seats; fixes candidates and roll.");
        desk.MapPost("/elections/{id:guid}/proclamation", ProclaimElection.Handle).WithSummary("Counts after the last day, publishes the sums and seats the elected.");
        desk.MapPost("/elections/{id:guid}/cancellation", CallElection.Cancel).WithSummary("Calls the election off, with a reason.");
    }
}
