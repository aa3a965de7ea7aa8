using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>Rows of one table about the person, as stored; secrets (hashes, sealed values) are left out.</summary>
public sealed record PersonalRecords(string Table, DataPurpose Purpose, DataRetention Retention, JsonElement Rows);

/// <summary>All that one service keeps of the person (access and portability, SPEC §4.3).</summary>
/// <param name="Files">Those that the person uploaded; the content of each is given beside it, below <c>files/</c>.</param>
public sealed record PersonalData(string Service, Guid PersonId, DateTimeOffset At, IReadOnlyList<PersonalRecords> Records, IReadOnlyList<StoredFile> Files);

public static class OwnPersonalData
{
    /// <summary>Names the address of an account to the services that know people only by their address.</summary>
    public const string ProofHeader = "OpenGov-Address-Proof";

    /// <summary>No table has so many rows of one person; a bound keeps the answer one.</summary>
    private const int MaxRows = 20_000;

    public static void MapOwnPersonalData(this WebApplication app, string service)
    {
        if (app.Services.GetService<FileStore>() is { } files)
            MapFiles(app, service, files);
        app.MapGet($"/api/{service}/v1/personal-data", (HttpContext http, NpgsqlDataSource database, InstanceKey key, TimeProvider clock, CancellationToken cancellationToken) =>
                HandleWarrantAsync(service, http, database, key, clock, cancellationToken))
            .RequireAuthorization().ProducesProblem(404).WithTags("Personal data").WithSummary($"All that this service keeps of a person whose request staff answer; with a warrant in {ExportWarrant.Header}.");
        app.MapGet($"/api/{service}/v1/my/personal-data", (HttpContext http, NpgsqlDataSource database, InstanceKey key, TimeProvider clock, CancellationToken cancellationToken) =>
                HandleAsync(service, http, database, key, clock, cancellationToken))
            .RequireAuthorization().OpenToOwnAccount().WithTags("Personal data").WithSummary("All that this service keeps of the signed-in person.");
    }

    /// <summary>What the person uploaded, attached to something or not, for them and for who answers their request.</summary>
    private static void MapFiles(WebApplication app, string service, FileStore files)
    {
        app.MapGet($"/api/{service}/v1/my/personal-data/files/{{id:guid}}", (Guid id, HttpContext http, CancellationToken cancellationToken) => files.SendOwnAsync(id, http.RequireAccount().AccountId, http, cancellationToken))
            .RequireAuthorization().OpenToOwnAccount().Produces<Stream>(200, "application/octet-stream").ProducesProblem(404).WithTags("Personal data").WithSummary("A file that the signed-in person uploaded.");
        app.MapGet($"/api/{service}/v1/personal-data/files/{{id:guid}}", async (Guid id, HttpContext http, InstanceKey key, TimeProvider clock, CancellationToken cancellationToken) =>
                ExportWarrant.Read(key, http.RequireAccount().AccountId, http.Request.Headers[ExportWarrant.Header], clock.GetUtcNow()) is var (person, _)
                    ? await files.SendOwnAsync(id, person, http, cancellationToken)
                    : http.Problem(Refusal.NotFound()))
            .RequireAuthorization().Produces<Stream>(200, "application/octet-stream").ProducesProblem(404).WithTags("Personal data").WithSummary($"A file that a person uploaded whose request staff answer; with a warrant in {ExportWarrant.Header}.");
    }

    /// <summary>The same about any person, for who answers a request of access.</summary>
    public static async Task<PersonalData> OfAsync(
        string service, Guid person, byte[]? addressHash, NpgsqlDataSource database, FileStore? files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var records = new List<PersonalRecords>();
        // Given back before another one is asked for.
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            foreach (var table in PersonalDataRegister.Of(service))
            {
                object? key = table.FoundBy == SubjectKey.Person ? person : addressHash;
                if (key is null)
                    continue;
#pragma warning disable CA2100 // Made of the register's own names.
                await using var command = new NpgsqlCommand(table.ExportSql(MaxRows), connection);
#pragma warning restore CA2100
                command.Parameters.Add(new() { Value = key });
                var rows = JsonElement.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
                if (rows.GetArrayLength() > 0)
                    records.Add(new PersonalRecords(table.Name, table.Purpose, table.Retention, rows));
            }
        }

        return new PersonalData(service, person, now, records, files is null ? [] : await files.ListOfAsync(person, MaxRows, cancellationToken));
    }

    private static async Task<Results<Ok<PersonalData>, ProblemHttpResult>> HandleWarrantAsync(
        string service, HttpContext http, NpgsqlDataSource database, InstanceKey key, TimeProvider clock, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        return ExportWarrant.Read(key, http.RequireAccount().AccountId, http.Request.Headers[ExportWarrant.Header], now) is var (person, hash)
            ? TypedResults.Ok(await OfAsync(service, person, hash, database, http.RequestServices.GetService<FileStore>(), now, cancellationToken))
            : http.Problem(Refusal.NotFound());
    }

    private static async Task<Ok<PersonalData>> HandleAsync(
        string service, HttpContext http, NpgsqlDataSource database, InstanceKey key, TimeProvider clock, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var account = http.RequireAccount().AccountId;
        var hash = AddressFingerprint.Proven(key, account, http.Request.Headers[ProofHeader], clock.GetUtcNow());
        return TypedResults.Ok(await OfAsync(service, account, hash, database, http.RequestServices.GetService<FileStore>(), clock.GetUtcNow(), cancellationToken));
    }
}
