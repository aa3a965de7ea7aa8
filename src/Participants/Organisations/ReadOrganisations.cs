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
    /// <param name="q">Beginnings or other forms of words of the name, acronym, former names or place; case and accents do not matter, nor does what joins words ("de", "la").</param>
    public static async Task<Results<Ok<Page<OrganisationView>>, ProblemHttpResult>> List(
        string? sector, string? kind, string? q, string? municipality, string? cursor, int? limit, HttpContext http, OrganisationDirectory directory, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        if (!string.IsNullOrWhiteSpace(q) && (q.Length > 200 || q.Contains('\0', StringComparison.Ordinal)))
            return http.Problem(Refusal.Invalid("q", "field_invalid"));
        if (!TryRead<Sector>(sector, out var ofSector))
            return http.Problem(Refusal.Invalid("sector", "field_invalid"));
        if (!TryRead<OrganisationKind>(kind, out var ofKind))
            return http.Problem(Refusal.Invalid("kind", "field_invalid"));
        if (!string.IsNullOrWhiteSpace(municipality) && (municipality.Length > 100 || municipality.Contains('\0', StringComparison.Ordinal)))
            return http.Problem(Refusal.Invalid("municipality", "field_invalid"));
        string? after = null;
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var key] || key.Contains('\0', StringComparison.Ordinal))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            after = key;
        }

        var question = new DirectoryQuestion(
            ofSector, ofKind, string.IsNullOrWhiteSpace(q) ? null : q, string.IsNullOrWhiteSpace(municipality) ? null : municipality, after);
        return TypedResults.Ok(await directory.ReadAsync(question, size.Value, cancellationToken));
    }

    private static bool TryRead<T>(string? code, out T? asked) where T : struct, Enum
    {
        asked = null;
        if (string.IsNullOrEmpty(code))
            return true;
        if (!EnumCodes.TryParse<T>(code, out var known))
            return false;
        asked = known;
        return true;
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
