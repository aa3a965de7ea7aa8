using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

/// <summary>A voting place of one sector, held over time by a titular and an optional alternate (SPEC §1.2).</summary>
public sealed class Seat
{
    private Seat()
    {
    }

    public Guid Id { get; private init; }
    public Guid SecretariatId { get; private init; }

    /// <summary>Counted in the secretariat, from 1.</summary>
    public int Number { get; private init; }

    public Sector Sector { get; private init; }
    public DateOnly CreatedOn { get; private init; }

    /// <summary>First day on which it is no longer there; null while it is.</summary>
    public DateOnly? RetiredOn { get; private set; }

    public string? RetireReason { get; private set; }

    public bool IsInForce(DateOnly day) => RetiredOn is null || day < RetiredOn;

    internal void Retire(DateOnly day, string reason) => (RetiredOn, RetireReason) = (day, reason);

    internal static Seat Create(Guid secretariat, int number, Sector sector, DateOnly today) =>
        new() { Id = Guid.CreateVersion7(), SecretariatId = secretariat, Number = number, Sector = sector, CreatedOn = today };
}

/// <summary>How a holder came to the seat (SPEC §2.4.8).</summary>
public enum SeatAccess
{
    /// <summary>Written by the institution's head.</summary>
    Appointment,

    /// <summary>Open call and vote of the registered civil society.</summary>
    Election,
}

/// <summary>How high the post of who sits stands in its institution, the lowest first (SPEC §2.4.13: who sits must be able to decide).</summary>
public enum SeatRank { Staff, HeadOfDepartment, DeputyDirector, Director, DirectorGeneral, Undersecretary, HeadOfInstitution }

/// <summary>An organisation in a seat for a time. Membership is never overwritten: it ends, and another begins.</summary>
public sealed class SeatHolding
{
    private SeatHolding()
    {
    }

    public Guid Id { get; private init; }
    public Guid SecretariatId { get; private init; }
    public Guid SeatId { get; private init; }
    public SeatRole Role { get; private init; }
    public Guid OrganisationId { get; private init; }

    /// <summary>Who sits for the organisation and votes from their own account.</summary>
    public Guid? AccountId { get; private init; }

    /// <summary>The post of who sits, for example "Dirección General"; never a name.</summary>
    public string? Post { get; private init; }

    /// <summary>How high the post stands; null where it was not said.</summary>
    public SeatRank? Rank { get; private init; }

    public SeatAccess Access { get; private init; }

    /// <summary>The letter of appointment or the published result, as people cite it.</summary>
    public string Document { get; private init; } = "";

    /// <summary>The election of this instance that gave the seat; null where it was filled otherwise, or elsewhere.</summary>
    public Guid? ElectionId { get; private init; }

    /// <summary>The holding that this one goes on from, in the same term: another person sits for the same organisation.</summary>
    public Guid? ContinuesId { get; private init; }

    public DateOnly From { get; private init; }

    /// <summary>First day on which the term is over; null where none is set.</summary>
    public DateOnly? Until { get; private init; }

    /// <summary>First day on which it no longer holds, where it ended before its term.</summary>
    public DateOnly? EndedOn { get; private set; }

    /// <summary>Why, as everybody reads it.</summary>
    public SeatEndCause? EndCause { get; private set; }

    /// <summary>What was written beside it; not public, and gone when the person's data are erased.</summary>
    public string? EndReason { get; private set; }

    public DateOnly? End => EndedOn is { } ended && (Until is null || ended < Until) ? ended : Until;

    public bool IsInForce(DateOnly day) => From <= day && (End is null || day < End);

    public bool Overlaps(DateOnly from, DateOnly? until) => End != From && (End is null || from < End) && (until is null || From < until);

    internal static SeatHolding Take(Seat seat, Appointment given) => new()
    {
        Id = Guid.CreateVersion7(),
        SecretariatId = seat.SecretariatId,
        SeatId = seat.Id,
        Role = given.Role,
        OrganisationId = given.OrganisationId,
        AccountId = given.AccountId,
        Post = given.Post,
        Rank = given.Rank,
        Access = given.Access,
        Document = given.Document,
        From = given.From,
        Until = given.Until,
        ElectionId = given.ElectionId,
    };

    internal static SeatHolding Continue(SeatHolding former, Substitution by, DateOnly today) => new()
    {
        Id = Guid.CreateVersion7(),
        SecretariatId = former.SecretariatId,
        SeatId = former.SeatId,
        Role = former.Role,
        OrganisationId = former.OrganisationId,
        AccountId = by.AccountId,
        Post = by.Post,
        Rank = by.Rank,
        Access = former.Access,
        Document = by.Document,
        ElectionId = former.ElectionId,
        ContinuesId = former.Id,
        From = today,
        Until = former.Until,
    };

    /// <summary>The same person in the same term, for the organisation that stands in the place of the one that ended.</summary>
    internal static SeatHolding Succeed(SeatHolding former, Guid successor, string basis, DateOnly today) => new()
    {
        Id = Guid.CreateVersion7(),
        SecretariatId = former.SecretariatId,
        SeatId = former.SeatId,
        Role = former.Role,
        OrganisationId = successor,
        AccountId = former.AccountId,
        Post = former.Post,
        Rank = former.Rank,
        Access = former.Access,
        Document = basis,
        ElectionId = former.ElectionId,
        ContinuesId = former.Id,
        From = today,
        Until = former.Until,
    };

    internal void Finish(DateOnly day, SeatEndCause cause, string? reason) => (EndedOn, EndCause, EndReason) = (day < From ? From : day, cause, reason);
}

/// <param name="Sector">Of the organisation.</param>
/// <param name="ElectionId">The election of this instance that gives the seat.</param>
public sealed record Appointment(
    SeatRole Role, Guid OrganisationId, Sector Sector, Guid? AccountId, string? Post, SeatAccess Access, string Document, DateOnly From, DateOnly? Until, SeatRank? Rank = null, Guid? ElectionId = null);

/// <param name="AccountId">Who sits for the organisation from now on.</param>
/// <param name="Document">The letter that names them, as people cite it.</param>
public sealed record Substitution(Guid? AccountId, string? Post, SeatRank? Rank, string Document, string Reason);

/// <summary>Why somebody no longer holds a seat before its term is over: from a list, because it is public and stays (INV-52), and free text tells of people.</summary>
public enum SeatEndCause
{
    Resigned,

    /// <summary>Another person sits for the same organisation.</summary>
    Replaced,

    /// <summary>The organisation that took the place of theirs goes on with the term.</summary>
    Succeeded,

    /// <summary>The post with which they sat.</summary>
    LeftPost,

    /// <summary>By a resolution.</summary>
    Removed,

    OrganisationLeft,
    Absences,
    RecordedByMistake,
    Other,
}

public enum SecretariatOffice
{
    Chair,

    /// <summary>Convenes, keeps minutes and register; a role, not a vote.</summary>
    ExecutiveSecretary,

    /// <summary>Voice and no vote.</summary>
    Facilitator,
}

/// <param name="Sector">Of the organisation.</param>
/// <param name="IsIndependent">
/// Neither the organisation nor one for which the person acts is an obligated subject: those carry out commitments (INV-23), and who carries
/// them out does not facilitate (SPEC §2.4).
/// </param>
public sealed record OfficeTaken(Guid? OrganisationId, Guid? AccountId, Sector? Sector, bool IsIndependent = true)
{
    /// <summary>The organisations for which the person acts: who facilitates represents none that holds a seat (INV-05).</summary>
    public IReadOnlyList<Guid> ActsFor { get; init; } = [];
}

/// <summary>Who holds one of the three offices, for a time.</summary>
public sealed class OfficeHolding
{
    private OfficeHolding()
    {
    }

    public Guid Id { get; private init; }
    public Guid SecretariatId { get; private init; }
    public SecretariatOffice Office { get; private init; }

    /// <summary>Null only for a facilitator who belongs to no organisation, and is then named by their account.</summary>
    public Guid? OrganisationId { get; private init; }

    public Guid? AccountId { get; private init; }
    public DateOnly From { get; private init; }
    public DateOnly? EndedOn { get; private set; }

    public bool IsInForce(DateOnly day) => From <= day && (EndedOn is null || day < EndedOn);

    internal static OfficeHolding Take(Guid secretariat, SecretariatOffice office, Guid? organisation, Guid? account, DateOnly day) =>
        new() { Id = Guid.CreateVersion7(), SecretariatId = secretariat, Office = office, OrganisationId = organisation, AccountId = account, From = day };

    internal void Finish(DateOnly day) => EndedOn = day < From ? From : day;
}
