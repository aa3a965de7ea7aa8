using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

/// <summary>The caller holds one of these posts now. Read from the table on each request: an ended post ends at once.</summary>
/// <param name="OrElected">Or the office of executive secretary of the state's own secretariat, from the account with which it is held (<see cref="ElectedSecretary"/>).</param>
internal sealed record StaffRequirement(IReadOnlyList<StaffRole> Roles, bool OrElected = false) : IAuthorizationRequirement;

internal sealed class StaffAuthorization(ParticipantsDb db, LegalProfileInForce profiles) : AuthorizationHandler<StaffRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, StaffRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Account() is not { } account)
            return;
        var roles = requirement.Roles;
        if (await db.StaffPosts.InForce(db.Now).AnyAsync(post => post.AccountId == account.AccountId && roles.Contains(post.Role), http.RequestAborted)
            || (requirement.OrElected && await ElectedSecretary.Accounts(db, await profiles.TodayAsync(http.RequestAborted)).AnyAsync(id => id == account.AccountId, http.RequestAborted)))
        {
            context.Succeed(requirement);
        }
    }
}

/// <summary>The operator's addresses, which all services have, ask the table itself here.</summary>
internal sealed class PostsOfOperators(ParticipantsDb db) : IOperators
{
    public Task<bool> ContainsAsync(Guid accountId, CancellationToken cancellationToken) =>
        db.StaffPosts.InForce(db.Now).AnyAsync(post => post.AccountId == accountId && post.Role == StaffRole.Operator, cancellationToken);
}

internal static class StaffAuthorizationExtensions
{
    /// <summary>401 without a sign-in, 403 without one of the posts; decided before the body is read.</summary>
    public static TBuilder RequireStaff<TBuilder>(this TBuilder endpoints, params StaffRole[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoints.Require(new StaffRequirement(roles));

    /// <summary>
    /// The same for what SPEC §2.3 (S1, S2) gives the executive secretary, "functions of a seat or staff": also from the office that the secretariat's members filled.
    /// </summary>
    public static TBuilder RequireStaffOrElected<TBuilder>(this TBuilder endpoints, params StaffRole[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoints.Require(new StaffRequirement(roles, OrElected: true));

    private static TBuilder Require<TBuilder>(this TBuilder endpoints, StaffRequirement requirement) where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(requirement).Build())
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
}
