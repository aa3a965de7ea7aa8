using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

public static class ReadOrganisations
{
    /// <summary>In the order of their names without accents.</summary>
    /// <param name="municipality">Of the seat, by name; case and accents do not matter.</param>
    /// <param name="q">Beginnings of words of the name or acronym; case and accents do not matter.</param>
    public static async Task<Results<Ok<Page<OrganisationView>>, ProblemHttpResult>> List(
        string? sector, string? kind, string? q, string? municipality, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        if (!string.IsNullOrWhiteSpace(q) && (q.Length > 200 || q.Contains('\0', StringComparison.Ordinal)))
            return http.Problem(Refusal.Invalid("q", "field_invalid"));
        var rows = (string.IsNullOrWhiteSpace(q) ? db.Organisations : db.Search(q)).AsNoTracking();
        if (!string.IsNullOrEmpty(sector))
        {
            if (!EnumCodes.TryParse<Sector>(sector, out var asked))
                return http.Problem(Refusal.Invalid("sector", "field_invalid"));
            rows = rows.Where(row => row.Sector == asked);
        }

        if (!string.IsNullOrEmpty(kind))
        {
            if (!EnumCodes.TryParse<OrganisationKind>(kind, out var asked))
                return http.Problem(Refusal.Invalid("kind", "field_invalid"));
            rows = rows.Where(row => row.Kind == asked);
        }

        if (!string.IsNullOrWhiteSpace(municipality))
        {
            if (municipality.Length > 100 || municipality.Contains('\0', StringComparison.Ordinal))
                return http.Problem(Refusal.Invalid("municipality", "field_invalid"));
            var seat = OrganisationNames.WordsOf(municipality);
            rows = rows.Where(row => row.MunicipalityKey == seat);
        }

        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var after] || after.Contains('\0', StringComparison.Ordinal))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
#pragma warning disable CA1309 // PostgreSQL compares, in the same collation as it orders.
            rows = rows.Where(row => string.Compare(row.NameKey, after) > 0);
#pragma warning restore CA1309
        }

        var found = await rows.OrderBy(row => row.NameKey).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = found.Count > size.Value ? Cursor.Encode(found[size.Value - 1].NameKey) : null;
        return TypedResults.Ok(new Page<OrganisationView>([.. found.Take(size.Value).Select(OrganisationView.Of)], next));
    }

    /// <summary>What only staff see, because they change it.</summary>
    public static async Task<Results<Ok<OrganisationIdentifiers>, ProblemHttpResult>> Identifiers(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var organisation = await db.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (organisation is null)
            return http.Problem(Refusal.NotFound());
        http.Response.Headers.CacheControl = "no-store";
        http.Response.GetTypedHeaders().ETag = ETags.Of(organisation.Version);
        return TypedResults.Ok(new OrganisationIdentifiers(organisation.Id, organisation.Version, organisation.Rfc, organisation.Cluni));
    }

    public static async Task<Results<Ok<OrganisationView>, StatusCodeHttpResult, ProblemHttpResult>> One(
        Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var organisation = await db.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (organisation is null)
            return http.Problem(Refusal.NotFound());
        return http.IsNotModified(ETags.Of(organisation.Version))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(OrganisationView.Of(organisation));
    }
}
