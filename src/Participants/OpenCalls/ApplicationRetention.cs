using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;

namespace OpenGov.Participants.OpenCalls;

/// <summary>
/// What time ends of applications: drafts that were not sent before their call closed, and documents some time after a call is over. That somebody
/// applied, and how it was decided, stays.
/// </summary>
internal static class ApplicationRetention
{
    /// <summary>Of one round, which comes each minute: each may hold some hundred megabytes.</summary>
    private const int AtOnce = 20;

    public static async Task RunAsync(ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        var months = ((await rules.OnAsync(today, cancellationToken))?.Parameters ?? new ProfileParameters()).Retention.RegistrationMonths;
        var over = db.Now.AddMonths(-months);
        await using var work = await db.BeginAsync(RuleLock.OpenCalls, cancellationToken);
        var drafts = await (
            from application in db.CallApplications
            join call in db.OpenCalls on application.CallId equals call.Id
            where application.State == ApplicationState.Draft && (call.CancelledAt != null || call.ClosesOn < today)
            orderby application.Id
            select application.Id).Take(AtOnce).ToListAsync(cancellationToken);
        var old = await (
            from document in db.ApplicationDocuments
            join application in db.CallApplications on document.ApplicationId equals application.Id
            join call in db.OpenCalls on application.CallId equals call.Id
            where call.ResolvedAt < over || call.CancelledAt < over
            orderby document.ApplicationId
            select document.ApplicationId).Distinct().Take(AtOnce).ToListAsync(cancellationToken);
        foreach (var application in drafts.Concat(old).Distinct())
            await ApplicationDocuments.DropAllAsync(db, application, cancellationToken);
        await db.CallApplications.Where(application => drafts.Contains(application.Id)).ExecuteDeleteAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
    }
}
