using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OpenGov.ServiceDefaults.Data;

/// <summary>Wakes the relay when a transaction that a handler or filter opened is committed, and not before.</summary>
internal sealed class FactsCommitted : DbTransactionInterceptor
{
    public static readonly FactsCommitted Instance = new();

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        (eventData.Context as ServiceDbContext)?.Committing();
        return ValueTask.FromResult(result);
    }

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        (eventData.Context as ServiceDbContext)?.WakeRelay();

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        (eventData.Context as ServiceDbContext)?.WakeRelay();
        return Task.CompletedTask;
    }
}
