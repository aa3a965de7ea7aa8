using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

/// <param name="From">Now where it is missing.</param>
/// <param name="Until">No end where it is missing.</param>
public sealed record AssignStaffPostRequest(StaffRole? Role, DateTimeOffset? From, DateTimeOffset? Until);

public static class AssignStaffPost
{
    public static async Task<Results<Created<StaffPostView>, ProblemHttpResult>> Handle(
        Guid id, AssignStaffPostRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var role = fields.Value("role", request.Role);
        var term = fields.From(Term.Plan(request.From, request.Until, db.Now));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        if (!await db.Accounts.AnyAsync(account => account.Id == id && account.ErasedAt == null, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var held = await db.StaffPosts.AsNoTracking().Where(row => row.AccountId == id && row.Role == role).ToListAsync(cancellationToken);
        if (held.Any(row => row.Term.Overlaps(term!)))
            return http.Problem(Refusal.Conflict("staff_post_held"));

        var post = StaffPost.Assign(id, role, term!, db.Now);
        db.Add(post);
        db.Record(post.AssignedFact());
        db.Audit(http.RequireAccount().AccountId, "staff_post_assigned", "staff_post", post.Id, after: StaffPostView.Of(post));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(post.Version);
        return TypedResults.Created($"/api/participants/v1/staff-posts/{post.Id}", StaffPostView.Of(post));
    }
}
