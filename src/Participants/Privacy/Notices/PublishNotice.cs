using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Notices;

/// <param name="InForceOn">In the state's calendar; now where it is missing or today. At most a year ahead, and after every version published so far.</param>
/// <param name="Texts">By language; <c>es</c> always, here or carried over.</param>
/// <param name="CarryOver">Texts of the latest version in other languages stay; one whose Spanish text changes says of which version it is.</param>
public sealed record PublishNoticeRequest(DateOnly? InForceOn, IReadOnlyDictionary<string, NoticeText>? Texts, bool CarryOver = false);

public static class PublishNotice
{
    public static async Task<Results<Created<PrivacyNoticeView>, ProblemHttpResult>> Handle(
        PublishNoticeRequest request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.PrivacyNotices, cancellationToken);
        var latest = await db.PrivacyNotices.AsNoTracking().OrderByDescending(notice => notice.Number).FirstOrDefaultAsync(cancellationToken);
        var state = await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken);
        DateTimeOffset? begins = request.InForceOn is { } day && day != State.Today(state, db.Now) ? State.StartOf(state, day) : null;
        var published = PrivacyNotice.Publish(request.Texts, begins, latest, request.CarryOver, db.Now);
        if (published.IsRefused)
            return http.Problem(published);

        var notice = published.Value;
        db.Add(notice);
        db.Record(notice.PublishedFact());
        db.Audit(http.RequireAccount().AccountId, "privacy_notice_published", "privacy_notice", notice.Id, after: NoticeAudit.Of(notice));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created($"/api/participants/v1/privacy-notices/{notice.Id}", PrivacyNoticeView.Of(notice));
    }
}
