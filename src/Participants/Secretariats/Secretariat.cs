using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>
/// The body that coordinates a local exercise (<i>Secretariado Técnico Local</i>, SPEC §1.2, §2.4): at least one seat of civil society, of
/// the public bodies and of the guarantor. Who sits when is kept as intervals; a day says who is in force.
/// </summary>
public sealed class Secretariat : AggregateRoot
{
    /// <summary>Between two terms of one organisation; within it the second follows on the first.</summary>
    public const int ConsecutiveWithinDays = 30;

    private readonly List<Seat> seats = [];
    private readonly List<SeatHolding> holdings = [];
    private readonly List<OfficeHolding> offices = [];
    private readonly List<GovernanceMechanism> mechanisms = [];
    private readonly List<Suspension> suspensions = [];
    private readonly List<IIntegrationEvent> facts = [];

    private Secretariat()
    {
    }

    public string Name { get; private init; } = "";

    /// <summary>The secretariat above a regional or municipal one.</summary>
    public Guid? ParentId { get; private init; }

    public SecretariatState State { get; private set; }
    public DateOnly FormedOn { get; private init; }

    /// <summary>The joint declaration (INV-03): when it was signed, by which sectors, and where it can be read.</summary>
    public DateOnly? DeclaredOn { get; private set; }

    public IReadOnlyList<Sector> DeclaredBy { get; private set; } = [];
    public string? Declaration { get; private set; }
    public DateOnly? InstalledOn { get; private set; }

    /// <summary>The mechanism that the installation act approved.</summary>
    public Guid? InstalledWith { get; private set; }

    /// <summary>Of whatever cause came first of those that go on.</summary>
    public DateOnly? SuspendedOn { get; private set; }

    public IReadOnlyList<Seat> Seats => seats;
    public IReadOnlyList<SeatHolding> Holdings => holdings;
    public IReadOnlyList<OfficeHolding> Offices => offices;
    public IReadOnlyList<GovernanceMechanism> Mechanisms => mechanisms;
    public IReadOnlyList<Suspension> Suspensions => suspensions;

    public GovernanceMechanism? Mechanism => mechanisms.MaxBy(row => row.Number);

    /// <summary>The suspension that it resolved itself and that goes on.</summary>
    public Suspension? SuspendedByResolution => GoingOn(SuspensionCause.Resolution);

    /// <summary>
    /// SHA-256 of how it stands towards its own suspension, lower-case hex: a resolution about suspension or return names it, so that what was put to the vote
    /// before another session decided the same has no effect after it.
    /// </summary>
    public string Standing => Suspension.StandingOf(Id, suspensions.Count(row => row.Cause == SuspensionCause.Resolution), SuspendedByResolution is not null);

    /// <summary>Why it decides nothing but what ends its suspension; null where it decides.</summary>
    public Refusal? WhySuspended =>
        State != SecretariatState.Suspended ? null
        : DecidesOnReturn ? Refusal.Conflict("secretariat_suspended_by_resolution")
        : Refusal.Conflict("secretariat_suspended");

    /// <summary>It resolved its suspension, and each sector has somebody to decide on the return.</summary>
    public bool DecidesOnReturn => SuspendedByResolution is not null && GoingOn(SuspensionCause.Composition) is null;

    public static Secretariat Form(string name, Guid? parent, DateOnly today)
    {
        var formed = new Secretariat { Id = Guid.CreateVersion7(), Name = name, ParentId = parent, State = SecretariatState.Integrating, FormedOn = today };
        formed.facts.Add(new SecretariatFormedV1(formed.Id, formed.Touch(), name, parent));
        return formed;
    }

    public IReadOnlyList<IIntegrationEvent> TakeFacts()
    {
        IReadOnlyList<IIntegrationEvent> taken = [.. facts];
        facts.Clear();
        return taken;
    }

    public Result<Seat> AddSeat(Sector sector, GoverningRules rules, DateOnly today)
    {
        if (rules.MaxSeatsPerSector is { } most && seats.Count(seat => seat.Sector == sector && seat.IsInForce(today)) >= most)
            return Refusal.Rule("sector_has_all_seats", "sector", most);
        Touch();
        var seat = Seat.Create(Id, seats.Count + 1, sector, today);
        seats.Add(seat);
        return seat;
    }

    /// <summary>
    /// A mechanism may allow fewer seats than there are: one that nobody holds, nor will, is taken away from today on. What happened in it stays, and so does the
    /// place of each sector (INV-01) and the least number of seats (INV-02).
    /// </summary>
    public Result RetireSeat(Guid seatId, string reason, GoverningRules rules, DateOnly today)
    {
        if (seats.SingleOrDefault(row => row.Id == seatId) is not { } seat)
            return Refusal.NotFound();
        if (seat.RetiredOn is not null)
            return Refusal.Conflict("seat_retired");
        if (holdings.Any(row => row.SeatId == seatId && row.Overlaps(today, null)))
            return Refusal.Conflict("seat_is_held");
        if (State != SecretariatState.Integrating)
        {
            var left = seats.FindAll(row => row != seat && row.IsInForce(today));
            if (!left.Exists(row => row.Sector == seat.Sector))
                return Refusal.Rule("sector_needs_a_seat");
            if (left.Count < rules.MinVotingSeats)
                return Refusal.Rule("seats_below_minimum", null, left.Count, rules.MinVotingSeats);
        }

        Touch();
        seat.Retire(today, reason);
        return Result.Done;
    }

    /// <param name="represented">The organisations for which the person who facilitates acts (INV-05).</param>
    public Result<SeatHolding> Appoint(Guid seatId, Appointment given, GoverningRules rules, DateOnly today, IReadOnlyList<Guid>? represented = null)
    {
        var seat = seats.SingleOrDefault(row => row.Id == seatId);
        if (seat is null)
            return Refusal.NotFound();
        if (seat.RetiredOn is not null)
            return Refusal.Conflict("seat_retired");
        var refusals = new List<Refusal>();
        if (given.Until is { } until && until <= given.From)
            refusals.Add(Refusal.Invalid("until", "until_before_from"));
        else if (given.Until is { } past && past <= today && State != SecretariatState.Integrating)
            refusals.Add(Refusal.Invalid("until", "until_in_past"));
        if (given.Sector != seat.Sector)
            refusals.Add(Refusal.Rule("seat_of_another_sector", "organisationId"));
        if (given.Until is null && seat.Sector == Sector.CivilSociety)
            refusals.Add(Refusal.Rule("seat_needs_term", "until", rules.SeatTermMonths));
        else if (given.Until > given.From.AddMonths(rules.SeatTermMonths) && seat.Sector == Sector.CivilSociety)
            refusals.Add(Refusal.Rule("seat_term_too_long", "until", rules.SeatTermMonths));
        var concurrent = holdings.Where(row => row.Overlaps(given.From, given.Until)).ToList();
        if (concurrent.Any(row => row.SeatId == seatId && row.Role == given.Role))
            refusals.Add(Refusal.Conflict("seat_already_held"));
        if (concurrent.Any(row => row.OrganisationId == given.OrganisationId && SectorOf(row) != seat.Sector))
            refusals.Add(Refusal.Rule("organisation_in_two_sectors", "organisationId"));
        if (given.AccountId is { } person && concurrent.Any(row => row.AccountId == person))
            refusals.Add(Refusal.Rule("person_holds_two_seats", "accountId"));
        if (Current(SecretariatOffice.Facilitator, today) is { } facilitator
            && (facilitator.OrganisationId == given.OrganisationId || (facilitator.AccountId is { } account && account == given.AccountId) || (represented?.Contains(given.OrganisationId) ?? false)))
            refusals.Add(Refusal.Rule("facilitator_holds_no_seat", "organisationId"));
        // Before the installation it is a record of what happened elsewhere.
        if (given is { Access: SeatAccess.Election, ElectionId: null } && State != SecretariatState.Integrating)
            refusals.Add(Refusal.Rule("seat_election_needs_proclamation", "access"));
        // While members are looked for the mechanism is a draft: the installation asks.
        if (seat.Sector == Sector.PublicBody && State != SecretariatState.Integrating && rules.MinRank is { } least && !(given.Rank >= least))
            refusals.Add(Refusal.Rule("seat_rank_too_low", "rank"));
        if (seat.Sector == Sector.CivilSociety && given.Role == SeatRole.Titular && !MayTakeTerm(given.OrganisationId, given.From, rules))
            refusals.Add(Refusal.Rule("too_many_consecutive_terms", "organisationId", rules.MaxConsecutiveTerms));
        if (refusals.Count > 0)
            return Result<SeatHolding>.From(refusals);

        var holding = SeatHolding.Take(seat, given);
        holdings.Add(holding);
        facts.Add(new SeatHolderAppointedV1(Id, Touch(), seat.Id, seat.Number, seat.Sector, given.Role, given.OrganisationId, given.AccountId, given.From, given.Until));
        Review(today);
        return holding;
    }

    /// <summary>Ends a holding before its term. INV-08: where a sector is left with nobody the secretariat is suspended.</summary>
    public Result EndHolding(Guid holdingId, string? reason, DateOnly today, SeatEndCause cause = SeatEndCause.Other)
    {
        var holding = holdings.SingleOrDefault(row => row.Id == holdingId);
        if (holding is null)
            return Refusal.NotFound();
        if (holding.EndedOn is not null || holding.End <= today)
            return Refusal.Conflict("term_already_over");
        holding.Finish(today, cause, reason);
        facts.Add(new SeatHolderEndedV1(Id, Touch(), holding.SeatId, holding.Role, holding.OrganisationId, holding.EndedOn!.Value));
        Review(today);
        return Result.Done;
    }

    /// <summary>
    /// Another person sits for the same organisation, in the same term: one holding ends and the next goes on from it, without a day between them. The seat is
    /// never vacant, so that nothing is suspended (INV-08), and no other term begins.
    /// </summary>
    public Result<SeatHolding> Substitute(Guid holdingId, Substitution by, GoverningRules rules, DateOnly today)
    {
        if (holdings.SingleOrDefault(row => row.Id == holdingId) is not { } former)
            return Refusal.NotFound();
        if (!former.IsInForce(today) || former.EndedOn is not null)
            return Refusal.Conflict("seat_holding_not_in_force");
        var refusals = new List<Refusal>();
        if (by.AccountId is null && by.Post is null)
            refusals.Add(Refusal.Invalid("accountId", "substitute_unnamed"));
        else if (by.AccountId == former.AccountId && by.Post == former.Post && by.Rank == former.Rank)
            refusals.Add(Refusal.Rule("substitute_is_the_same", "accountId"));
        if (by.AccountId is { } person && holdings.Any(row => row != former && row.AccountId == person && row.Overlaps(today, former.Until)))
            refusals.Add(Refusal.Rule("person_holds_two_seats", "accountId"));
        if (by.AccountId is not null && Current(SecretariatOffice.Facilitator, today)?.AccountId == by.AccountId)
            refusals.Add(Refusal.Rule("facilitator_holds_no_seat", "accountId"));
        if (SectorOf(former) == Sector.PublicBody && State != SecretariatState.Integrating && rules.MinRank is { } least && !(by.Rank >= least))
            refusals.Add(Refusal.Rule("seat_rank_too_low", "rank"));
        if (refusals.Count > 0)
            return Result<SeatHolding>.From(refusals);

        former.Finish(today, SeatEndCause.Replaced, by.Reason);
        var holding = SeatHolding.Continue(former, by, today);
        holdings.Add(holding);
        facts.Add(new SeatHolderSubstitutedV1(Id, Touch(), holding.SeatId, holding.Role, holding.OrganisationId, holding.AccountId, today, holding.Until));
        return holding;
    }

    /// <summary>Whoever held the office before no longer does. What was stays: once installed an office changes hands today, not in the past.</summary>
    public Result Assign(SecretariatOffice office, OfficeTaken by, DateOnly from, GoverningRules rules, DateOnly today)
    {
        var (organisation, account) = (by.OrganisationId, by.AccountId);
        var asked = office switch { SecretariatOffice.Chair => rules.ChairSector, SecretariatOffice.ExecutiveSecretary => rules.ExecutiveSecretarySector, _ => null };
        if (from > today)
            return Refusal.Invalid("from", "moment_in_future");
        if (from < today && State != SecretariatState.Integrating)
            return Refusal.Invalid("from", "moment_in_past");
        if (offices.Any(row => row.Office == office && (row.EndedOn is { } end ? end > row.From && end > from : row.From > from)))
            return Refusal.Invalid("from", "office_held_then");
        if (office != SecretariatOffice.Facilitator && organisation is null)
            return Refusal.Invalid("organisationId", "field_required");
        if (organisation is null && account is null)
            return Refusal.Rule("facilitator_unnamed", "organisationId");
        if (asked is not null && by.Sector != asked)
            return Refusal.Rule("office_of_another_sector", "organisationId");
        if (office == SecretariatOffice.Facilitator && (IsSeated(organisation, account, today) || by.ActsFor.Any(one => IsSeated(one, null, today))))
            return Refusal.Rule("facilitator_holds_no_seat", "organisationId");
        if (office == SecretariatOffice.Facilitator && !by.IsIndependent)
            return Refusal.Rule("facilitator_not_independent", "organisationId");
        var other = office switch { SecretariatOffice.Chair => SecretariatOffice.ExecutiveSecretary, SecretariatOffice.ExecutiveSecretary => SecretariatOffice.Chair, _ => (SecretariatOffice?)null };
        if (other is { } beside && !rules.ChairMayBeExecutiveSecretary && Current(beside, today)?.OrganisationId == organisation)
            return Refusal.Rule("chair_is_executive_secretary", "organisationId");
        Touch();
        foreach (var former in offices.Where(row => row.Office == office && row.EndedOn is null))
            former.Finish(from);
        offices.Add(OfficeHolding.Take(Id, office, organisation, account, from));
        return Result.Done;
    }

    /// <summary>The declaration is what makes an exercise; once the act of installation rests on it, it stays.</summary>
    public Result Declare(DateOnly signedOn, IReadOnlyList<Sector> signedBy, string document, DateOnly today)
    {
        if (State != SecretariatState.Integrating)
            return Refusal.Conflict("secretariat_already_installed");
        if (signedOn > today)
            return Refusal.Invalid("signedOn", "moment_in_future");
        Touch();
        (DeclaredOn, DeclaredBy, Declaration) = (signedOn, [.. signedBy.Distinct().Order()], document);
        return Result.Done;
    }

    /// <summary>Until the installation, whose act approves the last version. Afterwards see <see cref="Enact"/>.</summary>
    public Result<GovernanceMechanism> WriteMechanism(MechanismParts parts, MechanismParameters parameters, DateOnly today)
    {
        if (State != SecretariatState.Integrating)
            return Refusal.Rule("mechanism_needs_resolution");
        Touch();
        var written = GovernanceMechanism.Write(Id, mechanisms.Count + 1, parts, parameters, null, today);
        mechanisms.Add(written);
        return written;
    }

    /// <summary>What was proposed comes into force by the resolution that adopted exactly this text.</summary>
    public Result Enact(MechanismProposal proposal, Resolution? approval, DateOnly today)
    {
        if (WhySuspended is { } suspended)
            return suspended;
        if (proposal.AdoptedBy(approval) is { IsRefused: true } refused)
            return refused;
        var written = GovernanceMechanism.Write(Id, mechanisms.Count + 1, proposal.Parts, proposal.Parameters, approval!.Id, today);
        mechanisms.Add(written);
        proposal.Enact(written, approval, today);
        facts.Add(new GovernanceMechanismEnactedV1(Id, Touch(), written.Id, written.Number, written.Hash, approval.Id, today));
        return Result.Done;
    }

    /// <summary>Signs the installation act. Every rule that does not hold is named (INV-01 to INV-07, SPEC §2.1, §2.4).</summary>
    /// <param name="awareness">Days on which awareness activities were held.</param>
    /// <param name="represented">The organisations for which the person who facilitates acts (INV-05).</param>
    public Result Install(DateOnly on, GoverningRules rules, IReadOnlyList<DateOnly> awareness, DateOnly today, IReadOnlyList<Guid>? represented = null)
    {
        if (State != SecretariatState.Integrating)
            return Refusal.Conflict("secretariat_already_installed");
        if (on > today)
            return Refusal.Invalid("installedOn", "moment_in_future");
        var broken = InstallationCheck.Run(this, on, rules, awareness, represented).Where(finding => !finding.Holds).Select(finding => finding.Refusal!).ToList();
        if (broken.Count > 0)
            return Result.From(broken);
        (State, InstalledOn, InstalledWith) = (SecretariatState.Installed, on, Mechanism!.Id);
        facts.Add(new SecretariatInstalledV1(Id, Touch(), on, Mechanism.Hash));
        Review(today);
        return Result.Done;
    }

    /// <summary>
    /// INV-08, after every act of integration and when a day has passed: without a seat holder in one of the three sectors it is suspended,
    /// and returns once there is one in each, unless it resolved its suspension as well.
    /// </summary>
    /// <returns>True where that changed something.</returns>
    public bool Review(DateOnly today)
    {
        if (State == SecretariatState.Integrating)
            return false;
        var (missing, lacking) = (On(today).MissingSectors, GoingOn(SuspensionCause.Composition));
        if (missing.Count > 0 == lacking is not null)
            return false;
        if (lacking is null)
            suspensions.Add(Suspension.ForWantOf(Id, missing, today));
        else
            lacking.End(today, null);
        Settle(missing, today);
        return true;
    }

    /// <summary>Whether a motion may be put, or voted on, as the secretariat stands; what is neither about its suspension nor about its return may as far as this goes.</summary>
    /// <param name="matter">Of the point: it says by which rule is voted.</param>
    public Result MayResolve(DecisionSubject? subject, string? matter)
    {
        if (!Matters.IsOwnSuspension(subject?.Kind) && !Matters.IsOwnSuspension(matter))
            return Result.Done;
        if (!Matters.IsOwnSuspension(matter) || (subject is not null && subject.Kind != matter))
            return Refusal.Rule("suspension_needs_its_matter", "agendaItemId");
        if (subject?.Id != Id)
            return Refusal.Rule("suspension_names_secretariat", "subjectId");
        if (matter == Matters.Return && SuspendedByResolution is null)
            return Refusal.Conflict("secretariat_not_suspended_by_resolution");
        if (matter == Matters.Suspension && WhySuspended is { } already)
            return already;
        return subject.VersionHash == Standing ? Result.Done : Refusal.Rule("secretariat_stands_otherwise", "subjectHash");
    }

    /// <summary>Suspends it, or brings it back, by what a session of its own resolved (SPEC §2.2, SX).</summary>
    /// <returns>False where the resolution is about something else, or was overtaken by another: it stays on record and changes nothing.</returns>
    public bool CarryOut(Resolution resolution, DateOnly today)
    {
        if (resolution.SecretariatId != Id || !Matters.IsOwnSuspension(resolution.SubjectKind)
            || MayResolve(new DecisionSubject(resolution.SubjectKind!, resolution.SubjectId!.Value, resolution.SubjectHash), resolution.Matter).IsRefused)
            return false;
        if (resolution.Matter == Matters.Suspension)
            suspensions.Add(Suspension.By(resolution, today));
        else
            SuspendedByResolution!.End(today, resolution.Id);
        Settle([], today);
        return true;
    }

    public Composition On(DateOnly day) => new(
        day,
        State,
        [.. seats.Where(seat => seat.IsInForce(day)).OrderBy(seat => seat.Number).Select(seat => new SeatOnDay(seat.Id, seat.Number, seat.Sector, HolderOf(seat, SeatRole.Titular, day), HolderOf(seat, SeatRole.Alternate, day)))],
        Current(SecretariatOffice.Facilitator, day)?.AccountId,
        DecidesOnReturn);

    public OfficeHolding? Current(SecretariatOffice office, DateOnly day) => offices.LastOrDefault(row => row.Office == office && row.IsInForce(day));

    public GoverningRules Rules(LegalProfiles.ProfileParameters profile) => GoverningRules.Of(profile, Mechanism?.Parameters);

    private Suspension? GoingOn(SuspensionCause cause) => suspensions.Find(row => row.Cause == cause && row.GoesOn);

    /// <summary>It is suspended while any cause goes on; others hear of the first and of the last.</summary>
    private void Settle(IReadOnlyList<Sector> missing, DateOnly today)
    {
        Touch();
        var suspended = suspensions.Exists(row => row.GoesOn);
        if (suspended && State == SecretariatState.Installed)
        {
            (State, SuspendedOn) = (SecretariatState.Suspended, today);
            facts.Add(new SecretariatSuspendedV1(Id, Touch(), today, missing));
        }
        else if (!suspended && State == SecretariatState.Suspended)
        {
            (State, SuspendedOn) = (SecretariatState.Installed, null);
            facts.Add(new SecretariatReturnedV1(Id, Touch(), today));
        }
    }

    private Holder? HolderOf(Seat seat, SeatRole role, DateOnly day) =>
        holdings.SingleOrDefault(row => row.SeatId == seat.Id && row.Role == role && row.IsInForce(day)) is { } held
            ? new Holder(held.Id, role, held.OrganisationId, held.AccountId)
            : null;

    private Sector SectorOf(SeatHolding holding) => seats.Single(seat => seat.Id == holding.SeatId).Sector;

    private bool IsSeated(Guid? organisation, Guid? account, DateOnly today) => holdings.Any(row =>
        (row.End is null || today < row.End) && ((organisation is not null && row.OrganisationId == organisation) || (account is not null && row.AccountId == account)));

    /// <summary>Rotation: whether the organisation has held its consecutive terms as titular when another begins.</summary>
    public bool MayTakeTerm(Guid organisation, DateOnly from, GoverningRules rules) => TermsBefore(organisation, from) < rules.MaxConsecutiveTerms;

    /// <summary>The rule for which an organisation could not take a seat of civil society by election; null where it could.</summary>
    /// <param name="from">When the elected take their seats.</param>
    /// <param name="succeeded">Another organisation stands in its place.</param>
    public Refusal? WhyNotElected(Guid organisation, Sector sector, bool succeeded, DateOnly from, GoverningRules rules, DateOnly today)
    {
        if (succeeded)
            return Refusal.Rule("elected_was_succeeded");
        if (sector != Sector.CivilSociety)
            return Refusal.Rule("seat_of_another_sector", "organisationId");
        if (Current(SecretariatOffice.Facilitator, today)?.OrganisationId == organisation)
            return Refusal.Rule("facilitator_holds_no_seat", "organisationId");
        if (holdings.Any(row => row.OrganisationId == organisation && SectorOf(row) != Sector.CivilSociety && row.Overlaps(from, from.AddMonths(rules.SeatTermMonths))))
            return Refusal.Rule("organisation_in_two_sectors", "organisationId");
        return MayTakeTerm(organisation, from, rules) ? null : Refusal.Rule("too_many_consecutive_terms", "organisationId", rules.MaxConsecutiveTerms);
    }

    /// <summary>A term goes on through those who sat for the organisation one after the other.</summary>
    private DateOnly? EndOfTerm(SeatHolding holding) => holdings.SingleOrDefault(row => row.ContinuesId == holding.Id) is { } next ? EndOfTerm(next) : holding.End;

    /// <summary>Terms of the organisation as titular that lead up to this one without a pause.</summary>
    private int TermsBefore(Guid organisation, DateOnly from)
    {
        var (count, next) = (0, from);
        foreach (var before in holdings.Where(row => row.OrganisationId == organisation && row.Role == SeatRole.Titular && row.ContinuesId is null && row.From < from && EndOfTerm(row) != row.From).OrderByDescending(row => row.From))
        {
            if (EndOfTerm(before) is not { } end || end.AddDays(ConsecutiveWithinDays) < next)
                break;
            (count, next) = (count + 1, before.From);
        }

        return count;
    }
}
