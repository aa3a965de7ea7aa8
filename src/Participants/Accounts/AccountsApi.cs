using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.ApiKeys;
using OpenGov.Participants.Http;
using OpenGov.Participants.Passkeys;
using OpenGov.Participants.Staffing;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

public static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Accounts").NeverStored().RequireStaff(StaffRole.Administrator);
        accounts.MapPost("", InviteAccount.Handle).ProducesProblem(409).WithSummary("Makes an account and its invitation link.");
        accounts.MapGet("", ReadAccounts.List).WithSummary("Accounts with a post, a mandate or an open invitation, oldest first; others are searched by their address.");
        accounts.MapPost("/search", ReadAccounts.Find).ProducesProblem(422).WithSummary("The account with an address; the look is written down.");
        accounts.MapGet("/{id:guid}", ReadAccounts.One).ProducesProblem(404).WithSummary("One account.");
        accounts.MapPost("/{id:guid}/invitations", InviteAccount.Again).ProducesProblem(404).ProducesProblem(409).WithSummary("A new invitation link for an account that is not finished; earlier ones are void.");
        accounts.MapPost("/{id:guid}/password-reset", SendPasswordReset.Handle).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429)
            .WithSummary("Sends the link that sets a new password to the account's own address; nobody else sees it.");
        accounts.MapPost("/{id:guid}/suspension", SuspendAccount.Handle).ProducesProblem(404).ProducesProblem(409).WithSummary("Nobody signs in to the account; its sign-ins, keys, links and invitations end.");
        accounts.MapPost("/{id:guid}/suspension/end", SuspendAccount.Lift).ProducesProblem(404).ProducesProblem(409).WithSummary("Its person may sign in again.");
        accounts.MapPost("/{id:guid}/sessions/end", SuspendAccount.EndSessions).ProducesProblem(404).WithSummary("Ends all sign-ins of the account.");

        var lookUp = api.MapGroup("/accounts/look-up").WithTags("Accounts").NeverStored().RequireStaff(StaffRole.Administrator, StaffRole.ExecutiveSecretary);
        lookUp.MapPost("", LookUpAccounts.Handle).WithSummary("Accounts by whole address, or of representatives by name, for whoever composes a secretariat.");

        var invitations = api.MapGroup("/invitations/{token}").WithTags("Accounts").NeverStored();
        invitations.MapGet("", AcceptInvitation.Read).ProducesProblem(404).WithSummary("Whom a link is for.");
        invitations.MapPost("", AcceptInvitation.Handle).ProducesProblem(404).ProducesProblem(422).WithSummary("Sets the first password and signs in.");

        var resets = api.MapGroup("/password-resets").WithTags("Accounts").NeverStored();
        resets.MapPost("", ResetPassword.Ask).ProducesProblem(429).WithSummary("Asks for a link by e-mail; 202 whoever asks.");
        resets.MapGet("/{token}", ResetPassword.Read).ProducesProblem(404).WithSummary("Whom a link is for.");
        resets.MapPost("/{token}", ResetPassword.Handle).ProducesProblem(404).ProducesProblem(409).WithSummary("Sets the password and ends all sign-ins.");

        var confirmations = api.MapGroup("/address-confirmations/{token}").WithTags("Accounts").NeverStored();
        confirmations.MapGet("", ConfirmAddress.Read).ProducesProblem(404).WithSummary("Which address a link confirms.");
        confirmations.MapPost("", ConfirmAddress.Handle).ProducesProblem(404).ProducesProblem(409).WithSummary("Confirms the address.");

        // A key would act for the account without any second step, so a sign-in that lacks one makes none.
        var keys = api.MapGroup("/account/api-keys").WithTags("Accounts").NeverStored().RequireAuthorization().SessionOnly().ProducesProblem(401).ProducesProblem(429);
        keys.MapGet("", ManageApiKeys.List).WithSummary("My keys for programs.");
        keys.MapPost("", ManageApiKeys.Create).ProducesProblem(409).WithSummary("A key for a program, shown once.");
        keys.MapDelete("/{id:guid}", ManageApiKeys.Revoke).ProducesProblem(404).WithSummary("Ends a key at once.");

        var own = api.MapGroup("/account").WithTags("Accounts").NeverStored().RequireAuthorization().OpenToOwnAccount().SessionOnly().ProducesProblem(401).ProducesProblem(429);
        own.MapPut("/name", ChangeName.Handle).WithSummary("Puts my name right.");
        own.MapPost("/password", ChangePassword.Handle).WithSummary("Changes my password and ends my other sign-ins.");
        own.MapPost("/address", ChangeAddress.Ask).ProducesProblem(409).WithSummary("Asks for a link to a new address of mine.");
        own.MapGet("/sign-in-methods", ManageSecondFactor.Read).WithSummary("Whether a second step is asked for.");
        own.MapPost("/second-factor", ManageSecondFactor.Begin).ProducesProblem(409).WithSummary("A secret for an authenticator app, to be confirmed.");
        own.MapPost("/second-factor/confirmation", ManageSecondFactor.Confirm).WithSummary("Turns the second step on; recovery codes, shown once.");
        own.MapPost("/second-factor/recovery-codes", ManageSecondFactor.ReplaceRecoveryCodes).ProducesProblem(409).WithSummary("New recovery codes; earlier ones are void.");
        own.MapPost("/second-factor/removal", ManageSecondFactor.Remove).ProducesProblem(409).WithSummary("Turns the second step off.");
        own.MapGet("/passkeys", ManagePasskeys.List).WithSummary("My passkeys.");
        own.MapPost("/passkeys/options", ManagePasskeys.Begin).ProducesProblem(409).WithSummary("What a browser needs to make a passkey.");
        own.MapPost("/passkeys", ManagePasskeys.Add).ProducesProblem(409).WithSummary("Adds the passkey that the browser made.");
        own.MapPost("/passkeys/{id:guid}/removal", ManagePasskeys.Remove).ProducesProblem(404).WithSummary("Removes a passkey.");
    }
}
