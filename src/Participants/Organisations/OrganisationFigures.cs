using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy;

namespace OpenGov.Participants.Organisations;

/// <param name="Citizens">Null where this or another count of people would be of fewer than the profile's threshold (SPEC §4.3).</param>
public sealed record SectorFigures(Sector Sector, int Organisations, int? Citizens);

/// <summary>How many take part, by sector. Organisations are public; people are counts that point at nobody.</summary>
public static class OrganisationFigures
{
    internal static async Task<Ok<IReadOnlyList<SectorFigures>>> Read(ParticipantsDb db, LegalProfileInForce rules, KeptPeopleFigures kept, CancellationToken cancellationToken)
    {
        var organisations = await db.Organisations.Where(row => row.SuccessorId == null).GroupBy(row => row.Sector)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var people = await kept.ReadAsync(db, rules, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<SectorFigures>>(
            [.. Enum.GetValues<Sector>().Select(sector => new SectorFigures(sector, organisations.GetValueOrDefault(sector), people.Citizens?.GetValueOrDefault(sector)))]);
    }
}
