using Microsoft.EntityFrameworkCore.Storage;

namespace OpenGov.ActionPlans;

/// <summary>
/// A transaction around locks and one <c>SaveChanges</c>; the one that <c>IdempotencyFilter</c> has begun, where there is one.
/// Not committed: rolled back.
/// </summary>
internal sealed class UnitOfWork : IAsyncDisposable
{
    private readonly IDbContextTransaction? own;

    private UnitOfWork(IDbContextTransaction? own) => this.own = own;

    public static async Task<UnitOfWork> BeginAsync(ActionPlansDb database, CancellationToken cancellationToken) =>
        new(database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellationToken) : null);

    public Task CommitAsync(CancellationToken cancellationToken) => own?.CommitAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
