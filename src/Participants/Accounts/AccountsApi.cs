using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Staffing;

namespace OpenGov.Participants.Accounts;

public static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Accounts").NeverStored().RequireStaff(StaffRole.Administrator);
        accounts.MapPost("", InviteAccount.Handle).ProducesProblem(409).WithSummary("Makes an account and its invitation link.");
        accounts.MapGet("", ReadAccounts.List).WithSummary("Accounts with their posts and mandates, oldest first.");
        accounts.MapGet("/{id:guid}", ReadAccounts.One).ProducesProblem(404).WithSummary("One account.");
        accounts.MapPost("/{id:guid}/invitations", InviteAccount.Again).ProducesProblem(404).WithSummary("A new invitation link; earlier ones are void.");

        var invitations = api.MapGroup("/invitations/{token}").WithTags("Accounts").NeverStored();
        invitations.MapGet("", AcceptInvitation.Read).ProducesProblem(404).WithSummary("Whom a link is for.");
        invitations.MapPost("", AcceptInvitation.Handle).ProducesProblem(404).WithSummary("Sets the password and signs in.");

        var resets = api.MapGroup("/password-resets").WithTags("Accounts").NeverStored();
        resets.MapPost("", ResetPassword.Ask).ProducesProblem(429).WithSummary("Asks for a link by e-mail; 202 whoever asks.");
        resets.MapGet("/{token}", ResetPassword.Read).ProducesProblem(404).WithSummary("Whom a link is for.");
        resets.MapPost("/{token}", ResetPassword.Handle).ProducesProblem(404).WithSummary("Sets the password and ends all sign-ins.");

        var confirmations = api.MapGroup("/address-confirmations/{token}").WithTags("Accounts").NeverStored();
        confirmations.MapGet("", ConfirmAddress.Read).ProducesProblem(404).WithSummary("Which address a link confirms.");
        confirmations.MapPost("", ConfirmAddress.Handle).ProducesProblem(404).ProducesProblem(409).WithSummary("Confirms the address.");

        var own = api.MapGroup("/account").WithTags("Accounts").NeverStored().RequireAuthorization().ProducesProblem(401).ProducesProblem(429);
        own.MapPost("/password", ChangePassword.Handle).WithSummary("Changes my password and ends my other sign-ins.");
        own.MapPost("/address", ChangeAddress.Ask).WithSummary("Asks for a link to a new address of mine.");
    }
}
