using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.Participants.Registrations;

namespace OpenGov.Participants.Privacy;

/// <summary>
/// How many people take part, as it may be shown: citizens by sector, and those who are in no public list of names. Two answers show them, and who reads both can
/// subtract: the names are public, so that one count gives the other. So they are shown together or not at all.
/// </summary>
/// <param name="Citizens">By sector, zero where there are none; null where one of all counts is too small to be shown.</param>
/// <param name="Named">In the public list: they agreed to it.</param>
/// <param name="Unnamed">Null as <paramref name="Citizens"/>.</param>
internal sealed record PeopleFigures(IReadOnlyDictionary<Sector, int>? Citizens, int Named, int? Unnamed)
{
    public static PeopleFigures Of(IReadOnlyDictionary<Sector, int> citizens, int takingPart, int named, int threshold) =>
        SmallCells.MayBeShown([.. citizens.Values, takingPart - named], threshold) ? new(citizens, named, takingPart - named) : new(null, named, null);

    public static async Task<PeopleFigures> ReadAsync(ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var threshold = (await rules.OnAsync(await rules.TodayAsync(cancellationToken), cancellationToken))?.Parameters.SmallCellThreshold ?? new ProfileParameters().SmallCellThreshold;
        var citizens = await db.Registrations.Where(row => row.State == RegistrationState.Accepted && row.Kind == RegistrationKind.Citizen).GroupBy(row => row.Sector)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return Of(citizens, await PublicNames.TakingPart(db).CountAsync(cancellationToken), await PublicNames.Named(db).CountAsync(cancellationToken), threshold);
    }
}

/// <summary>
/// The same for the directory's first page, which everybody opens: counting 200,000 people takes longer than showing it. As old as other anonymous answers may be
/// (decision 0009), and counted by one reader at a time.
/// </summary>
internal sealed class KeptPeopleFigures(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim counting = new(1, 1);
    private Counted? last;

    public async Task<PeopleFigures> ReadAsync(ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        if (Fresh() is { } kept)
            return kept;
        await counting.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } meanwhile)
                return meanwhile;
            var at = clock.GetUtcNow();
            last = new Counted(at, await PeopleFigures.ReadAsync(db, rules, cancellationToken));
            return last.Figures;
        }
        finally
        {
            counting.Release();
        }
    }

    public void Dispose() => counting.Dispose();

    private PeopleFigures? Fresh() => last is { } counted && clock.GetUtcNow() - counted.At is var age && age >= TimeSpan.Zero && age < Oldest ? counted.Figures : null;

    private sealed record Counted(DateTimeOffset At, PeopleFigures Figures);
}
