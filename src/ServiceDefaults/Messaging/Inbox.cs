using Npgsql;
using OpenGov.Contracts;

namespace OpenGov.ServiceDefaults.Messaging;

internal enum InboxOutcome
{
    /// <summary>All of them are behind the position now.</summary>
    Applied,

    /// <summary>Facts before them are missing; nothing was done.</summary>
    Gap,

    /// <summary>Another replica or consumer is applying this owner's facts; nothing was done.</summary>
    Busy,
}

/// <summary>
/// Applies an owner's facts in the owner's order, none skipped and none twice, whoever hands them over: the broker, the
/// owner's feed, or both at once.
/// </summary>
internal sealed class Inbox(NpgsqlDataSource database, FactApplier applier, InboxMeters meters, FailPoints failPoints, TimeProvider clock)
{
    public IEnumerable<string> Owners => applier.Owners;

    /// <param name="facts">In ascending sequence, without holes.</param>
    /// <param name="wait">False: give up when another is at it.</param>
    public async Task<InboxOutcome> ApplyAsync(string owner, IReadOnlyList<RecordedEvent> facts, bool wait, CancellationToken cancellationToken)
    {
        if (facts.Count == 0)
            return InboxOutcome.Applied;
        await using var inbox = await InboxTransaction.BeginAsync(database, owner, wait, cancellationToken);
        if (inbox is null)
            return InboxOutcome.Busy;

        var position = inbox.Position;
        var fresh = facts.Where(fact => fact.Sequence > position).ToArray();
        meters.Duplicates(owner, facts.Count - fresh.Length);
        if (fresh.Length == 0)
            return InboxOutcome.Applied;
        if (!FollowsWithoutHoles(position, fresh))
            return InboxOutcome.Gap;

        await applier.ApplyAsync(inbox, fresh, cancellationToken);
        failPoints.Hit("inbox.applied");
        await inbox.CommitAsync(cancellationToken);
        failPoints.Hit("inbox.committed");
        meters.Applied(owner, fresh, clock.GetUtcNow());
        return InboxOutcome.Applied;
    }

    /// <summary>Sequence of the last fact of the owner that was dealt with; 0 before the first.</summary>
    public async Task<long> PositionAsync(string owner, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select sequence from inbox_position where owner = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = owner });
        return await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
    }

    /// <summary>This version of the software keeps something of the owner's that an earlier one did not.</summary>
    public async Task<bool> IsRebuildDueAsync(string owner, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select rebuild_due from inbox_position where owner = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = owner });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    internal static bool FollowsWithoutHoles(long position, IReadOnlyList<RecordedEvent> facts)
    {
        foreach (var fact in facts)
        {
            if (fact.Sequence != ++position)
                return false;
        }

        return true;
    }
}
