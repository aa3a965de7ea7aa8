using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ActionPlans.Copies;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.EvidenceFiles;

/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">Bytes.</param>
public sealed record UploadedFile(Guid Id, string Sha256, long Size, string FileName, string MediaType);

/// <summary>
/// Takes a file's raw bytes from the request and stores them chunk by chunk as they come: one upload costs one chunk of memory,
/// and no transaction stays open while a slow line delivers. What is broken off or never used is removed by <see cref="OrphanFiles"/>.
/// </summary>
internal static class UploadFile
{
    public const long MaxBytes = 25 * 1024 * 1024;

    /// <summary>Few round trips for 25 MB, little memory for many uploads at once.</summary>
    private const int ChunkBytes = 256 * 1024;

    /// <summary>What an institution may have lying unused: eight files of the largest size.</summary>
    private const long QuotaBytes = 8 * MaxBytes;

    public static async Task<Results<Created<UploadedFile>, ProblemHttpResult>> Handle(
        string? fileName, Permissions permissions, NpgsqlDataSource database, TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var organisations = await permissions.OrganisationsOfAsync(account, cancellationToken);
        if (organisations.Count == 0)
            return http.Problem(new Refusal("mandate_missing", StatusCodes.Status403Forbidden));
        if (FileNames.Clean(fileName) is not { } name)
            return http.Problem(Refusal.Invalid("fileName", "evidence_file_name_invalid"));
        if (http.Request.ContentLength > MaxBytes)
            return http.Problem(TooLarge());
        if (await UnusedBytesAsync([.. organisations.Select(one => one.Id)], database, cancellationToken) >= QuotaBytes)
            return http.Problem(Refusal.Conflict("evidence_quota_exceeded", QuotaBytes / 1024 / 1024));

        var id = Guid.CreateVersion7();
        await ExecuteAsync(database, "insert into evidence_file (id, account_id, file_name, media_type, started_at) values ($1, $2, $3, 'application/octet-stream', $4)", [id, account, name, clock.GetUtcNow()], cancellationToken);
        var stored = false;
        try
        {
            var received = await ReceiveAsync(id, http.Request.Body, database, cancellationToken);
            if (received.IsRefused)
                return http.Problem(received);
            var (size, sha256, mediaType) = received.Value;
            await ExecuteAsync(
                database, "update evidence_file set size = $2, sha256 = $3, media_type = $4, completed_at = $5 where id = $1",
                [id, size, sha256, mediaType, clock.GetUtcNow()], cancellationToken);
            stored = true;
            http.Response.GetTypedHeaders().ETag = ETags.Of(sha256);
            return TypedResults.Created(EvidenceDesk.PathOf(id), new UploadedFile(id, sha256, size, name, mediaType));
        }
        finally
        {
            if (!stored)
                await ExecuteAsync(database, "delete from evidence_file where id = $1", [id], CancellationToken.None);
        }
    }

    private static async Task<Result<(long Size, string Sha256, string MediaType)>> ReceiveAsync(Guid id, Stream body, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var (size, mediaType) = (0L, MediaTypes.Unknown);
            for (var ordinal = 0; ; ordinal++)
            {
                var filled = await body.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);
                if (filled == 0)
                    break;
                size += filled;
                if (size > MaxBytes)
                    return TooLarge();
                if (ordinal == 0)
                    mediaType = MediaTypes.Of(buffer.AsSpan(0, filled));
                hash.AppendData(buffer, 0, filled);
                await ExecuteAsync(database, "insert into evidence_file_chunk (file_id, ordinal, content) values ($1, $2, $3)", [id, ordinal, buffer.AsMemory(0, filled)], cancellationToken);
            }

            if (size == 0)
                return Refusal.Invalid("", "evidence_file_empty");
            return (size, Convert.ToHexStringLower(hash.GetHashAndReset()), mediaType);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Refusal TooLarge() => new("evidence_file_too_large", StatusCodes.Status413PayloadTooLarge, null, MaxBytes / 1024 / 1024);

    private static async Task<long> UnusedBytesAsync(Guid[] organisations, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        // An upload under way counts as the largest it can become.
        await using var command = database.CreateCommand(
            """
            select coalesce(sum(case when completed_at is null then $2 else size end), 0)::bigint from evidence_file
            where attached_at is null and account_id in (select account_id from mandate where organisation_id = any($1))
            """);
        command.Parameters.Add(new() { Value = organisations });
        command.Parameters.Add(new() { Value = MaxBytes });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, object[] values, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The text is written in this file; values are parameters.
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
