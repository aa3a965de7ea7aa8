using Microsoft.EntityFrameworkCore;
using OpenGov.ActionPlans.Commitments;

namespace OpenGov.ActionPlans.Activities;

internal static class LockedCommitment
{
    /// <summary>
    /// The commitment of an activity with all its activities, its row locked until the transaction ends: two reports on one
    /// commitment follow each other, and each computes progress from what the other left.
    /// </summary>
    public static async Task<Commitment?> OfActivityAsync(Guid activityId, ActionPlansDb database, CancellationToken cancellationToken)
    {
        var locked = await database.Database
            .SqlQuery<Guid>($"select c.id as \"Value\" from commitment c where c.id = (select commitment_id from activity where id = {activityId}) for update")
            .ToListAsync(cancellationToken);
        return locked is [var id] ? await LoadAsync(id, database, cancellationToken) : null;
    }

    public static async Task<Commitment?> OfIdAsync(Guid id, ActionPlansDb database, CancellationToken cancellationToken)
    {
        var locked = await database.Database.SqlQuery<Guid>($"select id as \"Value\" from commitment where id = {id} for update").ToListAsync(cancellationToken);
        return locked.Count == 1 ? await LoadAsync(id, database, cancellationToken) : null;
    }

    private static Task<Commitment> LoadAsync(Guid id, ActionPlansDb database, CancellationToken cancellationToken) => database.Commitments
        .Include(one => one.KeyActions).ThenInclude(action => action.Activities)
        .SingleAsync(one => one.Id == id, cancellationToken);
}
