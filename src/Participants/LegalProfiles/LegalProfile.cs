using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>Who adopts or withdraws a version, and why.</summary>
public sealed record Adoption(Guid By, string Reason);

/// <summary>
/// The rules of one state from a day on (SPEC §4.2, §8). Versions never overlap and what was in force is never rewritten: a
/// new one ends its predecessor on the day on which it begins.
/// </summary>
public sealed class LegalProfile : AggregateRoot
{
    /// <summary>Enough for twenty years of rest days and local ones.</summary>
    public const int MaxHolidays = 600;

    /// <summary>
    /// The programme of local exercises began in 2015 (SPEC §1.1): an instance can hold exercises older than itself, and they
    /// too need rules.
    /// </summary>
    private static readonly DateOnly Programme = new(2015, 1, 1);

    private LegalProfile()
    {
    }

    public DateOnly ValidFrom { get; private init; }

    /// <summary>First day on which it is no longer in force; null for the last.</summary>
    public DateOnly? ValidTo { get; private set; }

    public ProfileParameters Parameters { get; private init; } = new();

    /// <summary>Days without business besides Saturdays and Sundays, in order.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; private init; } = [];

    public DateTimeOffset AdoptedAt { get; private init; }

    /// <summary>Null for the first, which the set-up makes.</summary>
    public Guid? AdoptedBy { get; private init; }

    /// <summary>Why, in the words of whoever adopted it; public. Null for the first.</summary>
    public string? Reason { get; private init; }

    /// <summary>Before its first day it was withdrawn, and was never in force.</summary>
    public DateTimeOffset? WithdrawnAt { get; private set; }

    public Guid? WithdrawnBy { get; private set; }

    /// <summary>Why; public.</summary>
    public string? WithdrawalReason { get; private set; }

    /// <summary>The defaults of SPEC §8, with the federal rest days of this year and the next.</summary>
    public static LegalProfile First(DateOnly today, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        ValidFrom = Programme,
        Holidays = [.. RestDays.Of(today.Year), .. RestDays.Of(today.Year + 1)],
        AdoptedAt = now,
    };

    /// <param name="predecessor">The version in force on <paramref name="validFrom"/>; null where there is none before it.</param>
    /// <param name="successor">First day of the earliest version after <paramref name="validFrom"/>.</param>
    /// <param name="isFirst">The first of all may begin in the past, no other.</param>
    /// <param name="adoption">Null where the version is only drafted, to be compared.</param>
    public static Result<LegalProfile> Adopt(
        DateOnly validFrom, ProfileParameters parameters, IReadOnlyList<DateOnly> holidays, LegalProfile? predecessor, DateOnly? successor, bool isFirst, DateOnly today, DateTimeOffset now, Adoption? adoption = null)
    {
        var refusals = ParameterRules.Check(parameters).ToList();
        if (!isFirst && validFrom < today)
            refusals.Add(Refusal.Rule("legal_profile_retroactive", "validFrom"));
        if (predecessor?.ValidFrom == validFrom)
            refusals.Add(new Refusal("legal_profile_date_taken", StatusCodes.Status409Conflict, "validFrom"));
        if (holidays.Count > MaxHolidays)
            refusals.Add(Refusal.Invalid("holidays", "holidays_too_many", MaxHolidays));
        if (holidays.Distinct().Count() != holidays.Count)
            refusals.Add(Refusal.Invalid("holidays", "holidays_repeated"));
        if (refusals.Count > 0)
            return Result<LegalProfile>.From(refusals);

        predecessor?.ValidTo = validFrom;
        return new LegalProfile
        {
            Id = Guid.CreateVersion7(),
            ValidFrom = validFrom,
            ValidTo = successor,
            Parameters = parameters,
            Holidays = [.. holidays.Order()],
            AdoptedAt = now,
            AdoptedBy = adoption?.By,
            Reason = adoption?.Reason,
        };
    }

    /// <summary>A version that was dated wrongly, while it is not in force yet: the one before it goes on in its place. On its day and after it, never.</summary>
    /// <param name="predecessor">The version that it would have ended.</param>
    public Result Withdraw(LegalProfile? predecessor, Adoption by, DateOnly today, DateTimeOffset now)
    {
        if (WithdrawnAt is not null)
            return Refusal.Conflict("legal_profile_withdrawn");
        if (ValidFrom <= today)
            return Refusal.Conflict("legal_profile_in_force");
        (WithdrawnAt, WithdrawnBy, WithdrawalReason) = (now, by.By, by.Reason);
        predecessor?.ValidTo = ValidTo;
        return Result.Done;
    }

    public LegalProfileWithdrawnV1 WithdrawnFact() => new(Id, Touch(), ValidFrom);

    public LegalProfileAdoptedV1 AdoptedFact() => new(Id, Touch(), ValidFrom, Parameters.ForOthers(), Holidays);
}
