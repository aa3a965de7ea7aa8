using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.ActionPlans.Activities;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Commitments;

/// <summary>A report with the activity that it is on.</summary>
public sealed record CommitmentReport(Guid ActivityId, int KeyActionNumber, int ActivityNumber, string ActivityTitle, ReportView Report);

/// <summary>All reports on a commitment's activities, whichever activity they are on, a page at a time.</summary>
internal static class CommitmentReports
{
    private static readonly string Statement = Sql.Statements("commitment-reports")[0];

    /// <param name="key">Identifier (MX-MEX-PAL01-C03) or id of a published commitment.</param>
    public static async Task<Results<Ok<Page<CommitmentReport>>, ProblemHttpResult>> Handle(
        string key, string? cursor, int? limit, NpgsqlDataSource database, HttpContext http, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        Guid? before = null;
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var text] || !Guid.TryParseExact(text, "D", out var last))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            before = last;
        }

        await using var command = database.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = Keys.IdOf(key) });
        command.Parameters.Add(new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = size.Value + 1 });
        var reports = new List<CommitmentReport>();
        // Its connection is given back before another one is asked for.
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                reports.Add(new CommitmentReport(reader.GetGuid(8), reader.GetInt32(11), reader.GetInt32(9), reader.GetString(10), ReportRow.Read(reader, 0)));
        }

        // A commitment without reports and one that does not exist look the same in the reports.
        if (reports.Count == 0 && await Keys.CommitmentAsync(key, database, cancellationToken) is null)
            return http.Problem(Refusal.NotFound());
        return TypedResults.Ok(Pages.Of(reports, size.Value, one => Cursor.Encode(one.Report.Id.ToString())));
    }
}
