using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="Until">First day on which the term is over.</param>
/// <param name="ElectionId">The election of this instance that gave the seat; null where it was filled otherwise, or elsewhere.</param>
/// <param name="ContinuesId">The holding before it in the same term: another person sat for the organisation.</param>
public sealed record HolderView(
    Guid Id, Guid SeatId, int SeatNumber, Sector Sector, SeatRole Role, Guid OrganisationId, string OrganisationName, string? Acronym, string? Post, SeatRank? Rank, SeatAccess Access, string Document,
    DateOnly From, DateOnly? Until, DateOnly? EndedOn, SeatEndCause? EndCause, bool VotesFromAccount, Guid? ElectionId, Guid? ContinuesId);

public sealed record SeatView(Guid Id, int Number, Sector Sector, HolderView? Titular, HolderView? Alternate);

/// <param name="RetiredOn">First day on which it is no longer there.</param>
public sealed record RetiredSeatView(Guid Id, int Number, Sector Sector, DateOnly CreatedOn, DateOnly RetiredOn, string Reason);

public sealed record OfficeView(SecretariatOffice Office, Guid? OrganisationId, string? OrganisationName, DateOnly From, DateOnly? EndedOn);

public sealed record MechanismView(
    Guid Id, int Number, string Integration, string Functions, string Operation, string Decisions, MechanismParameters Parameters, string Hash, Guid? ResolutionId, DateOnly WrittenOn);

/// <param name="Explanation">Why it does not hold, or with which figures it does, in the reader's language; null in the answer to a change.</param>
public sealed record FindingView(string Rule, bool Holds, string? Code, string? Explanation);

public sealed record SectorSeats(Sector Sector, int Seats, int Occupied);

/// <param name="Dominant">A sector with more than half of the occupied seats (SPEC §2.4).</param>
/// <param name="EndingSoon">Terms that end within sixty days.</param>
public sealed record BalanceView(IReadOnlyList<SectorSeats> Sectors, Sector? Dominant, IReadOnlyList<int> VacantSeats, IReadOnlyList<HolderView> EndingSoon);

public sealed record DeclarationView(DateOnly SignedOn, IReadOnlyList<Sector> SignedBy, string Document);

/// <param name="MissingSectors">When it began; empty where a resolution is the cause.</param>
/// <param name="Resolution">That is the cause; null where a sector had nobody.</param>
/// <param name="Reason">The resolution's text.</param>
public sealed record SuspensionView(
    SuspensionCause Cause, DateOnly SuspendedOn, IReadOnlyList<Sector> MissingSectors, AdoptedBy? Resolution, string? Reason, DateOnly? ReturnedOn, AdoptedBy? ReturnResolution);

/// <param name="Standing">SHA-256 that a motion about its suspension or return names as the version of its subject.</param>
/// <param name="Suspensions">The latest first; those that ended before they were kept are not among them.</param>
/// <param name="RetiredSeats">Seats that are no longer there today; on days before they were.</param>
/// <param name="HasAct">Its act of installation can be read; those of before there were acts cannot.</param>
/// <param name="On">The day that it shows: seats, offices, state, suspension and mechanism are those of that day.</param>
/// <param name="InstalledAt">Place, as the act of installation says it.</param>
/// <param name="Installation">INV-01 to INV-07, SPEC-2.1 and SPEC-2.4, while it is not installed.</param>
public sealed record SecretariatView(
    Guid Id, int Version, string Name, Guid? ParentId, SecretariatState State, DateOnly FormedOn, DeclarationView? Declaration, DateOnly? InstalledOn, bool HasAct, DateOnly? SuspendedOn, DateOnly On,
    IReadOnlyList<SeatView> Seats, IReadOnlyList<OfficeView> Offices, MechanismView? Mechanism, IReadOnlyList<FindingView> Installation, BalanceView Balance, IReadOnlyList<SuspensionView> Suspensions, string Standing,
    IReadOnlyList<RetiredSeatView> RetiredSeats, string? InstalledAt);

public sealed record SecretariatLine(Guid Id, string Name, Guid? ParentId, SecretariatState State, DateOnly? InstalledOn);

internal static class SecretariatViews
{
    private const int SoonDays = 60;

    public static async Task<SecretariatView> ViewAsync(ParticipantsDb db, SecretariatInHand hand, DateOnly on, CancellationToken cancellationToken, MessageCatalog? catalog = null)
    {
        var secretariat = hand.Secretariat;
        var names = await NamesAsync(db, secretariat, cancellationToken);
        var composition = secretariat.On(on);
        var standing = StandingOnDay.Of(secretariat, on, hand.Today);
        var act = await db.InstallationActs.AsNoTracking().Where(row => row.SecretariatId == secretariat.Id).Select(row => new { row.Place }).SingleOrDefaultAsync(cancellationToken);
        var seats = composition.Seats.Select(seat => new SeatView(seat.SeatId, seat.Number, seat.Sector, Find(seat.Titular), Find(seat.Alternate))).ToList();
        return new SecretariatView(
            secretariat.Id, secretariat.Version, secretariat.Name, secretariat.ParentId, standing.State, secretariat.FormedOn,
            secretariat.DeclaredOn is { } declared ? new DeclarationView(declared, secretariat.DeclaredBy, secretariat.Declaration!) : null,
            secretariat.InstalledOn, secretariat.InstalledOn is not null && act is not null, standing.SuspendedOn, on, seats,
            [.. Enum.GetValues<SecretariatOffice>().Select(office => secretariat.Current(office, on)).OfType<OfficeHolding>().Select(row => View(row, names))],
            standing.Mechanism is { } mechanism
                ? MechanismViews.View(mechanism)
                : null,
            secretariat.State == SecretariatState.Integrating
                ? [.. InstallationCheck.Run(secretariat, on, hand.Rules, hand.Awareness, hand.Represented).Select(finding => new FindingView(
                    finding.Rule, finding.Holds, finding.Refusal?.Code, finding.Refusal is { } why ? catalog?.Text(why.Code, why.Args) : catalog?.Text(finding.Code, [.. finding.Figures])))]
                : [],
            new BalanceView(
                [.. Enum.GetValues<Sector>().Select(sector => new SectorSeats(sector, composition.Seats.Count(seat => seat.Sector == sector), composition.Occupied.Count(seat => seat.Sector == sector)))],
                composition.Dominant,
                [.. composition.Seats.Where(seat => seat.Titular is null).Select(seat => seat.Number)],
                [.. seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }).OfType<HolderView>().Where(holder => holder.Until < on.AddDays(SoonDays))]),
            await SuspensionsAsync(db, secretariat, cancellationToken), secretariat.Standing,
            [.. secretariat.Seats.Where(seat => seat.RetiredOn is not null).OrderBy(seat => seat.Number).Select(seat => new RetiredSeatView(seat.Id, seat.Number, seat.Sector, seat.CreatedOn, seat.RetiredOn!.Value, seat.RetireReason!))], act?.Place);

        HolderView? Find(Holder? holder) => holder is null ? null : View(secretariat, secretariat.Holdings.Single(row => row.Id == holder.HoldingId), names);
    }

    private static async Task<IReadOnlyList<SuspensionView>> SuspensionsAsync(ParticipantsDb db, Secretariat secretariat, CancellationToken cancellationToken)
    {
        var ids = secretariat.Suspensions.SelectMany(row => new[] { row.ResolutionId, row.ReturnResolutionId }).OfType<Guid>().ToList();
        var by = ids.Count == 0 ? [] : await db.Resolutions.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Number, row.Text }).ToDictionaryAsync(row => row.Id, cancellationToken);
        return [.. secretariat.Suspensions.OrderByDescending(row => row.Id).Select(row => new SuspensionView(
            row.Cause, row.SuspendedOn, row.MissingSectors, Adopted(row.ResolutionId), row.ResolutionId is { } cause ? by[cause].Text : null, row.ReturnedOn, Adopted(row.ReturnResolutionId)))];

        AdoptedBy? Adopted(Guid? id) => id is { } one ? new AdoptedBy(one, by[one].Number) : null;
    }

    public static async Task<IReadOnlyList<HolderView>> MembershipsAsync(ParticipantsDb db, Secretariat secretariat, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(db, secretariat, cancellationToken);
        return [.. secretariat.Holdings.Select(row => View(secretariat, row, names)).OrderBy(row => row.SeatNumber).ThenByDescending(row => row.From).ThenBy(row => row.Role)];
    }

    public static async Task<Dictionary<Guid, (string Name, string? Acronym)>> NamesAsync(ParticipantsDb db, Secretariat secretariat, CancellationToken cancellationToken)
    {
        var ids = secretariat.Holdings.Select(row => row.OrganisationId).Concat(secretariat.Offices.Select(row => row.OrganisationId).OfType<Guid>()).Distinct().ToList();
        var rows = await db.Organisations.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Name, row.Acronym }).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => row.Id, row => (row.Name, row.Acronym));
    }

    public static OfficeView View(OfficeHolding row, Dictionary<Guid, (string Name, string? Acronym)> names) =>
        new(row.Office, row.OrganisationId, row.OrganisationId is { } organisation ? names[organisation].Name : null, row.From, row.EndedOn);

    public static HolderView View(Secretariat secretariat, SeatHolding row, Dictionary<Guid, (string Name, string? Acronym)> names)
    {
        var seat = secretariat.Seats.Single(one => one.Id == row.SeatId);
        return new HolderView(row.Id, seat.Id, seat.Number, seat.Sector, row.Role, row.OrganisationId, names[row.OrganisationId].Name, names[row.OrganisationId].Acronym, row.Post, row.Rank, row.Access, row.Document,
            row.From, row.Until, row.EndedOn, row.EndCause, row.AccountId is not null, row.ElectionId, row.ContinuesId);
    }
}
