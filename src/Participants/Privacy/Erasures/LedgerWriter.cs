using Npgsql;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Participants.Privacy.Erasures;

/// <summary>
/// Brings committed erasures and revocations (<c>erasure_ledger_entry</c>) into the ledger. A line is first on the disk and then taken out of the table: after a
/// crash it may stand there twice, which says the same.
/// </summary>
public sealed class LedgerWriter(ErasureLedger ledger, NpgsqlDataSource database, ILogger<LedgerWriter> log)
{
    private const int AtOnce = 1000;

    /// <summary>The ledger could be written when that was last tried.</summary>
    public bool Works { get; private set; } = true;

    /// <summary>After the commit of what is to be kept; what cannot be written now is tried again each minute.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (ledger.Path is null)
            return;
        try
        {
            while (await StepAsync(cancellationToken) == AtOnce)
            {
                // There may be more.
            }

            Works = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Works = false;
            log.LogError("The ledger of erasures cannot be written: {Reason}", exception.GetType().Name);
        }
        catch (NpgsqlException exception)
        {
            log.LogWarning("The ledger of erasures waits for the database: {Reason}", FailureText.Of(exception));
        }
    }

    private async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var hold = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = (long)RuleLock.ErasureLedger } } })
            await hold.ExecuteNonQueryAsync(cancellationToken);
        var (ids, lines) = (new List<long>(), new List<LedgerLine>());
        await using (var waiting = new NpgsqlCommand("select id, at, act, person_id from erasure_ledger_entry order by id limit $1", connection, transaction) { Parameters = { new() { Value = AtOnce } } })
        await using (var reader = await waiting.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ids.Add(reader.GetInt64(0));
                lines.Add(new(reader.GetFieldValue<DateTimeOffset>(1), EnumCodes.Parse<LedgerAct>(reader.GetString(2)), reader.GetGuid(3)));
            }
        }

        ledger.Append(lines);
        if (lines.Count == 0)
            return 0;
        // These, not all up to the last: an earlier number may be committed later.
        await using (var done = new NpgsqlCommand("delete from erasure_ledger_entry where id = any($1)", connection, transaction) { Parameters = { new() { Value = ids } } })
            await done.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return lines.Count;
    }
}
