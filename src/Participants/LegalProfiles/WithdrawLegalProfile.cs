using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="Reason">Why, 5 to 2,000 characters; public.</param>
public sealed record WithdrawLegalProfileRequest(string? Reason);

public static class WithdrawLegalProfile
{
    public static async Task<Results<Ok<LegalProfileView>, ProblemHttpResult>> Handle(
        Guid id, WithdrawLegalProfileRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce inForce, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var reason = fields.Text("reason", request.Reason, 5, 2000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);

        await using var work = await db.BeginAsync(RuleLock.LegalProfiles, cancellationToken);
        var profile = await db.LegalProfiles.IgnoreQueryFilters().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (profile is null)
            return http.Problem(Refusal.NotFound());
        var predecessor = await db.LegalProfiles.SingleOrDefaultAsync(row => row.ValidTo == profile.ValidFrom, cancellationToken);
        var (by, today) = (http.RequireAccount().AccountId, await inForce.TodayAsync(cancellationToken));
        if (profile.Withdraw(predecessor, new Adoption(by, reason), today, db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Record(profile.WithdrawnFact());
        db.Audit(by, "legal_profile_withdrawn", "legal_profile", profile.Id, before: new { profile.ValidFrom, profile.ValidTo }, reason: reason);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(LegalProfileView.Of(profile, today));
    }
}
