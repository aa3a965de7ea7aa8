using Microsoft.EntityFrameworkCore.Storage;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ActionPlans;

/// <summary>
/// A transaction around locks and one <c>SaveChanges</c>; the one that <c>IdempotencyFilter</c> has begun, where there is one.
/// Not committed: rolled back.
/// </summary>
internal sealed class UnitOfWork : IAsyncDisposable
{
    private readonly IDbContextTransaction? own;
    private readonly RelaySignal relay;

    private UnitOfWork(IDbContextTransaction? own, RelaySignal relay) => (this.own, this.relay) = (own, relay);

    public static async Task<UnitOfWork> BeginAsync(ActionPlansDb database, RelaySignal relay, CancellationToken cancellationToken) =>
        new(database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellationToken) : null, relay);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (own is null)
            return;
        await own.CommitAsync(cancellationToken);
        relay.Wake();
    }

    public ValueTask DisposeAsync() => own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
