using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Mails;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.TwoFactor;

/// <summary>What changed in the ways into an account; its owner is told of each by mail.</summary>
public sealed class SignInChange
{
    public static readonly SignInChange SecondFactorAdded = new() { Code = "change_second_factor_added" };
    public static readonly SignInChange SecondFactorRemoved = new() { Code = "change_second_factor_removed" };
    public static readonly SignInChange RecoveryCodeUsed = new() { Code = "change_recovery_code_used" };
    public static readonly SignInChange RecoveryCodesReplaced = new() { Code = "change_recovery_codes_replaced" };
    public static readonly SignInChange PasskeyAdded = new() { Code = "change_passkey_added" };
    public static readonly SignInChange PasskeyRemoved = new() { Code = "change_passkey_removed" };
    public static readonly SignInChange ApiKeyCreated = new() { Code = "change_api_key_created" };

    public required string Code { get; init; }
}

/// <summary>Audit entry and mail of such a change, in the unit of work.</summary>
public sealed class SignInChanges(ParticipantsDb db, PersonalMails mails, MessageCatalog texts)
{
    public void Tell(Account account, SignInChange change)
    {
        mails.Request(account.Id, account.Email!, PersonalMailKinds.SignInChanged, PersonalMails.KeepNews, "/cuenta", [texts.Text(change.Code)]);
        db.Audit(account.Id, change.Code["change_".Length..], "account", account.Id);
    }
}
