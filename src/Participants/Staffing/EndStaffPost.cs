using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

public static class EndStaffPost
{
    public static async Task<Results<Ok<StaffPostView>, ProblemHttpResult>> Handle(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        var post = await db.StaffPosts.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (post is null)
            return http.Problem(Refusal.NotFound());
        if (post.Role == StaffRole.Administrator && !await db.Administrators().AnyAsync(row => row.Id != id, cancellationToken))
            return http.Problem(Refusal.Conflict("last_administrator"));

        var before = StaffPostView.Of(post);
        if (post.End(db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Record(post.EndedFact());
        db.Audit(http.RequireAccount().AccountId, "staff_post_ended", "staff_post", post.Id, before, StaffPostView.Of(post));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(StaffPostView.Of(post));
    }

    public static async Task<Results<Ok<StaffPostView>, ProblemHttpResult>> Read(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var post = await db.StaffPosts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (post is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(post.Version);
        return TypedResults.Ok(StaffPostView.Of(post));
    }
}
