using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

/// <summary>The caller holds one of these posts now. Read from the table on each request: an ended post ends at once.</summary>
internal sealed record StaffRequirement(IReadOnlyList<StaffRole> Roles) : IAuthorizationRequirement;

internal sealed class StaffAuthorization(ParticipantsDb db) : AuthorizationHandler<StaffRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, StaffRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Account() is not { } account)
            return;
        var (now, roles) = (db.Now, requirement.Roles);
        if (await db.StaffPosts.AnyAsync(post =>
            post.AccountId == account.AccountId && roles.Contains(post.Role) && post.Term.From <= now
            && (post.Term.Until == null || post.Term.Until > now) && (post.Term.EndedAt == null || post.Term.EndedAt > now), http.RequestAborted))
        {
            context.Succeed(requirement);
        }
    }
}

/// <summary>The operator's addresses, which all services have, ask the table itself here.</summary>
internal sealed class PostsOfOperators(ParticipantsDb db) : IOperators
{
    public Task<bool> ContainsAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var now = db.Now;
        return db.StaffPosts.AnyAsync(
            post => post.AccountId == accountId && post.Role == StaffRole.Operator && post.Term.From <= now
                && (post.Term.Until == null || post.Term.Until > now) && (post.Term.EndedAt == null || post.Term.EndedAt > now),
            cancellationToken);
    }
}

internal static class StaffAuthorizationExtensions
{
    /// <summary>401 without a sign-in, 403 without one of the posts; decided before the body is read.</summary>
    public static TBuilder RequireStaff<TBuilder>(this TBuilder endpoints, params StaffRole[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new StaffRequirement(roles)).Build())
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
}
