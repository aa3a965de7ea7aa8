using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Instances;

namespace OpenGov.Participants.Accounts;

/// <summary>Writes invitations and finds the open one behind a link.</summary>
public sealed class Invitations(ParticipantsDb db, PublicAddress address)
{
    /// <summary>Voids an earlier open invitation of the account and adds a new one to the unit of work.</summary>
    /// <returns>The link; it is shown once and cannot be read again.</returns>
    public async Task<string> IssueAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var now = db.Now;
        // Straight to the table: EF might insert the new row first, and the index allows one open invitation.
        await db.Invitations
            .Where(row => row.AccountId == accountId && row.UsedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(invitation => invitation.VoidedAt, now), cancellationToken);
        var token = Secret.New();
        db.Add(Invitation.For(accountId, token, now));
        return $"{await address.GetAsync(cancellationToken)}/cuenta/invitacion/{token}";
    }

    /// <summary>Locks the row, so that a link used twice at once is used once.</summary>
    public async Task<Invitation?> FindOpenAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        var invitation = await db.Invitations.FromSql($"select * from invitation where token_hash = {hash} for update").SingleOrDefaultAsync(cancellationToken);
        return invitation?.IsOpen(db.Now) == true ? invitation : null;
    }
}
