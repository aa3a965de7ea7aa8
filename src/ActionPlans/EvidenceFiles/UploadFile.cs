using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ActionPlans.Copies;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.EvidenceFiles;

/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">Bytes.</param>
public sealed record UploadedFile(Guid Id, string Sha256, long Size, string FileName, string MediaType);

/// <summary>Takes a file's raw bytes for a later report. What is never used is removed by <see cref="OrphanFiles"/>.</summary>
internal static class UploadFile
{
    public const long MaxBytes = 25 * 1024 * 1024;

    /// <summary>What an institution may have lying unused: eight files of the largest size.</summary>
    private const long QuotaBytes = 8 * MaxBytes;

    public static async Task<Results<Created<UploadedFile>, ProblemHttpResult>> Handle(
        string? fileName, Permissions permissions, NpgsqlDataSource database, FileStore files, HttpContext http, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var organisations = await permissions.OrganisationsOfAsync(account, cancellationToken);
        if (organisations.Count == 0)
            return http.Problem(new Refusal("mandate_missing", StatusCodes.Status403Forbidden));
        if (FileNames.Clean(fileName) is not { } name)
            return http.Problem(Refusal.Invalid("fileName", "evidence_file_name_invalid"));
        var tooLarge = new Refusal("evidence_file_too_large", StatusCodes.Status413PayloadTooLarge, null, MaxBytes / 1024 / 1024);
        if (http.Request.ContentLength > MaxBytes)
            return http.Problem(tooLarge);
        if (await UnusedBytesAsync([.. organisations.Select(one => one.Id)], database, cancellationToken) >= QuotaBytes)
            return http.Problem(Refusal.Conflict("evidence_quota_exceeded", QuotaBytes / 1024 / 1024));

        var received = await files.ReceiveAsync(account, name, http.Request.Body, MaxBytes, tooLarge, Refusal.Invalid("", "evidence_file_empty"), cancellationToken);
        if (received.IsRefused)
            return http.Problem(received);
        var file = received.Value;
        http.Response.GetTypedHeaders().ETag = ETags.Of(file.Sha256);
        return TypedResults.Created(EvidenceDesk.PathOf(file.Id), new UploadedFile(file.Id, file.Sha256, file.Size, file.FileName, file.MediaType));
    }

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
}
