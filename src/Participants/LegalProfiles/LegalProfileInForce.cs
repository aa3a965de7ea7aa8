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

    /// <summary>The state's business days as they are known on that day.</summary>
    public async Task<BusinessCalendar> CalendarAsync(DateOnly day, CancellationToken cancellationToken) =>
        (await OnAsync(day, cancellationToken))?.Calendar() ?? new BusinessCalendar(RestDays.Of(day.Year));

    public async Task<SectorRules> SectorsAsync(CancellationToken cancellationToken) =>
        await OnAsync(await TodayAsync(cancellationToken), cancellationToken) is { } profile ? new SectorRules(profile.Parameters.Subsectors) : SectorRules.Default;
}
