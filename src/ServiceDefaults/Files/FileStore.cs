using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Npgsql;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Files;

/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record StoredFile(Guid Id, string FileName, string MediaType, long Size, string Sha256);

/// <summary>
/// Uploaded files, in chunks in the service's own database: one backup holds everything. A file belongs to nobody until something public
/// carries it (<c>attached_at</c>, set by the service); then it never changes, and everybody may have it.
/// </summary>
/// <param name="table">
/// Columns id, account_id, file_name, media_type, size, sha256, started_at, completed_at, attached_at; its chunks stand in <c>{table}_chunk</c>
/// (file_id, ordinal, content).
/// </param>
public sealed class FileStore(NpgsqlDataSource database, TimeProvider clock, string table)
{
    /// <summary>Few round trips for 25 MB, little memory for many uploads at once.</summary>
    private const int ChunkBytes = 256 * 1024;

    /// <summary>
    /// Stores bytes chunk by chunk as they come: one upload costs one chunk of memory, and no transaction stays open while a slow line
    /// delivers. What is refused or broken off leaves nothing.
    /// </summary>
    /// <param name="name">Clean (<see cref="FileNames"/>).</param>
    /// <param name="refuse">Why a file of this media type is not taken, or null where it is; asked with the first chunk, before the rest has come.</param>
    public async Task<Result<StoredFile>> ReceiveAsync(
        Guid account, string name, Stream body, long maxBytes, Refusal tooLarge, Refusal empty, CancellationToken cancellationToken, Func<string, Refusal?>? refuse = null)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync($"insert into {table} (id, account_id, file_name, media_type, started_at) values ($1, $2, $3, 'application/octet-stream', $4)", [id, account, name, clock.GetUtcNow()], cancellationToken);
        var stored = false;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (size, mediaType) = (0L, MediaTypes.Unknown);
            var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
            try
            {
                for (var ordinal = 0; ; ordinal++)
                {
                    var filled = await body.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);
                    if (filled == 0)
                        break;
                    size += filled;
                    if (size > maxBytes)
                        return tooLarge;
                    if (ordinal == 0)
                        mediaType = MediaTypes.Of(buffer.AsSpan(0, filled));
                    if (ordinal == 0 && refuse?.Invoke(mediaType) is { } unwanted)
                        return unwanted;
                    hash.AppendData(buffer, 0, filled);
                    await ExecuteAsync($"insert into {table}_chunk (file_id, ordinal, content) values ($1, $2, $3)", [id, ordinal, buffer.AsMemory(0, filled)], cancellationToken);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (size == 0)
                return empty;
            var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            await ExecuteAsync($"update {table} set size = $2, sha256 = $3, media_type = $4, completed_at = $5 where id = $1", [id, size, sha256, mediaType, clock.GetUtcNow()], cancellationToken);
            stored = true;
            return new StoredFile(id, name, mediaType, size, sha256);
        }
        finally
        {
            if (!stored)
                await ExecuteAsync($"delete from {table} where id = $1", [id], CancellationToken.None);
        }
    }

    /// <summary>
    /// A file that something public carries, to everybody. Its content never changes, so caches may keep it for good; it is an
    /// attachment, of a type that browsers may not guess, in a sandbox: what a stranger uploaded never runs under our origin.
    /// </summary>
    /// <param name="isPublic">False: only for who asked, kept by no cache.</param>
    public async Task<IResult> SendAsync(Guid id, HttpContext http, CancellationToken cancellationToken, bool isPublic = true) =>
        await SendAsync(await FindAsync("id = $1 and attached_at is not null", [id], cancellationToken), http, isPublic, cancellationToken);

    /// <summary>A file for who uploaded it (or answers for them), whether anything carries it or not; kept by no cache.</summary>
    public async Task<IResult> SendOwnAsync(Guid id, Guid account, HttpContext http, CancellationToken cancellationToken) =>
        await SendAsync(await FindAsync("id = $1 and account_id = $2 and completed_at is not null", [id, account], cancellationToken), http, isPublic: false, cancellationToken);

    /// <summary>What somebody uploaded, the oldest first.</summary>
    public async Task<IReadOnlyList<StoredFile>> ListOfAsync(Guid account, int atMost, CancellationToken cancellationToken)
    {
        var files = new List<StoredFile>();
        await using var command = Command($"select id, file_name, media_type, size, sha256 from {table} where account_id = $1 and completed_at is not null order by id limit $2", [account, atMost]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            files.Add(Read(reader));
        return files;
    }

    private async Task<IResult> SendAsync(StoredFile? file, HttpContext http, bool isPublic, CancellationToken cancellationToken)
    {
        if (file is null)
            return http.Problem(Refusal.NotFound());

        var headers = http.Response.GetTypedHeaders();
        headers.CacheControl = !isPublic ? new CacheControlHeaderValue { NoStore = true } : new CacheControlHeaderValue { Public = true, MaxAge = TimeSpan.FromDays(365), Extensions = { new NameValueHeaderValue("immutable") } };
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
        for (var ordinal = 0; await ReadChunkAsync(file.Id, ordinal, cancellationToken) is { } chunk; ordinal++)
            await http.Response.Body.WriteAsync(chunk, cancellationToken);

        return TypedResults.Empty;
    }

    /// <summary>
    /// Removes at most a hundred uploads that nothing took. Replicas cannot disturb each other: a file that something is taking just now is locked and
    /// skipped.
    /// </summary>
    public async Task<int> RemoveUnusedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => await ExecuteAsync(
        $"delete from {table} where id in (select id from {table} where attached_at is null and started_at < $1 order by id limit 100 for update skip locked)", [startedBefore], cancellationToken);

    /// <summary>Takes back what was received and nothing carries.</summary>
    public Task<int> RemoveAsync(Guid id, CancellationToken cancellationToken) => ExecuteAsync($"delete from {table} where id = $1 and attached_at is null", [id], cancellationToken);

    /// <summary>Some of the bytes of a complete file; it ends where the file ends.</summary>
    public async Task<byte[]> ReadAsync(Guid id, long offset, int count, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream(count);
        for (var (ordinal, from) = ((int)(offset / ChunkBytes), (int)(offset % ChunkBytes)); read.Length < count && await ReadChunkAsync(id, ordinal, cancellationToken) is { } chunk; ordinal++, from = 0)
            read.Write(chunk, Math.Min(from, chunk.Length), Math.Min(chunk.Length - Math.Min(from, chunk.Length), count - (int)read.Length));
        return read.ToArray();
    }

    private async Task<StoredFile?> FindAsync(string where, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command($"select id, file_name, media_type, size, sha256 from {table} where {where}", values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static StoredFile Read(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4));

    private async Task<byte[]?> ReadChunkAsync(Guid id, int ordinal, CancellationToken cancellationToken)
    {
        await using var command = Command($"select content from {table}_chunk where file_id = $1 and ordinal = $2", [id, ordinal]);
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<int> ExecuteAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
#pragma warning disable CA2100 // The text is written in this file and the table is named by the service; values are parameters.
        var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
