using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <param name="Email">The new address; it becomes the account's once its link is opened and confirmed.</param>
public sealed record ChangeAddressRequest(string? Email, string? CurrentPassword);

/// <param name="Address">Masked, <c>m***@dominio.mx</c>.</param>
public sealed record AddressConfirmation(LinkPurpose Purpose, string Address);

public static class ChangeAddress
{
    /// <summary>202 also where the address belongs to another account: its owner, and nobody else, gets to know by mail.</summary>
    public static async Task<Results<Accepted, ProblemHttpResult>> Ask(
        ChangeAddressRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, PasswordProof proof, AccountLinks links, PersonalMails mails,
        Throttle throttle, CancellationToken cancellationToken)
    {
        var accountId = http.RequireAccount().AccountId;
        var account = await db.Accounts.SingleAsync(row => row.Id == accountId, cancellationToken);
        var fields = new Fields();
        var email = fields.From(EmailAddress.Read("email", request.Email));
        if (email is not null && EmailAddress.Normalize(email) == account.NormalizedEmail)
            fields.Refuse(Refusal.Invalid("email", "email_unchanged"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (await proof.CheckAsync(account, request.CurrentPassword, cancellationToken) is { IsRefused: true } wrong)
            return http.Problem(wrong);
        if (await throttle.TakeAsync(Allowances.AddressChanges, accountId.ToString(), cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);

        await using var work = await db.BeginAsync(cancellationToken);
        if (await db.LockOwnAsync(http.RequireAccount(), cancellationToken) is { IsRefused: true } ended)
            return http.Problem(ended);
        var isTaken = await accounts.FindByEmailAsync(email!) is not null;
        var token = await links.IssueAsync(accountId, LinkPurpose.ChangeAddress, email, cancellationToken);
        mails.Request(
            accountId, email!, isTaken ? PersonalMailKinds.AlreadyRegistered : PersonalMailKinds.ConfirmNewAddress,
            AccountLink.LifetimeOf(LinkPurpose.ChangeAddress), isTaken ? "/cuenta/entrar" : $"/cuenta/correo/{token}");
        db.Audit(accountId, "address_change_asked", "account", accountId);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null);
    }
}

/// <summary>The link that proves the new address of an account. That of a registration asks for a password too, and works only there.</summary>
public static class ConfirmAddress
{
    public static async Task<Results<Ok<AddressConfirmation>, ProblemHttpResult>> Read(
        string token, HttpContext http, ParticipantsDb db, AccountLinks links, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        return await links.FindOpenAsync(token, cancellationToken) is { Purpose: LinkPurpose.ChangeAddress } link
            ? TypedResults.Ok(new AddressConfirmation(link.Purpose, EmailAddress.Mask(links.NewAddressOf(link))))
            : http.Problem(Refusal.NotFound());
    }

    public static async Task<Results<Ok<AddressConfirmation>, ProblemHttpResult>> Handle(
        string token, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, AccountLinks links, PersonalMails mails, InstanceKey key,
        CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await links.FindOpenAsync(token, cancellationToken) is not { Purpose: LinkPurpose.ChangeAddress } link)
            return http.Problem(Refusal.NotFound());
        var account = await db.Locked(link.AccountId!.Value).SingleAsync(cancellationToken);
        if (account.MayChange() is { IsRefused: true } kept)
            return http.Problem(kept);
        var former = account.Email!;
        account.Email = links.NewAddressOf(link);
        if (Refusals.Of(await accounts.UpdateAsync(account)) is { IsRefused: true } refused)
            return http.Problem(refused);
        mails.Request(account.Id, former, PersonalMailKinds.AddressChanged, PersonalMails.KeepNews, values: [EmailAddress.Mask(account.Email)]);
        await links.VoidAllAsync(account.Id, link, cancellationToken);
        account.ConfirmAddress(db.Now);
        link.Use(db.Now);
        var change = AddressChange.Of(account.Id, db.Now);
        db.Add(change);
        db.Record(new AccountAddressChangedV1(
            change.Id, 1, Convert.ToBase64String(AddressFingerprint.Of(key, former)), Convert.ToBase64String(AddressFingerprint.SealNew(key, account.Email))));
        db.Audit(account.Id, "address_changed", "account", account.Id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new AddressConfirmation(link.Purpose, EmailAddress.Mask(account.Email!)));
    }
}
