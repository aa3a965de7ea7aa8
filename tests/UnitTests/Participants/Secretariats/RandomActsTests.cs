using System.Collections.Concurrent;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>
/// Whatever people do in whatever order, while hours and years pass: seats that come and go, substitutions, terms that run out, attendance, motions, votes,
/// reopening, supersession, suspension for want of a sector or by resolution, and return. After each act the invariants hold, and who recounts the facts alone comes to the same results.
/// </summary>
public sealed class RandomActsTests
{
    private const int Acts = 1500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void No_sequence_of_acts_breaks_an_invariant_and_a_recount_of_the_facts_agrees(int seed)
    {
        var run = Run.Of(seed);
        var recount = new Recount(run.Scene.Rules.MajorityBase);
        foreach (var fact in run.Scene.Facts)
            recount.Read(fact);
        recount.Results.ShouldBe(
            [.. run.Sessions.SelectMany(session => session.Motions).SelectMany(motion => motion.Ballots).Where(ballot => ballot.ClosedAt is not null).Select(ballot => (ballot.MotionId, ballot.Round, ballot.Totals!, ballot.Outcome!.Value))],
            ignoreOrder: true);
        recount.Results.ShouldNotBeEmpty();
        recount.Adopted.ShouldBe(run.Resolutions.Count);
    }

    /// <summary>A property that no sequence comes near says nothing: each of these happened.</summary>
    [Fact]
    public void The_sequences_come_to_every_place_where_an_invariant_could_break()
    {
        var runs = Enumerable.Range(1, 8).Select(Run.Of).ToList();
        var facts = runs.SelectMany(run => run.Scene.Facts).ToList();
        var refused = runs.SelectMany(run => run.Refused).ToHashSet(StringComparer.Ordinal);
        var places = new Dictionary<string, bool>
        {
            ["both calls"] = facts.OfType<SecretariatSessionOpenedV1>().Select(opened => opened.Call).Distinct().Count() == 2,
            ["all outcomes"] = facts.OfType<BallotClosedV1>().Select(closed => closed.Outcome).Distinct().Count() == 3,
            ["a point reopened"] = facts.OfType<BallotClosedV1>().Any(closed => closed.Round > 1),
            ["suspension and return"] = facts.OfType<SecretariatSuspendedV1>().Any() && facts.OfType<SecretariatReturnedV1>().Any(),
            ["an alternate's vote"] = facts.OfType<SeatVotedV1>().Any(voted => voted.Role == SeatRole.Alternate),
            ["a term run out"] = runs.Exists(run => run.Scene.Secretariat.Holdings.Any(holding => holding.EndedOn == null && holding.Until <= run.Scene.Day)),
            ["suspension by resolution"] = facts.OfType<SecretariatSuspendedV1>().Any(suspended => suspended.MissingSectors.Count == 0),
            ["return by resolution"] = runs.Exists(run => run.Scene.Secretariat.Suspensions.Any(suspension => suspension.ReturnResolutionId != null)),
            ["both causes at once"] = runs.Exists(run => run.WasSuspendedTwice),
            ["a resolution superseded"] = runs.Exists(run => run.Resolutions.Exists(resolution => resolution.SupersededById != null)),
            ["a seat retired"] = runs.Exists(run => run.Scene.Secretariat.Seats.Any(seat => seat.RetiredOn != null)),
            ["an act before the day's review"] = runs.Exists(run => run.Awaited),
            ["own minutes approved"] = runs.Exists(run => run.Sessions.Exists(session => session.OwnMinutesApproved != null)),
        };
        foreach (var code in new[] { "secretariat_suspended", "secretariat_suspended_by_resolution", "quorum_missing", "own_minutes_approved", "matter_not_notified", "titular_is_present", "seat_has_voted", "voter_without_seat", "facilitator_has_no_vote", "seat_is_held" })
            places[code] = refused.Contains(code);
        places.Where(place => !place.Value).Select(place => place.Key).ShouldBeEmpty();
    }

    private sealed class Run
    {
        private static readonly ConcurrentDictionary<int, Run> Runs = new();

        private readonly Random dice;

        private Run(int seed)
        {
            dice = new Random(seed);
            Scene = Installed(dice.Next(1, 5), dice.Next(1, 5), dice.Next(1, 3));
            Scene.Rules = Scene.Rules with { MajorityBase = seed % 2 == 0 ? MajorityBase.OccupiedSeats : MajorityBase.Present };
        }

        public Scene Scene { get; }
        public List<SecretariatSession> Sessions { get; } = [];
        public List<Resolution> Resolutions { get; } = [];
        public bool WasSuspendedTwice { get; private set; }
        public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

        /// <summary>The same for the same seed; both tests look at it.</summary>
        public static Run Of(int seed) => Runs.GetOrAdd(seed, Made);

        private static Run Made(int seed)
        {
            var run = new Run(seed);
            for (var act = 0; act < Acts; act++)
            {
                run.Pass();
                var (before, known) = (Membership(run.Scene), run.Scene.Facts.Count);
                run.Act();
                run.Scene.Collect();
                var awaits = run.IsBeforeReview && Membership(run.Scene) == before;
                Holds(run.Scene, awaits, run.Scene.Facts.Skip(known));
                run.Awaited |= awaits && run.Scene.Facts.Count > known;
                run.WasSuspendedTwice |= run.Scene.Secretariat.Suspensions.Count(row => row.GoesOn) == 2;
            }

            return run;
        }

        /// <summary>Midnight has passed, and the review that follows each minute has not run yet.</summary>
        public bool IsBeforeReview { get; private set; }

        /// <summary>Something happened then.</summary>
        public bool Awaited { get; private set; }

        private static (int, int) Membership(Scene scene) => (scene.Secretariat.Holdings.Count, scene.Secretariat.Holdings.Count(row => row.EndedOn is not null));

        private bool IsOver => Scene.Session is null or { State: SecretariatSessionState.Closed or SecretariatSessionState.Cancelled };

        /// <summary>Seconds in a session, sometimes half an hour, rarely past midnight; weeks between two. Who acts right after midnight may come before the day's review.</summary>
        private void Pass()
        {
            var day = Scene.Day;
            Scene.Now = Scene.Now.AddSeconds(dice.Next(1, 60));
            if (dice.Next(40) == 0)
                Scene.Now = Scene.Now.AddMinutes(31);
            if (dice.Next(IsOver ? 8 : 150) == 0)
                Scene.Now = Scene.Now.AddDays(dice.Next(1, IsOver ? 30 : 3));
            // Not of the dice: the sequences stay what they were.
            IsBeforeReview = Scene.Day != day && Scene.Day.DayNumber % 2 == 0;
            if (!IsBeforeReview)
                Scene.Secretariat.Review(Scene.Day);
        }

        private void Act()
        {
            var (secretariat, session) = (Scene.Secretariat, Scene.Session);
            var seat = secretariat.Seats[dice.Next(secretariat.Seats.Count)];
            var role = dice.Next(4) == 0 ? SeatRole.Alternate : SeatRole.Titular;
            var motion = session is { Motions.Count: > 0 } ? session.Motions[dice.Next(session.Motions.Count)] : null;
            switch (dice.Next(42))
            {
                case 0 when secretariat.Seats.Count(row => row.RetiredOn is null) < 12:
                    secretariat.AddSeat((Sector)dice.Next(3), Scene.Rules, Scene.Day);
                    break;
                case 1 or 2 or 3:
                    var accounts = secretariat.Holdings.Select(holding => holding.AccountId).ToList();
                    secretariat.Appoint(
                        seat.Id,
                        Holder(dice.Next(4) == 0 ? (Sector)dice.Next(3) : seat.Sector, role, account: dice.Next(5) == 0 ? accounts[dice.Next(accounts.Count)] : null, from: Scene.Day, until: Scene.Day.AddDays(dice.Next(10, 700))),
                        Scene.Rules, Scene.Day);
                    break;
                case 4 when secretariat.DecidesOnReturn && dice.Next(3) == 0:
                    foreach (var sitting in Scene.Composition.Occupied.Where(one => one.Sector == seat.Sector))
                        secretariat.EndHolding(sitting.Titular!.HoldingId, "Renuncia", Scene.Day).ShouldBeDone();
                    break;
                case 4 when dice.Next(4) == 0:
                    secretariat.EndHolding(secretariat.Holdings[dice.Next(secretariat.Holdings.Count)].Id, "Renuncia", Scene.Day);
                    break;
                case 4 when dice.Next(3) == 0:
                    secretariat.Substitute(secretariat.Holdings[dice.Next(secretariat.Holdings.Count)].Id, new Substitution(Guid.CreateVersion7(), null, null, "Oficio", "Cambio"), Scene.Rules, Scene.Day);
                    break;
                case 4 when dice.Next(2) == 0:
                    Note(secretariat.RetireSeat(seat.Id, "De más", Scene.Rules, Scene.Day));
                    break;
                case 5 or 6 or 23 when IsOver:
                    Scene.Collect();
                    var (kind, matter) = (dice.Next(2) == 0 ? SecretariatSessionKind.Ordinary : SecretariatSessionKind.Extraordinary, Matters.All[dice.Next(Matters.All.Count)]);
                    // One matter in seven is hardly ever both carried and the one that is needed.
                    if (secretariat.DecidesOnReturn && dice.Next(2) == 0)
                        (kind, matter) = (SecretariatSessionKind.Extraordinary, Matters.Return);
                    else if (secretariat.State == SecretariatState.Installed && dice.Next(4) == 0)
                        matter = Matters.Suspension;
                    if (!Note(Scene.Convene(kind, matter)).IsRefused)
                        Sessions.Add(Scene.Session);
                    break;
                case 6 when session is { State: SecretariatSessionState.Convened } && Scene.Now >= session.SecondCallAt + SecretariatSession.LapsesAfter:
                    Note(session.Open(Scene.Composition, Scene.Rules, Scene.Now)).IsRefused.ShouldBeTrue();
                    session.Cancel("Nadie la abrió.", Scene.Now).ShouldBeDone();
                    break;
                case 6 when session is not null:
                    Note(session.Open(Scene.Composition, Scene.Rules, Scene.Now));
                    break;
                case >= 7 and <= 13 when session is not null:
                    Note(Scene.CheckIn(seat.Id, role, remote: dice.Next(2) == 0));
                    break;
                case 14 when session is not null && dice.Next(2) == 0:
                    session.CheckOut(seat.Id, Scene.Now);
                    break;
                case 15 when session is not null && dice.Next(3) == 0:
                    Note(session.AddPoint(new AgendaPoint("Otro", Matters.General), Scene.Composition));
                    break;
                case 16 or 17 when session is not null:
                    var standing = Resolutions.Where(resolution => resolution.SupersededById is null).ToList();
                    var point = session.Agenda[dice.Next(session.Agenda.Count)];
                    var isOwn = Matters.IsOwnSuspension(point.Matter);
                    var ownMinutes = !isOwn && dice.Next(3) == 0;
                    var subject = isOwn ? new DecisionSubject(point.Matter, secretariat.Id, secretariat.Standing) : ownMinutes ? new DecisionSubject("MINUTES", session.Id, null) : null;
                    if (!Note(secretariat.MayResolve(subject, point.Matter)).IsRefused)
                        Note(session.Propose(point.Id, new Proposal("Se aprueba.", subject, standing.Count > 0 && dice.Next(3) > 0 ? standing[0].Id : null, null, null, ownMinutes), Scene.Composition));
                    break;
                case 18 or 19 or 20 when motion is not null && !Note(secretariat.MayResolve(motion.Subject, motion.Matter)).IsRefused:
                    Note(Scene.OpenBallot(motion, dice.Next(2) == 0));
                    break;
                case 21 or 22 when motion is not null:
                    Note(session!.CloseBallot(session.OpenBallotNow?.MotionId ?? motion.Id, session.OpenBallotNow?.Round ?? 1, Scene.Composition, Scene.Now));
                    break;
                case 23 when session is not null && dice.Next(2) == 0:
                    Adopt(session);
                    break;
                case 24 when motion is not null:
                    Note(Scene.Cast(motion, Scene.Facilitator, Yes)).ShouldBeRefusedWith("facilitator_has_no_vote", "ballot_not_open");
                    break;
                case 25 when motion is not null:
                    Note(session!.RecordVote(motion.Id, dice.Next(1, 4), seat.Id, Yes, Scene.Composition, Scene.Rules, Guid.CreateVersion7(), Scene.Now));
                    break;
                // At random people hardly ever agree, and what is never decided is never superseded, suspended or brought back.
                case 40 when session?.OpenBallotNow is { } agreed:
                    foreach (var there in Scene.Composition.Occupied.Where(one => session.PresentSeats(Scene.Composition).Contains(one.SeatId)))
                        Note(session.Cast(agreed.MotionId, agreed.Round, there.Titular!.AccountId!.Value, Yes, Scene.Composition, Scene.Rules, Scene.Now));
                    Note(session.CloseBallot(agreed.MotionId, agreed.Round, Scene.Composition, Scene.Now));
                    break;
                case 41 when dice.Next(3) == 0 && session is not null && session.Motions.Any(row => row.IsCarried):
                    Adopt(session);
                    break;
                case >= 26 when session?.OpenBallotNow is { } voting:
                    var held = secretariat.Holdings.Where(holding => holding.SeatId == seat.Id && holding.Role == role).Select(holding => holding.AccountId!.Value).ToList();
                    if (held.Count > 0)
                        Note(session.Cast(voting.MotionId, voting.Round, dice.Next(4) == 0 ? held[dice.Next(held.Count)] : held[^1], new VoteCast((VoteChoice)Math.Max(0, dice.Next(-3, 3)), dice.Next(20) == 0), Scene.Composition, Scene.Rules, Scene.Now));
                    break;
            }
        }

        private void Adopt(SecretariatSession session)
        {
            if (Note(session.Close(Resolutions.Count, Scene.Composition, Scene.Now)) is not { IsRefused: false } closed)
                return;
            Scene.Collect();
            foreach (var resolution in closed.Value)
            {
                // INV-13: whatever was carried can be adopted, or the session could never be closed.
                if (resolution.SupersedesId is { } former)
                    Resolutions.Single(row => row.Id == former).Supersede(resolution).ShouldBeDone();
                Resolutions.Add(resolution);
                Scene.Facts.Add(resolution.AdoptedFact());
                Scene.Secretariat.CarryOut(resolution, Scene.Day);
            }
        }

        private Result<T> Note<T>(Result<T> result)
        {
            Refused.UnionWith(result.Refusals.Select(refusal => refusal.Code));
            return result;
        }

        private Result Note(Result result)
        {
            Refused.UnionWith(result.Refusals.Select(refusal => refusal.Code));
            return result;
        }
    }

    /// <param name="awaitsReview">Midnight may have changed what the review will find, and nobody has touched the membership since (see <see cref="RandomMidnightsTests"/>).</param>
    /// <param name="happened">Facts of the last act.</param>
    private static void Holds(Scene scene, bool awaitsReview, IEnumerable<IIntegrationEvent> happened)
    {
        var composition = scene.Composition;
        // INV-08: without a sector nothing is decided, reviewed or not.
        if (composition.MissingSectors.Count > 0)
            happened.ShouldNotContain(fact => fact is SecretariatSessionOpenedV1 || fact is SeatVotedV1 || fact is BallotClosedV1 || fact is ResolutionAdoptedV1);
        // INV-01, INV-08
        if (!awaitsReview)
            (scene.Secretariat.State == SecretariatState.Installed).ShouldBe(composition.MissingSectors.Count == 0 && scene.Secretariat.SuspendedByResolution is null);
        // A cause is kept once while it goes on, and whoever is suspended has one.
        scene.Secretariat.Suspensions.Where(row => row.GoesOn).Select(row => row.Cause).ShouldBeUnique();
        (scene.Secretariat.State == SecretariatState.Suspended).ShouldBe(scene.Secretariat.Suspensions.Any(row => row.GoesOn));
        // A seat that was retired is held by nobody, and each sector keeps one.
        composition.Seats.Select(seat => seat.Sector).Distinct().Count().ShouldBe(3);
        scene.Secretariat.Holdings.Any(holding => scene.Secretariat.Seats.Single(seat => seat.Id == holding.SeatId).RetiredOn is { } retired && holding.Overlaps(retired, null)).ShouldBeFalse();
        // INV-07
        var holders = composition.Seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }).OfType<Holder>().ToList();
        holders.Select(holder => holder.AccountId).ShouldBeUnique();
        if (scene.Session is { } session)
        {
            var ballots = session.Motions.SelectMany(motion => motion.Ballots).ToList();
            ballots.Count(ballot => ballot.ClosedAt is null).ShouldBeLessThanOrEqualTo(1);
            // What a session approved of itself is the last that it voted on.
            if (session.OwnMinutesApproved is { } minutes)
                ballots.MaxBy(ballot => ballot.OpenedAt)!.MotionId.ShouldBe(minutes.Id);
            // INV-13
            session.Motions.Where(motion => motion is { IsCarried: true, SupersedesId: not null }).Select(motion => motion.SupersedesId).ShouldBeUnique();
            foreach (var motion in session.Motions)
            {
                // INV-14
                (session.Kind == SecretariatSessionKind.Ordinary || session.Agenda.Single(item => item.Id == motion.AgendaItemId).Notified).ShouldBeTrue();
                foreach (var ballot in motion.Ballots)
                {
                    // INV-12
                    ballot.Votes.Select(vote => vote.SeatId).ShouldBeUnique();
                    ballot.Votes.ShouldAllBe(vote => ballot.Seats.Contains(vote.SeatId));
                    if (ballot.Totals is { } totals)
                        (totals.InFavour + totals.Against + totals.Abstentions + totals.Absent).ShouldBe(totals.OccupiedSeats);
                }
            }
        }
    }
}

internal static class RandomActsAssertions
{
    public static void ShouldBeRefusedWith<T>(this Result<T> result, params string[] codes) =>
        result.Refusals.Select(refusal => refusal.Code).ShouldHaveSingleItem().ShouldBeOneOf(codes);
}
