using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.ServiceTests.Caching;

/// <summary>
/// Stands around every service of these tests and holds the promise on which caches rely: what a kept answer shows does not change
/// without the state's version. Whatever test writes something proves it for that write.
/// <list type="bullet">
/// <item>A write that changes a row of a table that may be shown, and leaves the version as it was, fails.</item>
/// <item>An answer that may be kept and was read from a table that is said not to be shown fails.</item>
/// </list>
/// A new table counts as shown until it is named here. A service of whose answers none may be kept promises nothing.
/// </summary>
internal sealed partial class PublicStateGuard : IStartupFilter
{
    /// <summary>Tables from which no answer that may be kept is read.</summary>
    private static readonly HashSet<string> NotShown = new(StringComparer.Ordinal)
    {
        // Every service's own.
        "event_log", "relay_position", "inbox_position", "inbox_parked", "broken_message", "audit_log", "idempotency_key", "ended_session", "operator_post", "operator_command", "schema_file",
        // Participants: accounts and how they sign in.
        "account", "invitation", "session", "sign_in_attempt", "set_up_key", "signing_key", "account_link", "throttle", "second_factor", "recovery_code", "api_key", "passkey", "sign_in_policy",
        "representative_invitation",
        // Participants: what staff do and are told.
        "staff_post", "consent", "arco_request", "erasure", "erasure_confirmation", "erasure_ledger_entry", "personal_data_access", "breach", "organisation_import", "registration_queue_notice", "retention_pass", "idle_account_pass", "plan_period",
        "composition_notice", "calendar_notice",
        // What applicants attach.
        "call_application_document",
        // Who voted and what: only what the proclamation makes of it is shown.
        "election_voter", "election_tally",
        // What is being prepared.
        "plan_draft", "draft_commitment", "commitment_acceptance",
    };

    /// <summary>Content of files never changes once it is there; whether it is shown is said by the file's own row.</summary>
    private static readonly HashSet<string> Unchanging = new(StringComparer.Ordinal) { "stored_file_chunk", "evidence_file_chunk" };

    /// <summary>Of tables that hold both, the rows that may be shown.</summary>
    private static readonly Dictionary<string, string> Shown = new(StringComparer.Ordinal)
    {
        // A draft's documents are nobody's yet.
        ["stored_file"] =
            """
            id in (select file_id from open_call_document where call_id in (select id from open_call where published_at is not null)) or id in (select file_id from session_document)
            or id in (select unnest(array[document_id, signed_document_id]) from joint_declaration where opened_at is not null)
            """,
        ["evidence_file"] = "attached_at is not null",
        ["open_call"] = "published_at is not null",
        ["open_call_document"] = "call_id in (select id from open_call where published_at is not null)",
        ["open_call_asked_document"] = "call_id in (select id from open_call where published_at is not null)",
        ["call_application"] = "call_id in (select id from open_call where resolved_at is not null)",
        ["registration"] = "state = 'ACCEPTED'",
    };

    /// <summary>Of tables of which only some columns may be shown, those.</summary>
    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal)
    {
        // Counted by sector; who it is and what they wrote is shown by no answer that may be kept.
        ["registration"] = "row(t.kind, t.sector)",
    };

    private static readonly AsyncLocal<List<string>?> Statements = new();

    static PublicStateGuard() => ActivitySource.AddActivityListener(new ActivityListener
    {
        ShouldListenTo = source => source.Name == "Npgsql",
        Sample = static (ref _) => Statements.Value is null ? ActivitySamplingResult.None : ActivitySamplingResult.AllData,
        ActivityStopped = activity =>
        {
            if (Statements.Value is { } statements && (activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")) is string sql)
            {
                lock (statements)
                    statements.Add(sql);
            }
        },
    });

    private string? fingerprintSql;
    private bool? promises;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Watch);
        next(app);
    };

    private Task Watch(HttpContext http, RequestDelegate next) => http.Request.Path.StartsWithSegments("/internal", StringComparison.Ordinal) ? next(http)
        : HttpMethods.IsGet(http.Request.Method) ? ReadAsync(http, next)
        : WriteAsync(http, next);

    private static async Task ReadAsync(HttpContext http, RequestDelegate next)
    {
        List<string> statements = [];
        Statements.Value = statements;
        await next(http);
        Statements.Value = null;
        if (!http.Response.Headers.ContainsKey(PublicReads.Header))
            return;
        lock (statements)
        {
            var read = statements.SelectMany(sql => Table().Matches(sql)).Select(match => match.Groups["table"].Value).Where(NotShown.Contains).Distinct(StringComparer.Ordinal).ToList();
            if (read.Count > 0)
                throw new InvalidOperationException($"GET {http.Request.Path} may be kept by caches and was read from {string.Join(", ", read)}, said not to be shown.");
        }
    }

    private async Task WriteAsync(HttpContext http, RequestDelegate next)
    {
        var services = http.RequestServices;
        // The mark of DependsOnStateOnly, which nobody else needs to know.
        promises ??= services.GetRequiredService<EndpointDataSource>().Endpoints.Any(endpoint => endpoint.Metadata.Any(mark => mark.GetType().DeclaringType == typeof(PublicReads)));
        if (promises == false)
        {
            await next(http);
            return;
        }

        var (database, version) = (services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<IStateVersion>());
        // The version first: what others write meanwhile must not be taken for this request's.
        var (versionBefore, before) = (await version.ReadAsync(CancellationToken.None), await FingerprintAsync(database));
        await next(http);
        var (after, versionAfter) = (await FingerprintAsync(database), await version.ReadAsync(CancellationToken.None));
        if (versionBefore != versionAfter)
            return;
        var changed = after.Where(table => before.GetValueOrDefault(table.Key) != table.Value).Select(table => table.Key).ToList();
        if (changed.Count > 0)
            throw new InvalidOperationException($"{http.Request.Method} {http.Request.Path} changed {string.Join(", ", changed)} and left /internal/version as it was.");
    }

    private async Task<Dictionary<string, string>> FingerprintAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        if (fingerprintSql is null)
        {
            var sql = new StringBuilder();
            await using var names = new NpgsqlCommand("select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1", connection);
            await using var reader = await names.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var table = reader.GetString(0);
                if (!NotShown.Contains(table) && !Unchanging.Contains(table))
                    sql.Append(sql.Length == 0 ? "" : " union all ").Append(System.Globalization.CultureInfo.InvariantCulture, $"select '{table}', coalesce(sum(hashtextextended({Columns.GetValueOrDefault(table, "t")}::text, 0)), 0)::text from {table} t where {Shown.GetValueOrDefault(table, "true")}");
            }

            fingerprintSql = sql.ToString();
        }

#pragma warning disable CA2100 // Names of the database's own tables.
        await using var command = new NpgsqlCommand(fingerprintSql, connection);
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync();
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await rows.ReadAsync())
            all[rows.GetString(0)] = rows.GetString(1);
        return all;
    }

    [GeneratedRegex("""\b(from|join)\s+"?(?<table>[a-z_]+)""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Table();
}
