using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Staffing;

internal static class AdministratorsInForce
{
    /// <summary>
    /// Posts on which the instance can rely: in force, without an end, of an account that can sign in. Somebody must always be able
    /// to administer; ask under <see cref="RuleLock.Administrators"/>.
    /// </summary>
    public static IQueryable<StaffPost> Administrators(this ParticipantsDb db)
    {
        var now = db.Now;
        return from post in db.StaffPosts
               join account in db.Accounts on post.AccountId equals account.Id
               where post.Role == StaffRole.Administrator && post.Term.From <= now && post.Term.Until == null && post.Term.EndedAt == null
                   && account.PasswordHash != null && account.SuspendedAt == null
               select post;
    }
}
