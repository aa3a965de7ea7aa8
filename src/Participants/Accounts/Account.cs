using Microsoft.AspNetCore.Identity;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

/// <summary>A person who may sign in. Address and name stand here and nowhere else: not in facts, audit values or logs.</summary>
public sealed class Account : IdentityUser<Guid>
{
    private Account()
    {
    }

    /// <param name="email">An address that <see cref="EmailAddress.Read"/> accepted.</param>
    public Account(string email, PersonName name, DateTimeOffset now)
    {
        (Id, Email, UserName, DisplayName, CreatedAt) = (Guid.CreateVersion7(), email, email, name.Text, now);
        SecurityStamp = Secret.New();
    }

    /// <param name="email">Null for a person without one: no mail is sent to them and nobody can sign in as them.</param>
    public static Account Assisted(string? email, PersonName name, DateTimeOffset now)
    {
        var account = new Account(email ?? "", name, now);
        if (email is null)
            account.Email = account.UserName = EmailAddress.NoneOf(account.Id);
        return account;
    }

    public string DisplayName { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The privacy notice that stood above the form with which the person gave their data (INV-50).</summary>
    public Guid? PrivacyNoticeId { get; private set; }

    /// <summary>When somebody proved to read mail at the address, or staff answered for it by an invitation.</summary>
    public DateTimeOffset? AddressConfirmedAt { get; private set; }

    /// <summary>When the person's data were erased; what they did in a public function stays under the id (INV-52).</summary>
    public DateTimeOffset? ErasedAt { get; private set; }

    /// <summary>Since when an administrator lets nobody sign in to it; null where everything is as usual.</summary>
    public DateTimeOffset? SuspendedAt { get; private set; }

    /// <summary>False until an invitation is accepted or a registration's address confirmed: nobody can sign in to an unfinished account.</summary>
    public bool IsFinished => PasswordHash is not null && AddressConfirmedAt is not null;

    /// <summary>As they write it, or as a granted rectification says. It stands nowhere else, so it is right everywhere at once.</summary>
    public Result Rename(PersonName name)
    {
        if (TakesOn() is { IsRefused: true } refused)
            return refused;
        DisplayName = name.Text;
        return Result.Done;
    }

    /// <summary>Whose data were erased takes on nothing new: no name, sign-in, registration, key, consent or request. The tables hold the same (schema 0040).</summary>
    public Result TakesOn() => ErasedAt is null ? Result.Done : Refusal.Conflict("account_erased");

    /// <summary>Whether a sign-in may begin, whichever way it was proved who asks.</summary>
    public Result MaySignIn()
    {
        if (TakesOn() is { IsRefused: true } refused)
            return refused;
        return SuspendedAt is null ? Result.Done : new Refusal("account_suspended", StatusCodes.Status401Unauthorized);
    }

    /// <summary>Whether a link of a mail, or a sign-in that is ending, still changes it: an administrator keeps it as it is until they lift the suspension.</summary>
    public Result MayChange()
    {
        if (TakesOn() is { IsRefused: true } refused)
            return refused;
        return SuspendedAt is null ? Result.Done : Refusal.Conflict("account_suspended");
    }

    public void ConfirmAddress(DateTimeOffset now) => AddressConfirmedAt ??= now;

    public Result Suspend(DateTimeOffset now)
    {
        if (SuspendedAt is not null)
            return Refusal.Conflict("account_suspended");
        SuspendedAt = now;
        return Result.Done;
    }

    public Result LiftSuspension()
    {
        if (SuspendedAt is null)
            return Refusal.Conflict("account_not_suspended");
        SuspendedAt = null;
        return Result.Done;
    }

    /// <param name="privacyNotice">The notice in force, as <c>NoticeInForce</c> found it.</param>
    public void WasShown(Guid privacyNotice) => PrivacyNoticeId = privacyNotice;
}
