using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.SignInPolicies;

public sealed record SignInPolicyRequest(bool? SecondStepForStaff);

/// <param name="StaffWithout">How many who hold a post now have neither an app for codes nor a passkey.</param>
public sealed record SignInPolicyView(bool SecondStepForStaff, int StaffWithout);

public static class SignInPolicyApi
{
    public static void MapSignInPolicy(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/sign-in-policy").WithTags("Sessions").NeverStored().RequireStaff(StaffRole.Administrator);
        policy.MapGet("", Read).WithSummary("What is asked of the sign-ins of staff.");
        policy.MapPut("", Change).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428).WithSummary("Changes it; If-Match. Running sign-ins are held to it within five minutes.");
    }

    /// <summary>Whether a sign-in with a password may do nothing but set up a second step.</summary>
    public static Task<bool> LacksSecondStepAsync(this ParticipantsDb db, Guid accountId, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<bool>($"select lacks_second_step({accountId}, {db.Now}) as \"Value\"").SingleAsync(cancellationToken);

    private static async Task<Ok<SignInPolicyView>> Read(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var policy = await db.SignInPolicies.AsNoTracking().SingleAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(policy.Version);
        return TypedResults.Ok(await ViewAsync(db, policy, cancellationToken));
    }

    private static async Task<Results<Ok<SignInPolicyView>, ProblemHttpResult>> Change(
        SignInPolicyRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var wanted = fields.Value("secondStepForStaff", request.SecondStepForStaff);
        var policy = await db.SignInPolicies.SingleAsync(cancellationToken);
        if (http.RequireMatch(policy.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var account = http.RequireAccount().AccountId;
        // Who asks it of others shows that it works; and nobody shuts themselves out by a click.
        if (wanted && !await db.SecondFactors.AnyAsync(row => row.AccountId == account && row.ConfirmedAt != null, cancellationToken))
            return http.Problem(Refusal.Conflict("second_step_own_first"));
        var before = policy.SecondStepForStaff;
        policy.Ask(wanted);
        db.Audit(account, "sign_in_policy_changed", "sign_in_policy", policy.Id, new { SecondStepForStaff = before }, new { policy.SecondStepForStaff });
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(policy.Version);
        return TypedResults.Ok(await ViewAsync(db, policy, cancellationToken));
    }

    private static async Task<SignInPolicyView> ViewAsync(ParticipantsDb db, SignInPolicy policy, CancellationToken cancellationToken)
    {
        var now = db.Now;
        var without = await db.StaffPosts
            .Where(post => post.Term.From <= now && (post.Term.Until == null || post.Term.Until > now) && (post.Term.EndedAt == null || post.Term.EndedAt > now)
                && !db.SecondFactors.Any(row => row.AccountId == post.AccountId && row.ConfirmedAt != null) && !db.Passkeys.Any(row => row.AccountId == post.AccountId))
            .Select(post => post.AccountId).Distinct().CountAsync(cancellationToken);
        return new SignInPolicyView(policy.SecondStepForStaff, without);
    }
}
