using Microsoft.Net.Http.Headers;
using Npgsql;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.EvidenceFiles;

internal static class DownloadFile
{
    /// <summary>
    /// A file that a report carries, to everybody. Its content never changes, so caches may keep it for good; it is an
    /// attachment, of a type that browsers may not guess, in a sandbox: what a stranger uploaded never runs under our origin.
    /// </summary>
    public static async Task<IResult> Handle(Guid id, NpgsqlDataSource database, HttpContext http, CancellationToken cancellationToken)
    {
        var file = await FindAsync(id, database, cancellationToken);
        if (file is null)
            return http.Problem(Refusal.NotFound());

        var headers = http.Response.GetTypedHeaders();
        headers.CacheControl = new CacheControlHeaderValue { Public = true, MaxAge = TimeSpan.FromDays(365), Extensions = { new NameValueHeaderValue("immutable") } };
        if (http.IsNotModified(ETags.Of(file.Sha256)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.FileName);
        headers.ContentDisposition = disposition;
        headers.ContentType = MediaTypeHeaderValue.Parse(file.MediaType);
        headers.ContentLength = file.Size;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";

        // A chunk at a time, each with a connection of its own: whoever reads slowly holds a chunk of memory, not one of the
        // connections that everybody needs. The chunks of a stored file never change.
        for (var ordinal = 0; await ReadChunkAsync(id, ordinal, database, cancellationToken) is { } chunk; ordinal++)
            await http.Response.Body.WriteAsync(chunk, cancellationToken);

        return TypedResults.Empty;
    }

    private static async Task<byte[]?> ReadChunkAsync(Guid id, int ordinal, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select content from evidence_file_chunk where file_id = $1 and ordinal = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = ordinal });
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<StoredFile?> FindAsync(Guid id, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select file_name, media_type, size, sha256 from evidence_file where id = $1 and attached_at is not null");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new StoredFile(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3))
            : null;
    }

    private sealed record StoredFile(string FileName, string MediaType, long Size, string Sha256);
}
