using Npgsql;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Participants.Privacy.Erasures;

/// <summary>For the operator's page: whether the ledger is kept, and what a restored backup brought back.</summary>
internal sealed class LedgerFigures(ErasureLedger ledger, LedgerWriter writer, EraseAgain again, NpgsqlDataSource database) : IFigures
{
    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select count(*), max(ordered_at) from erasure where reason = 'RESTORE'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return
        [
            new Figure("erasure_ledger", Text: ledger.Path is null ? "NONE" : writer.Works && again.HasCompared ? "KEPT" : "FAILS"),
            new Figure("erased_again", reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1)),
            new Figure("erasures_waiting", again.Waiting.Count),
        ];
    }
}
