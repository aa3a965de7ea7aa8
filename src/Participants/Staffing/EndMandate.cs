using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

public static class EndMandate
{
    public static async Task<Results<Ok<MandateView>, ProblemHttpResult>> Handle(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var mandate = await db.Mandates.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (mandate is null)
            return http.Problem(Refusal.NotFound());
        var name = await NameAsync(db, mandate, cancellationToken);
        var before = GrantMandate.View(mandate, name);
        if (mandate.End(db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        await Representatives.VoidInvitationsAsync(db, mandate, cancellationToken);
        db.Record(mandate.EndedFact());
        db.Audit(http.RequireAccount().AccountId, "mandate_ended", "mandate", mandate.Id, before, GrantMandate.View(mandate, name));
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(GrantMandate.View(mandate, name));
    }

    public static async Task<Results<Ok<MandateView>, ProblemHttpResult>> Read(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var mandate = await db.Mandates.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (mandate is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(mandate.Version);
        return TypedResults.Ok(GrantMandate.View(mandate, await NameAsync(db, mandate, cancellationToken)));
    }

    private static Task<string> NameAsync(ParticipantsDb db, Mandate mandate, CancellationToken cancellationToken) =>
        db.Organisations.Where(row => row.Id == mandate.OrganisationId).Select(row => row.Name).SingleAsync(cancellationToken);
}
