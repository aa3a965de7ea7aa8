using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.States;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>The rules that this service applies itself.</summary>
public sealed class LegalProfileInForce(ParticipantsDb db)
{
    /// <summary>The day that it is in the instance's state.</summary>
    public async Task<DateOnly> TodayAsync(CancellationToken cancellationToken) =>
        State.Today(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken), db.Now);

    /// <summary>The time of day that it is then in the instance's state.</summary>
    public async Task<DateTime> LocalAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
        State.Local(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken), moment);

    /// <summary>When that day begins in the instance's state.</summary>
    public async Task<DateTimeOffset> StartOfAsync(DateOnly day, CancellationToken cancellationToken) =>
        State.StartOf(await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken), day);

    public async Task<LegalProfile?> OnAsync(DateOnly day, CancellationToken cancellationToken) => await db.LegalProfiles.AsNoTracking()
        .SingleOrDefaultAsync(row => row.ValidFrom <= day && (row.ValidTo == null || row.ValidTo > day), cancellationToken);

    /// <summary>
    /// The rules by which something that began at a moment is judged to its end: the version in force on its day, as it had been adopted by then. One that
    /// was adopted later on that day, or later at all, does not reach back.
    /// </summary>
    public async Task<LegalProfile?> AtAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(await LocalAsync(moment, cancellationToken));
        var begun = db.LegalProfiles.AsNoTracking().Where(row => row.ValidFrom <= day);
        return await begun.Where(row => row.AdoptedAt <= moment).OrderByDescending(row => row.ValidFrom).FirstOrDefaultAsync(cancellationToken)
            // Older than the instance, or of the minute in which it was set up: its first version speaks for the time before it.
            ?? await begun.OrderBy(row => row.AdoptedAt).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// The state's business days from that day on, each by the version in force on it, those to come among them. Whatever is counted in business
    /// days is counted by this.
    /// </summary>
    public async Task<BusinessCalendar> CalendarAsync(DateOnly from, CancellationToken cancellationToken)
    {
        var versions = await db.LegalProfiles.AsNoTracking().Where(row => row.ValidTo == null || row.ValidTo > from).Select(row => new { row.ValidFrom, row.Holidays }).ToListAsync(cancellationToken);
        return versions.Count > 0
            ? BusinessCalendar.Of(versions.ConvertAll(row => new CalendarVersion(row.ValidFrom, row.Holidays)))
            : new BusinessCalendar([.. RestDays.Of(from.Year), .. RestDays.Of(from.Year + 1)]);
    }

    public async Task<SectorRules> SectorsAsync(CancellationToken cancellationToken) =>
        await OnAsync(await TodayAsync(cancellationToken), cancellationToken) is { } profile ? new SectorRules(profile.Parameters.Subsectors) : SectorRules.Default;
}
