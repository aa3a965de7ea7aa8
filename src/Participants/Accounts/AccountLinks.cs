using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <summary>Writes links for mails and finds the open one behind a token.</summary>
public sealed class AccountLinks(ParticipantsDb db, InstanceKey key)
{
    private const string SealPurpose = "participants: new address of an account";

    /// <summary>Voids an earlier open link of the same purpose and adds a new one to the unit of work.</summary>
    /// <param name="accountId">Null: the same work for a link that nobody gets.</param>
    /// <returns>The token for the mail; it cannot be read again.</returns>
    public async Task<string> IssueAsync(Guid? accountId, LinkPurpose purpose, string? newAddress, CancellationToken cancellationToken)
    {
        var (now, owner) = (db.Now, accountId ?? Guid.Empty);
        await db.AccountLinks
            .Where(row => row.AccountId == owner && row.Purpose == purpose && row.UsedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(link => link.VoidedAt, now).SetProperty(link => link.NewAddressSealed, (byte[]?)null), cancellationToken);
        return Add(accountId, purpose, newAddress);
    }

    /// <summary>For an account that is new in the same unit of work: it has no earlier link.</summary>
    public string IssueFirst(Guid accountId, LinkPurpose purpose) => Add(accountId, purpose, null);

    /// <summary>Locks the row, so that a link used twice at once is used once.</summary>
    public async Task<AccountLink?> FindOpenAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        var link = await db.AccountLinks.FromSql($"select * from account_link where token_hash = {hash} for update").SingleOrDefaultAsync(cancellationToken);
        return link?.IsOpen(db.Now) == true ? link : null;
    }

    /// <summary>After the password or the address changed by one of them, no other link of the account may change it again; nor any after a suspension.</summary>
    public Task VoidAllAsync(Guid accountId, AccountLink? except, CancellationToken cancellationToken)
    {
        var (now, kept) = (db.Now, except?.Id);
        return db.AccountLinks
            .Where(row => row.AccountId == accountId && row.Id != kept && row.UsedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(link => link.VoidedAt, now).SetProperty(link => link.NewAddressSealed, (byte[]?)null), cancellationToken);
    }

    private string Add(Guid? accountId, LinkPurpose purpose, string? newAddress)
    {
        var token = Secret.New();
        db.Add(AccountLink.For(accountId, purpose, token, newAddress is null ? null : key.Seal(SealPurpose, Encoding.UTF8.GetBytes(newAddress)), db.Now));
        return token;
    }

    public string NewAddressOf(AccountLink link) => Encoding.UTF8.GetString(key.Open(SealPurpose, link.NewAddressSealed!));

    /// <summary>Rows whose time has long been over; who did what stays in the audit trail.</summary>
    internal static async Task ForgetAsync(ParticipantsDb db, CancellationToken cancellationToken)
    {
        var old = db.Now - TimeSpan.FromDays(1);
        await db.AccountLinks.Where(row => row.ExpiresAt < old).ExecuteDeleteAsync(cancellationToken);
    }
}
