using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy;
using OpenGov.Participants.Registrations;

namespace OpenGov.Participants.Organisations;

/// <param name="Citizens">Null where fewer than the profile's threshold would be counted (SPEC §4.3).</param>
public sealed record SectorFigures(Sector Sector, int Organisations, int? Citizens);

/// <summary>How many take part, by sector. Organisations are public; people are counts that point at nobody.</summary>
public static class OrganisationFigures
{
    public static async Task<Ok<IReadOnlyList<SectorFigures>>> Read(ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var threshold = (await rules.OnAsync(await rules.TodayAsync(cancellationToken), cancellationToken))?.Parameters.SmallCellThreshold ?? 5;
        var organisations = await db.Organisations.Where(row => row.SuccessorId == null).GroupBy(row => row.Sector)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var citizens = await db.Registrations.Where(row => row.State == RegistrationState.Accepted && row.Kind == RegistrationKind.Citizen).GroupBy(row => row.Sector)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var shown = SmallCells.Suppress(citizens, threshold);
        return TypedResults.Ok<IReadOnlyList<SectorFigures>>(
            [.. Enum.GetValues<Sector>().Select(sector => new SectorFigures(sector, organisations.GetValueOrDefault(sector), citizens.ContainsKey(sector) ? shown[sector] : 0))]);
    }
}
