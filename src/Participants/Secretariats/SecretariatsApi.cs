using Microsoft.AspNetCore.Authorization;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

internal static class SecretariatsApi
{
    public static void AddSecretariats(this IServiceCollection services)
    {
        services.AddScoped<SecretariatDesk>();
        services.AddScoped<TellOfSession>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedActs.Forbidden>();
        // Agenda points, motions, offices and mechanisms change them without a fact.
        services.AddStateTable("secretariat");
        services.AddStateTable("secretariat_session");
        // Proposed and withdrawn without a fact.
        services.AddStateTable("mechanism_proposal");
    }

    public static void MapSecretariats(this IEndpointRouteBuilder api)
    {
        var secretariats = api.MapGroup("/secretariats").WithTags("Technical Secretariat");
        secretariats.MapGet("", ReadSecretariats.List).DependsOnStateOnly().WithSummary("The state's secretariat and those of its regions and municipalities.");
        secretariats.MapGet("/{id:guid}", ReadSecretariats.One).DependsOnStateOnly().ProducesProblem(404).WithSummary("Seats, offices and mechanism on a day; while it is not installed, which rules of INV-01 to INV-07 hold.");
        secretariats.MapGet("/{id:guid}/memberships", ReadSecretariats.Memberships).DependsOnStateOnly().ProducesProblem(404).WithSummary("Who held which seat when.");
        secretariats.MapGet("/{id:guid}/installation-act", ReadInstallationAct.Handle).DependsOnStateOnly().ProducesProblem(404)
            .WithSummary("The act of its installation: which rules were checked and how each came out, members, offices, mechanism.");
        secretariats.MapGet("/{id:guid}/mechanisms", ReadMechanisms.History).DependsOnStateOnly().ProducesProblem(404).WithSummary("The rules by which it works today, and every version of its governance mechanism.");
        secretariats.MapGet("/{id:guid}/mechanisms/{number:int}", ReadMechanisms.Version).DependsOnStateOnly().ProducesProblem(404).WithSummary("One version of its governance mechanism.");
        secretariats.MapGet("/{id:guid}/mechanism-proposals", ReadMechanisms.Proposals).DependsOnStateOnly().ProducesProblem(404).WithSummary("Proposed changes of its governance mechanism, the latest first.");
        api.MapGet("/mechanism-proposals/{id:guid}", ReadMechanisms.Proposal).DependsOnStateOnly().WithTags("Technical Secretariat").ProducesProblem(404)
            .WithSummary("A proposed version, with what it changes and the resolution that enacted it.");
        secretariats.MapGet("/{id:guid}/sessions", ReadSecretariats.Sessions).DependsOnStateOnly().ProducesProblem(404).WithSummary("Its sessions, the latest first.");
        secretariats.MapGet("/{id:guid}/resolutions", ReadSecretariats.Resolutions).DependsOnStateOnly().ProducesProblem(404).WithSummary("Its resolutions, or those about one thing, the latest first.");
        secretariats.MapGet("/{id:guid}/votes", ReadRegisters.Votes).DependsOnStateOnly().ProducesProblem(404).WithSummary("What each seat did in each ballot of all its sessions, the latest first; of one seat, of one year.");
        secretariats.MapGet("/{id:guid}/attendance", ReadRegisters.Attendance).DependsOnStateOnly().ProducesProblem(404).WithSummary("Sessions held and attended, by seat and titular organisation; of one year.");
        api.MapGet("/resolutions/{id:guid}", ReadSecretariats.Resolution).DependsOnStateOnly().WithTags("Technical Secretariat").Produces(304).ProducesProblem(404).WithSummary("One resolution.");

        var composing = secretariats.MapGroup("").RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary).AddEndpointFilter<IdempotencyFilter>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        secretariats.MapGet("/{id:guid}/alerts", ReadAlerts.Handle).RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary).ProducesProblem(404)
            .WithSummary("Vacant seats and terms that end within a year without anybody who follows, with the last mail about each.");
        api.MapPost("/resolutions/{id:guid}/follow-ups", FollowUpResolution.Handle).RequireStaffOrOffice(OfficeOf.Resolution).AddEndpointFilter<IdempotencyFilter>()
            .WithTags("Technical Secretariat").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithSummary("Tells what became of a resolution, beside it.");
        composing.MapPost("", FormSecretariat.Handle).WithSummary("Forms a secretariat.");
        composing.MapPost("/{id:guid}/seats", FormSecretariat.AddSeat).WithSummary("Adds a seat of a sector.");
        composing.MapPost("/{id:guid}/seats/{seatId:guid}/retirement", FormSecretariat.RetireSeat).WithSummary("Takes away a seat that nobody holds, from today on, with the reason.");
        composing.MapPost("/{id:guid}/seats/{seatId:guid}/holders", FormSecretariat.Appoint).WithSummary("An organisation takes a seat as titular or alternate, for a term.");
        composing.MapPost("/{id:guid}/holders/{holdingId:guid}/end", FormSecretariat.End).WithSummary("Ends a holding now; a sector left with nobody suspends the secretariat (INV-08).");
        composing.MapPost("/{id:guid}/holders/{holdingId:guid}/substitution", FormSecretariat.Substitute).WithSummary("Another person sits for the same organisation, in the same term.");
        composing.MapPost("/{id:guid}/offices", FormSecretariat.Assign).WithSummary("Names chair, executive secretary or facilitator.");
        composing.MapPost("/{id:guid}/declaration", FormSecretariat.Declare).WithSummary("Records the joint declaration.");
        composing.MapPost("/{id:guid}/mechanisms", FormSecretariat.WriteMechanism).WithSummary("Writes a version of the governance mechanism, until the installation.");
        composing.MapPost("/{id:guid}/mechanism-proposals", ProposeMechanism.Handle).WithSummary("Proposes a version of the governance mechanism, to be decided in a session.");
        var proposals = api.MapGroup("/mechanism-proposals/{id:guid}").WithTags("Technical Secretariat").RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        proposals.MapPost("/enactment", ProposeMechanism.Enact).WithSummary("Brings it into force by the resolution that adopted exactly this text.");
        proposals.MapPost("/withdrawal", ProposeMechanism.Withdraw).WithSummary("Takes back a proposal.");
        composing.MapPost("/{id:guid}/installation", FormSecretariat.Install).WithSummary("Signs the installation act; names every rule of INV-01 to INV-07 that does not hold.");
        secretariats.MapPost("/{id:guid}/sessions", ConveneSession.Handle).RequireStaffOrOffice(OfficeOf.Secretariat).AddEndpointFilter<IdempotencyFilter>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).WithSummary("Convenes a session with its agenda.");

        var sessions = api.MapGroup("/secretariat-sessions/{id:guid}").WithTags("Sessions of the secretariat");
        sessions.MapGet("", ReadSecretariats.Session).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("Agenda, attendance, quorum, ballots and votes by seat.");
        sessions.MapGet("/refused-acts", RefusedActs.Read).RequireStaffOrOffice(OfficeOf.Session).ProducesProblem(404).WithSummary("What was tried in this session and refused, with the rule; the latest fifty.");
        var running = sessions.MapGroup("").AuditRefusals().RequireStaffOrOffice(OfficeOf.Session).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        running.MapPost("/opening", RunSession.Open).WithSummary("Opens it with quorum, in first or second call.");
        running.MapPost("/cancellation", RunSession.Cancel).WithSummary("Cancels it before it opens, with its reason.");
        running.MapPost("/attendance", RunSession.CheckIn).WithSummary("A seat comes.");
        running.MapPost("/departures", RunSession.CheckOut).WithSummary("A seat leaves.");
        running.MapPost("/agenda-items", RunSession.AddPoint).AddEndpointFilter<IdempotencyFilter>().WithSummary("A point that came up; in an extraordinary session it is not voted on (INV-14).");
        running.MapPost("/documents", SessionDocuments.Attach).WithSummary("Attaches an uploaded file to the session or to a point of its agenda.");
        running.MapPost("/documents/{documentId:guid}/removal", SessionDocuments.Remove).WithSummary("Removes a document before the session begins, with the reason.");
        running.MapPost("/motions", RunSession.Propose).AddEndpointFilter<IdempotencyFilter>().WithSummary("Puts a motion on a point of the agenda.");
        running.MapPost("/motions/{motionId:guid}/ballots", RunSession.OpenBallot).AddEndpointFilter<IdempotencyFilter>().WithSummary("Opens the vote, or opens it again in the same session by naming the next round.");
        running.MapPost("/motions/{motionId:guid}/ballots/close", RunSession.CloseBallot).AddEndpointFilter<IdempotencyFilter>().WithSummary("Closes the round that is named and counts it.");
        running.MapPost("/motions/{motionId:guid}/room-votes", CastVote.Record).WithSummary("Writes down the vote of a seat in the room.");
        running.MapPost("/closing", RunSession.Close).WithSummary("Closes the session; what was carried becomes resolutions.");

        api.MapGet("/my/secretariat-offices", OfficesHeld.Own).WithTags("Technical Secretariat").RequireAuthorization().ProducesProblem(401).WithSummary("The offices from which the caller convenes and runs sessions.");
        var own = sessions.MapGroup("/my").RequireAuthorization().ProducesProblem(401).ProducesProblem(404);
        own.MapGet("/seat", CastVote.Seat).WithSummary("The caller's seat in this session.");
        own.MapPost("/attendance", CastVote.Come).AuditRefusals().ProducesProblem(409).ProducesProblem(422).WithSummary("The caller's seat comes, to the room or from elsewhere.");
        own.MapPost("/departure", CastVote.Leave).AuditRefusals().ProducesProblem(409).ProducesProblem(422).WithSummary("The caller's seat leaves.");
        sessions.MapPost("/motions/{motionId:guid}/votes", CastVote.Own).AuditRefusals().RequireAuthorization().ProducesProblem(401).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("The vote of the caller's seat.");
    }
}
