using Npgsql;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Plans;

/// <summary>Reads what <see cref="PlanChecks"/> and <see cref="PublicationRules"/> need, for one document.</summary>
internal sealed class PlanContextReader(SideConnections database, InstanceClock clock)
{
    public async Task<PlanContext> ReadAsync(IEnumerable<Party> parties, int? planNumber, CancellationToken cancellationToken)
    {
        var organisations = await OrganisationDirectory.ForAsync(parties, database, cancellationToken);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select cve_ent, iso from instance limit 1"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select exists (select from exercise)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select max_commitments from legal_profile where valid_from <= $1 order by valid_from desc limit 1")
        {
            Parameters = { new() { Value = clock.Today } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select code, retired_on is null or retired_on > $1 from theme")
        {
            Parameters = { new() { Value = clock.Today } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select c.number, c.theme from commitment c join plan p on p.id = c.plan_id where p.number = $1")
        {
            Parameters = { new() { Value = planNumber ?? 0 } },
        });

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var (cveEnt, iso) = await reader.ReadAsync(cancellationToken) ? (reader.GetString(0), reader.GetString(1)) : ((string?)null, (string?)null);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var exercise = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        int? maxCommitments = await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0) ? reader.GetInt32(0) : null;
        await reader.NextResultAsync(cancellationToken);
        var themes = new Dictionary<string, bool>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            themes.Add(reader.GetString(0), reader.GetBoolean(1));
        await reader.NextResultAsync(cancellationToken);
        var published = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
            published.Add(reader.GetInt32(0), reader.GetString(1));
        return new PlanContext(cveEnt, iso, exercise, themes, organisations, maxCommitments, published);
    }
}
