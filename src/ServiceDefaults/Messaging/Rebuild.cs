using System.Diagnostics;
using Npgsql;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Throws the copies of one owner's facts away and makes them anew from its feed, in one transaction: readers see the former
/// state until it is committed, and a failure leaves it.
/// </summary>
internal sealed class Rebuild(NpgsqlDataSource database, FactApplier applier, FeedReader feed, CatchUpState state, ILogger<Rebuild> log)
{
    /// <param name="progress">Told the position and the owner's head after each page.</param>
    /// <param name="onlyIfDue">Do nothing where another replica has just done it.</param>
    /// <returns>How many facts the copies were made from.</returns>
    public async Task<long> RunAsync(string owner, CancellationToken cancellationToken, Action<long, long>? progress = null, bool onlyIfDue = false)
    {
        var started = Stopwatch.GetTimestamp();
        await using var inbox = (await InboxTransaction.BeginAsync(database, owner, wait: true, cancellationToken))!;
        if (await inbox.ExecuteAsync("update inbox_position set rebuild_due = false where owner = $1 and rebuild_due", cancellationToken, owner) == 0 && onlyIfDue)
        {
            applier.ForgetRebuild(owner);
            return inbox.Position;
        }

        // One that is tried again counts on, so that a fact which fails each time is parked in the end.
        inbox.IsRebuild = true;
        foreach (var projection in applier.Of(owner).Where(projection => projection.ResetSql.Length > 0))
            await inbox.ExecuteAsync(projection.ResetSql, cancellationToken);
        await inbox.ExecuteAsync("delete from inbox_parked where owner = $1", cancellationToken, owner);
        inbox.Position = 0;
        inbox.Held.Clear();

        while (true)
        {
            var page = await feed.ReadAsync(owner, inbox.Position, cancellationToken);
            if (page.Events.Count == 0)
                break;
            if (!Inbox.FollowsWithoutHoles(inbox.Position, page.Events))
                throw new InvalidOperationException($"The feed of {owner} has a hole after {inbox.Position}.");
            await applier.ApplyAsync(inbox, page.Events, cancellationToken);
            progress?.Invoke(inbox.Position, page.Head);
            if (inbox.Position >= page.Head)
                break;
        }

        await inbox.CommitAsync(cancellationToken);
        applier.ForgetRebuild(owner);
        state.Seen(owner, inbox.Position, inbox.Position);
        log.LogInformation("Rebuilt the copies of {Owner} from {Count} facts in {Elapsed}", owner, inbox.Position, Stopwatch.GetElapsedTime(started));
        return inbox.Position;
    }
}
