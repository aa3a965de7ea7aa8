using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Elections;

/// <summary>
/// Counts after the last day, publishes the sums, and seats the elected, in one transaction. What happened to a seat or to an organisation since
/// the call never keeps the sums back: who cannot take the seat is named with the rule, and the seat stays vacant.
/// </summary>
internal static class ProclaimElection
{
    public static async Task<Results<Ok<ElectionView>, ProblemHttpResult>> Handle(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        // INV-05: the elected take seats, as who facilitates takes on mandates.
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        if (await ElectionDesk.ForWritingAsync(db, desk, id, cancellationToken) is not var (election, hand))
            return http.Problem(Refusal.NotFound());
        var tally = await db.Database.SqlQuery<Line>($"select line as \"Name\", organisation_id as \"OrganisationId\", votes as \"Votes\" from election_tally where election_id = {id}").ToListAsync(cancellationToken);
        var papers = tally.Single(line => line.Name == "PAPERS").Votes;
        var seats = hand.Secretariat.Seats.Where(seat => election.Seats.Contains(seat.Id)).OrderBy(seat => seat.Number).Select(seat => seat.Id).ToList();
        var counted = election.Proclaim(
            tally.Where(line => line.OrganisationId is not null).ToDictionary(line => line.OrganisationId!.Value, line => line.Votes), papers,
            tally.Single(line => line.Name == "BLANK").Votes, seats, hand.Today, db.Now);
        if (counted.IsRefused)
            return http.Problem(counted);
        // The last paper's transaction is on every row of the sums, and on its voter's: from here on the count's is.
        await db.Database.ExecuteSqlAsync($"update election_tally set votes = votes where election_id = {id}", cancellationToken);
        foreach (var elected in counted.Value.OrderBy(one => seats.IndexOf(one.SeatId!.Value)))
        {
            var organisation = await db.Organisations.Where(row => row.Id == elected.OrganisationId).Select(row => new { row.Sector, row.SuccessorId }).SingleAsync(cancellationToken);
            if (organisation.SuccessorId is not null)
            {
                elected.StayOut(Refusal.Rule("elected_was_succeeded"));
                continue;
            }

            var call = await db.OpenCalls.Where(row => row.Id == election.CallId).Select(row => row.Number).SingleAsync(cancellationToken);
            var taken = hand.Secretariat.Appoint(
                elected.SeatId!.Value,
                new Appointment(
                    SeatRole.Titular, elected.OrganisationId, organisation.Sector, await VoterOfAsync(db, hand, elected.OrganisationId, cancellationToken), null, SeatAccess.Election,
                    $"Elección de la convocatoria {call}, {election.ClosesOn:yyyy-MM-dd}", // Counted late, they sit from the day on which everybody knows; the term ends when it was to end.
                    election.TermFrom > hand.Today ? election.TermFrom : hand.Today, election.TermFrom.AddMonths(hand.Rules.SeatTermMonths), ElectionId: id),
                hand.Rules, hand.Today, hand.Represented);
            if (taken.IsRefused)
                elected.StayOut(taken.Refusals[0]);
        }

        desk.Record(hand.Secretariat.TakeFacts());
        db.Record(election.ProclaimedFact());
        db.Audit(http.RequireAccount().AccountId, "election_proclaimed", "seat_election", id, after: new { papers, elected = counted.Value.Select(one => one.OrganisationId), unseated = counted.Value.Where(one => one.UnseatedRule is not null).Select(one => new { one.OrganisationId, one.UnseatedRule }) });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(await ElectionViews.ViewAsync(db, election, hand.Today, catalog, cancellationToken));
    }

    /// <summary>Who votes for the organisation in the sessions: its representative, where it has exactly one who holds no seat. Else staff names them.</summary>
    private static async Task<Guid?> VoterOfAsync(ParticipantsDb db, SecretariatInHand hand, Guid organisation, CancellationToken cancellationToken)
    {
        var accounts = await db.Mandates.InForce(db.Now).Where(row => row.OrganisationId == organisation).Select(row => row.AccountId).Distinct().Take(2).ToListAsync(cancellationToken);
        return accounts is [var only] && hand.Secretariat.Holdings.All(row => row.AccountId != only) && hand.Secretariat.Offices.All(row => row.AccountId != only) ? only : null;
    }

    private sealed record Line(string Name, Guid? OrganisationId, int Votes);
}
