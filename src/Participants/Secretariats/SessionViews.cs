using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

public sealed record AgendaItemView(Guid Id, int Number, string Title, string Matter, bool Notified);

/// <param name="AgendaItemId">Null: of the session as a whole.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Url">Path of the file; null once it was removed.</param>
public sealed record SessionDocumentView(
    Guid Id, Guid? AgendaItemId, string Title, string FileName, string MediaType, long Size, string Sha256, string? Url, DateTimeOffset AddedAt, DateTimeOffset? RemovedAt, string? RemoveReason);

/// <param name="Counts">Whether who is there still holds the seat, and so counts for the quorum and votes; left out once they left or the session is over, as in the minutes.</param>
public sealed record AttendanceView(
    Guid SeatId, int SeatNumber, Sector Sector, SeatRole Role, string OrganisationName, bool Remote, DateTimeOffset CameAt, DateTimeOffset? LeftAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Counts = null);

public sealed record VoteView(Guid SeatId, int SeatNumber, Sector Sector, SeatRole Role, string OrganisationName, VoteChoice Choice, bool ConflictOfInterest, string? ConflictReason, bool BySecretary, DateTimeOffset CastAt);

/// <param name="Base">n of the formulas; while it is open, as it would be counted now.</param>
/// <param name="Needed">Votes in favour that carry it, of this base; null for a consensus, which nobody may be against.</param>
/// <param name="Totals">Null while it is open.</param>
/// <param name="Formula">The rule with its numbers; null while it is open.</param>
public sealed record BallotView(
    Guid Id, int Round, VotingRule Rule, LegalProfiles.MajorityBase MajorityBase, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, int OccupiedSeats, int? Base, BallotTotals? Totals, int? Needed, BallotOutcome? Outcome,
    IReadOnlyList<VoteView> Votes, string? Formula);

/// <summary>By what a motion would be decided if its vote opened now.</summary>
/// <param name="Base">n of the formulas: the seats that are there, or the occupied ones.</param>
/// <param name="Needed">Votes in favour that carry it, of this base; null for a consensus, which nobody may be against.</param>
public sealed record DecisionAhead(VotingRule Rule, LegalProfiles.MajorityBase MajorityBase, int OccupiedSeats, int Base, int? Needed);

/// <param name="Ahead">Until its first vote opens; null from then on, and once the session is over.</param>
public sealed record MotionView(
    Guid Id, Guid AgendaItemId, int Number, string Text, string Matter, DecisionSubject? Subject, Guid? SupersedesId, Guid? ResponsibleId, string? ResponsibleName, DateOnly? DueOn, IReadOnlyList<BallotView> Ballots,
    DecisionAhead? Ahead);

/// <param name="Fraction">Of the occupied seats, from which the number that is needed in the first call follows.</param>
/// <param name="Formula">How the number that is needed follows, with the numbers.</param>
public sealed record QuorumView(int Call, int Occupied, int Present, int Needed, bool EachSector, IReadOnlyList<SectorPresence> Sectors, bool IsMet, LegalProfiles.QuorumFraction? Fraction, string? Formula)
{
    internal static QuorumView? Of(Quorum? quorum) =>
        quorum is null ? null : new QuorumView(quorum.Call, quorum.Occupied, quorum.Present, quorum.Needed, quorum.EachSector, quorum.Sectors, quorum.IsMet, quorum.Fraction, quorum.Formula);
}

/// <param name="Opening">The quorum with which it was opened; null before, and for sessions that are older than its record.</param>
/// <param name="Quorum">As it is now; null once the session is over.</param>
public sealed record SessionView(
    Guid Id, int Version, Guid SecretariatId, string SecretariatName, SecretariatSessionKind Kind, int Number, SecretariatSessionState State, DateTimeOffset StartsAt, DateTimeOffset SecondCallAt, bool Remote,
    string Place, string? Link, DateTimeOffset ConvenedAt, int? Call, DateTimeOffset? OpenedAt, DateTimeOffset? ClosedAt, string? CancelReason, QuorumView? Opening, QuorumView? Quorum, IReadOnlyList<AgendaItemView> Agenda,
    IReadOnlyList<SessionDocumentView> Documents, IReadOnlyList<AttendanceView> Attendance, IReadOnlyList<MotionView> Motions);

public sealed record SessionLine(Guid Id, Guid SecretariatId, SecretariatSessionKind Kind, int Number, SecretariatSessionState State, DateTimeOffset StartsAt, DateTimeOffset? ClosedAt, string Place, DateTimeOffset ConvenedAt);

internal static class SessionViews
{
    /// <summary>The rules of motions that wait for their first vote, by motion.</summary>
    public static async Task<IReadOnlyDictionary<Guid, VotingRule>> RulesAheadAsync(ParticipantsDb db, SessionInHand hand, CancellationToken cancellationToken)
    {
        var rules = new Dictionary<Guid, VotingRule>();
        foreach (var motion in hand.Session.State == SecretariatSessionState.Open ? hand.Session.Motions.Where(row => row.Last is null) : [])
        {
            var hangsOnBefore = hand.Rules.RuleFor(motion.Matter, consensusFailedBefore: true) != hand.Rules.RuleFor(motion.Matter, consensusFailedBefore: false);
            rules[motion.Id] = hand.Rules.RuleFor(motion.Matter, hangsOnBefore && await RunSession.HasFailedBeforeAsync(db, hand.Session, motion, cancellationToken));
        }

        return rules;
    }

    /// <param name="rules">As they were read a moment ago; read here where it is null.</param>
    public static async Task<SessionView> ViewAsync(ParticipantsDb db, SessionInHand hand, CancellationToken cancellationToken, IReadOnlyDictionary<Guid, VotingRule>? rules = null)
    {
        var (session, secretariat) = (hand.Session, hand.Secretariat);
        rules ??= await RulesAheadAsync(db, hand, cancellationToken);
        var there = session.PresentSeats(hand.Composition);
        var names = await SecretariatViews.NamesAsync(db, secretariat, cancellationToken);
        var seats = secretariat.Seats.ToDictionary(seat => seat.Id);
        var holders = secretariat.Holdings.ToDictionary(row => row.Id, row => names[row.OrganisationId].Name);
        var asked = session.Motions.Select(row => row.ResponsibleId).OfType<Guid>().Distinct().ToList();
        var responsible = asked.Count == 0 ? [] : await db.Organisations.Where(row => asked.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        var quorum = session.State is SecretariatSessionState.Convened or SecretariatSessionState.Open ? session.QuorumOf(hand.Composition, hand.Rules, session.Call ?? 1) : null;
        return new SessionView(
            session.Id, session.Version, secretariat.Id, secretariat.Name, session.Kind, session.Number, session.State, session.StartsAt, session.SecondCallAt, session.Remote, session.Place, session.Link?.ToString(),
            session.ConvenedAt, session.Call, session.OpenedAt, session.ClosedAt, session.CancelReason,
            QuorumView.Of(session.OpenedWith), QuorumView.Of(quorum),
            [.. session.Agenda.OrderBy(row => row.Number).Select(row => new AgendaItemView(row.Id, row.Number, row.Title, row.Matter, row.Notified))],
            [.. session.Documents.OrderBy(row => row.Id).Select(row => new SessionDocumentView(
                row.Id, row.AgendaItemId, row.Title, row.FileName, row.MediaType, row.Size, row.Sha256, row.FileId is { } file ? $"/api/participants/v1/files/{file}" : null, row.AddedAt, row.RemovedAt, row.RemoveReason))],
            [.. session.Attendances.OrderBy(row => seats[row.SeatId].Number).ThenBy(row => row.CameAt)
                .Select(row => new AttendanceView(row.SeatId, seats[row.SeatId].Number, seats[row.SeatId].Sector, row.Role, holders[row.HoldingId], row.Remote, row.CameAt, row.LeftAt, quorum is null || row.LeftAt is not null ? null : there.Contains(row.SeatId)))],
            [.. session.Motions.OrderBy(row => row.Number).Select(row => new MotionView(
                row.Id, row.AgendaItemId, row.Number, row.Text, row.Matter, row.Subject, row.SupersedesId, row.ResponsibleId, row.ResponsibleId is { } who ? responsible[who] : null, row.DueOn,
                [.. row.Ballots.OrderBy(ballot => ballot.Round).Select(Ballot)], rules.TryGetValue(row.Id, out var rule) ? Ahead(rule) : null))]);

        DecisionAhead Ahead(VotingRule rule)
        {
            var occupied = hand.Composition.Occupied.Count;
            var n = hand.Rules.MajorityBase == LegalProfiles.MajorityBase.OccupiedSeats ? occupied : there.Count;
            return new DecisionAhead(rule, hand.Rules.MajorityBase, occupied, n, DecisionFormulas.Needed(rule, n));
        }

        int BaseOf(Ballot ballot) => ballot.Base ?? ballot.BaseWith(session.CameTo(ballot, hand.Composition));

        BallotView Ballot(Ballot ballot) => new(
            ballot.Id, ballot.Round, ballot.Rule, ballot.MajorityBase, ballot.OpenedAt, ballot.ClosedAt, ballot.Seats.Count, BaseOf(ballot), ballot.Totals,
            DecisionFormulas.Needed(ballot.Rule, BaseOf(ballot)), ballot.Outcome,
            [.. ballot.Votes.OrderBy(vote => seats[vote.SeatId].Number).Select(vote => new VoteView(
                vote.SeatId, seats[vote.SeatId].Number, seats[vote.SeatId].Sector, vote.Role, holders[vote.HoldingId], vote.Choice, vote.ConflictOfInterest, vote.ConflictReason, vote.BySecretary, vote.CastAt))],
            ballot.Totals is { } totals ? DecisionFormulas.Explain(ballot.Rule, totals.Base, totals.InFavour, totals.Against) : null);
    }
}
