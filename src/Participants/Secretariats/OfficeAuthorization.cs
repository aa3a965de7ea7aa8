using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <summary>
/// SPEC §2.12: chair and executive secretary convene and run the sessions of their own secretariat, from the account with which they hold the office, and so do
/// those staff that may everywhere. Read from the tables on each request.
/// </summary>
internal sealed record OfficeRequirement(IReadOnlyList<StaffRole> Roles, OfficeOf Of) : IAuthorizationRequirement;

/// <summary>Of which secretariat the office has to be.</summary>
internal enum OfficeOf
{
    /// <summary>The one that the route's id names.</summary>
    Secretariat,

    /// <summary>That of the session that the route's id names.</summary>
    Session,

    /// <summary>That of the resolution that the route's id names.</summary>
    Resolution,

    /// <summary>Whichever: what it is for is not known yet.</summary>
    Any,
}

internal sealed class OfficeAuthorization(ParticipantsDb db, LegalProfileInForce profiles) : AuthorizationHandler<OfficeRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OfficeRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Account() is not { } account)
            return;
        var roles = requirement.Roles;
        if (await db.StaffPosts.InForce(db.Now).AnyAsync(post => post.AccountId == account.AccountId && roles.Contains(post.Role), http.RequestAborted))
        {
            context.Succeed(requirement);
            return;
        }

        var held = await OfficesHeld.Of(db, account.AccountId, await profiles.TodayAsync(http.RequestAborted)).Select(office => office.SecretariatId).ToListAsync(http.RequestAborted);
        if (held.Count == 0 || (!Guid.TryParse(http.Request.RouteValues["id"]?.ToString(), out var id) && requirement.Of != OfficeOf.Any))
            return;
        if (requirement.Of switch
        {
            OfficeOf.Session => await db.SecretariatSessions.AnyAsync(row => row.Id == id && held.Contains(row.SecretariatId), http.RequestAborted),
            OfficeOf.Resolution => await db.Resolutions.AnyAsync(row => row.Id == id && held.Contains(row.SecretariatId), http.RequestAborted),
            OfficeOf.Any => true,
            _ => held.Contains(id),
        })
            context.Succeed(requirement);
    }
}

internal static class OfficeAuthorizationExtensions
{
    /// <summary>401 without a sign-in, 403 without a post or the office; decided before the body is read.</summary>
    public static TBuilder RequireStaffOrOffice<TBuilder>(this TBuilder endpoints, OfficeOf of) where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new OfficeRequirement([StaffRole.Administrator, StaffRole.ExecutiveSecretary], of)).Build())
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
}

/// <param name="RunsExercise">It is the executive secretary's of the state's own secretariat: calls, registrations, declaration and awareness are open to it.</param>
public sealed record OwnOfficeView(Guid SecretariatId, string SecretariatName, SecretariatOffice Office, DateOnly From, bool RunsExercise);

/// <summary>The offices from which sessions are convened and run, as an account holds them.</summary>
internal static class OfficesHeld
{
    public static IQueryable<OfficeHolding> Of(ParticipantsDb db, Guid account, DateOnly today) => db.Set<OfficeHolding>().AsNoTracking().Where(row =>
        row.AccountId == account && row.Office != SecretariatOffice.Facilitator && row.From <= today && (row.EndedOn == null || row.EndedOn > today));

    public static async Task<Ok<Page<OwnOfficeView>>> Own(HttpContext http, ParticipantsDb db, LegalProfileInForce profiles, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var (account, today) = (http.RequireAccount().AccountId, await profiles.TodayAsync(cancellationToken));
        var own = ElectedSecretary.Own(db);
        var held = await Of(db, account, today)
            .Join(db.Secretariats, office => office.SecretariatId, row => row.Id, (office, row) => new OwnOfficeView(
                row.Id, row.Name, office.Office, office.From, office.Office == SecretariatOffice.ExecutiveSecretary && own.Contains(row.Id))).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<OwnOfficeView>([.. held.OrderBy(row => row.SecretariatName, StringComparer.CurrentCulture).ThenBy(row => row.Office)], Next: null));
    }
}
