using System.Text.Json;
using Npgsql;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Commitments;

/// <summary>Published commitments as lines of a list, and what the rates are computed from.</summary>
internal sealed class CommitmentList(NpgsqlDataSource database, InstanceClock clock)
{
    /// <summary>Of all published commitments or those of one plan ($2).</summary>
    private const string Versions = "select count(*) || '.' || coalesce(sum(version), 0) from commitment where $2::uuid is null or plan_id = $2";

    /// <summary>The same as they stand today ($1).</summary>
    private const string Stamp = $"select ({Versions}), (select max(valid_from) from legal_profile where valid_from <= $1)";

    /// <summary>Ids of all who answer for a commitment or take part in it; as the index <c>commitment_parties</c> has them.</summary>
    private const string Parties =
        """jsonb_path_query_array(c.definition, '$.keyvalue() ? (@.key == "responsible" || @.key == "coResponsible" || @.key == "intervening").value[*].id')""";

    private const string Page =
        $"""
        select c.id, c.identifier, c.number, c.title, p.identifier, c.kind, t.code, t.title_es, t.title_en, c.status, (c.definition -> 'responsible')::text,
               c.verified_numerator, c.verified_denominator, c.reported_numerator, c.reported_denominator, c.last_reported_at,
               l.substantial_from, l.complete_from, l.reporting_period_months, ({Versions}), l.valid_from
        from commitment c
        join plan p on p.id = c.plan_id
        join theme t on t.code = c.theme
        left join lateral (select * from legal_profile where valid_from <= $1 order by valid_from desc limit 1) l on true
        where c.identifier > $3 and ($2::uuid is null or c.plan_id = $2) and ($4::text is null or c.theme = $4)
        """;

    /// <summary>Only where it is asked for: preparing the search costs PostgreSQL more than to read a short list.</summary>
    private const string OfOrganisation = $" and {Parties} @> to_jsonb($6::text)";

    private const string InOrder = " order by c.identifier limit $5";

    public async Task<List<CommitmentSummary>> ReadAsync(string after, Guid? planId, string? theme, int limit, CancellationToken cancellationToken) =>
        (await ReadStampedAsync(after, planId, theme, organisation: null, limit, cancellationToken)).Lines;

    /// <summary>With the stamp that belongs to the lines; null where there is no line.</summary>
    /// <param name="organisation">Responsible, co-responsible or intervening.</param>
    public async Task<(string? Stamp, List<CommitmentSummary> Lines)> ReadStampedAsync(
        string after, Guid? planId, string? theme, Guid? organisation, int limit, CancellationToken cancellationToken)
    {
        // One day for the lines and their stamp, asked for before a connection is held.
        var today = clock.Today;
#pragma warning disable CA2100 // Constant parts.
        await using var command = database.CreateCommand(organisation is null ? Page + InOrder : Page + OfOrganisation + InOrder);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = today });
        command.Parameters.Add(IdOrNull(planId));
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = (object?)theme ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = limit });
        if (organisation is { } party)
            command.Parameters.Add(new() { Value = party });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        string? stamp = null;
        var lines = new List<CommitmentSummary>();
        while (await reader.ReadAsync(cancellationToken))
        {
            stamp ??= StampOf(reader, 19, today);
            lines.Add(Read(reader));
        }

        return (stamp, lines);
    }

    /// <summary>The three rates over the instance's published commitments, or over those of one plan (SPEC §3.2.5).</summary>
    public async Task<CompletionRates> RatesAsync(Guid? planId, CancellationToken cancellationToken)
    {
        var counted = new List<CountedCommitment>();
        await using var command = database.CreateCommand(
            """
            select c.kind, c.status, c.verified_numerator, c.verified_denominator, c.last_reported_at, l.substantial_from, l.complete_from, l.reporting_period_months
            from commitment c
            left join lateral (select * from legal_profile where valid_from <= $1 order by valid_from desc limit 1) l on true
            where $2::uuid is null or c.plan_id = $2
            """);
        command.Parameters.Add(new() { Value = clock.Today });
        command.Parameters.Add(new() { Value = (object?)planId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var progress = reader.Fraction(2);
            counted.Add(new CountedCommitment(
                EnumCodes.Parse<CommitmentKind>(reader.GetString(0)),
                Thresholds(reader, 5).Suggest(EnumCodes.Parse<CommitmentStatus>(reader.GetString(1)), progress, reader.Maybe<DateTimeOffset>(4)),
                progress));
        }

        return CompletionRates.Of(counted);
    }

    /// <summary>Changes whenever any published commitment does: their number and the sum of their versions.</summary>
    public async Task<string> StampAsync(Guid? planId, CancellationToken cancellationToken)
    {
        var today = clock.Today;
        await using var command = database.CreateCommand(Stamp);
        command.Parameters.Add(new() { Value = today });
        command.Parameters.Add(IdOrNull(planId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return StampOf(reader, 0, today);
    }

    private static NpgsqlParameter IdOrNull(Guid? id) => new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid };

    private static string StampOf(NpgsqlDataReader row, int first, DateOnly today) => $"{row.GetString(first)}.{row.Maybe<DateOnly>(first + 1):yyyy-MM-dd}.{today:yyyyMMdd}";

    private CommitmentSummary Read(NpgsqlDataReader row)
    {
        var status = EnumCodes.Parse<CommitmentStatus>(row.GetString(9));
        var progress = new ExactProgress(row.Fraction(11), row.Fraction(13));
        var lastReportedAt = row.Maybe<DateTimeOffset>(15);
        return new CommitmentSummary(
            row.GetGuid(0),
            row.GetString(1),
            row.GetInt32(2),
            row.GetString(3),
            row.GetString(4),
            EnumCodes.Parse<CommitmentKind>(row.GetString(5)),
            new ThemeRef(row.GetString(6), row.GetString(7), row.GetString(8)),
            status,
            [.. JsonSerializer.Deserialize<Party[]>(row.GetString(10), ContractsJson.Options)!.Select(party => new ResponsibleParty(party.Id, party.Name!, party.Unit))],
            ProgressView.Of(progress, Thresholds(row, 16).Suggest(status, progress.Verified, lastReportedAt)),
            lastReportedAt);
    }

    private ThresholdsToday Thresholds(NpgsqlDataReader row, int first) => new(
        row.IsDBNull(first) ? new CompletionThresholds() : new CompletionThresholds(row.GetInt32(first), row.GetInt32(first + 1), row.GetInt32(first + 2)), clock);
}
