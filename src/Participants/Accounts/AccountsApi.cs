using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Staffing;

namespace OpenGov.Participants.Accounts;

public static class AccountsApi
{
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Accounts").NeverStored().RequireStaff(StaffRole.Administrator);
        accounts.MapPost("", InviteAccount.Handle).WithSummary("Makes an account and its invitation link.");
        accounts.MapGet("", ReadAccounts.List).WithSummary("Accounts with their posts and mandates, oldest first.");
        accounts.MapGet("/{id:guid}", ReadAccounts.One).WithSummary("One account.");
        accounts.MapPost("/{id:guid}/invitations", InviteAccount.Again).WithSummary("A new invitation link; earlier ones are void.");

        var invitations = api.MapGroup("/invitations/{token}").WithTags("Accounts").NeverStored();
        invitations.MapGet("", AcceptInvitation.Read).WithSummary("Whom a link is for.");
        invitations.MapPost("", AcceptInvitation.Handle).WithSummary("Sets the password and signs in.");
    }
}
