using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Minutes;

/// <param name="AgendaItem">Number of the point that it is about; null where it is about the whole.</param>
/// <param name="Text">What the minutes should say.</param>
public sealed record CorrectMinutesRequest(int? AgendaItem, string? Text, string? Reason);

public static class CorrectMinutes
{
    /// <summary>A draft of what has happened so far, for those who approve the minutes of a session before they close it.</summary>
    public static async Task<Results<Ok<MinutesView>, ProblemHttpResult>> WriteSoFar(
        Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MinutesDesk minutes, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await desk.SessionForWritingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        if (hand.Session.State != SecretariatSessionState.Open)
            return http.Problem(Refusal.Conflict("session_not_open"));
        var (former, beingVoted) = await minutes.ForCorrectionAsync(id, cancellationToken);
        if (beingVoted)
            return http.Problem(Refusal.Conflict("minutes_being_voted"));
        if (former is { Versions.Count: >= SessionMinutes.MostVersions })
            return http.Problem(Refusal.Conflict("minutes_versions_used", SessionMinutes.MostVersions));
        return await minutes.WriteAsync(hand, cancellationToken) is { } written
            ? await StoreAsync(http, db, work, written, "minutes_written", new { version = written.Last.Number }, cancellationToken)
            : http.Problem(Refusal.Conflict("minutes_approved"));
    }

    /// <summary>If-Match: whoever corrects has read what was corrected before.</summary>
    public static async Task<Results<Ok<MinutesView>, ProblemHttpResult>> Handle(
        Guid id, CorrectMinutesRequest request, HttpContext http, ParticipantsDb db, MinutesDesk minutes, LegalProfileInForce profiles, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        var (found, beingVoted) = await minutes.ForCorrectionAsync(id, cancellationToken);
        if (found is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(found.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var fields = new Fields();
        var text = fields.Paragraphs("text", request.Text, 2, 4000);
        var reason = fields.Text("reason", request.Reason, 2, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (beingVoted)
            return http.Problem(Refusal.Conflict("minutes_being_voted"));
        var office = await OfficeAsync(db, found, http.RequireAccount().AccountId, await profiles.TodayAsync(cancellationToken), cancellationToken);
        if (found.Correct(new MinutesCorrection(0, request.AgendaItem, text, reason, office, db.Now), db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        minutes.Record(found);
        return await StoreAsync(http, db, work, found, "minutes_corrected", new { version = found.Last.Number, request.AgendaItem, reason }, cancellationToken);
    }

    private static async Task<Ok<MinutesView>> StoreAsync(HttpContext http, ParticipantsDb db, UnitOfWork work, SessionMinutes minutes, string action, object detail, CancellationToken cancellationToken)
    {
        db.Audit(http.RequireAccount().AccountId, action, "session_minutes", minutes.Id, after: detail);
        await db.SaveChangesAsync(cancellationToken);
        var view = await ReadMinutes.ViewAsync(db, minutes, closing: null, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(minutes.Version);
        return TypedResults.Ok(view);
    }

    /// <summary>Who may run the session holds a post of staff or an office of its secretariat; the secretary's own comes first.</summary>
    private static async Task<MinutesOffice> OfficeAsync(ParticipantsDb db, SessionMinutes minutes, Guid account, DateOnly today, CancellationToken cancellationToken)
    {
        var held = await OfficesHeld.Of(db, account, today).Where(row => row.SecretariatId == minutes.SecretariatId).Select(row => row.Office).ToListAsync(cancellationToken);
        if (held.Contains(SecretariatOffice.ExecutiveSecretary) || await db.StaffPosts.InForce(db.Now).AnyAsync(
            post => post.AccountId == account && post.Role == StaffRole.ExecutiveSecretary, cancellationToken))
            return MinutesOffice.ExecutiveSecretary;
        return held.Contains(SecretariatOffice.Chair) ? MinutesOffice.Chair : MinutesOffice.Administrator;
    }
}
