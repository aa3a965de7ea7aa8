using System.Data;
using Npgsql;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Catalogue;

/// <summary>Who publishes, as Participants last said.</summary>
internal sealed record PublishingInstance(
    string CveEnt, string Iso, string StateName, string Name, string Publisher, string PublicAddress, IReadOnlyList<string> Languages);

/// <summary>What the catalogue tells, as of one moment.</summary>
/// <param name="Instance">Null before the set-up: the catalogue is then empty.</param>
/// <param name="PeriodStart">First day that a published plan covers; null without a plan.</param>
/// <param name="PeriodEnd">Last day that a published plan covers.</param>
internal sealed record CatalogueFacts(
    PublishingInstance? Instance, IReadOnlyDictionary<string, DatasetState> Datasets, DateOnly? PeriodStart, DateOnly? PeriodEnd)
{
    public DateTimeOffset Issued => Datasets.Values.Min(dataset => dataset.Issued);

    public DateTimeOffset Modified => Datasets.Values.Max(dataset => dataset.Modified);

    public static async Task<CatalogueFacts> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var states = await DatasetState.ReadAllAsync(connection, cancellationToken);

        // A handful of plans in all the years of an instance.
        await using var command = new NpgsqlCommand(
            """
            select i.cve_ent, i.iso, i.state_name, i.name, coalesce(o.name, i.guarantor_name), i.public_address, i.languages, p.first, p.last
            from (select min(period_start) as first, max(period_end) as last from plans) p
            left join instance i on true left join organisation o on o.id = i.guarantor_id
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var instance = await reader.IsDBNullAsync(0, cancellationToken)
            ? null
            : new PublishingInstance(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<string[]>(6));
        return new CatalogueFacts(
            instance, states, reader.GetFieldValue<DateOnly?>(7), reader.GetFieldValue<DateOnly?>(8));
    }
}
