using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.Declarations;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Organisations;

/// <param name="Reason">3 to 1,000 characters; public, in the history of the organisation.</param>
public sealed record UndoSuccessionRequest(string? Reason);

/// <summary>
/// A succession that was written down by mistake never was: the organisation stands for itself, runs the instance where it had
/// handed it over, and the mandates that were granted with it end. What was undone stays in the history, with its reason.
/// </summary>
public static class UndoSuccession
{
    public static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Handle(
        Guid id, UndoSuccessionRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk secretariats, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        var organisation = await db.Organisations.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (organisation is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(organisation.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var fields = new Fields();
        var reason = fields.Text("reason", request.Reason, 3, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var before = new { organisation.SuccessorId, organisation.SucceededOn, organisation.SuccessionBasis };
        if (organisation.StandAgain() is { IsRefused: true } refused)
            return http.Problem(refused);
        var succession = await db.Successions.SingleAsync(row => row.OrganisationId == id && row.UndoneAt == null, cancellationToken);
        // A chain is undone from its end: what the successor handed on rests on this.
        if (await db.Organisations.AnyAsync(row => row.Id == succession.SuccessorId && row.SuccessorId != null, cancellationToken))
            return http.Problem(Refusal.Conflict("succession_built_upon"));
        if (succession.HandedOver)
        {
            if (await db.Instances.SingleOrDefaultAsync(row => row.GuarantorId == succession.SuccessorId, cancellationToken) is not { } instance)
                return http.Problem(Refusal.Conflict("succession_built_upon"));
            instance.HandOver(id);
            db.Record(instance.ConfiguredFact(organisation));
        }

        var by = http.RequireAccount().AccountId;
        succession.Undo(reason, db.Now);
        db.Record(organisation.SuccessionUndoneFact(succession.SuccessorId));
        db.Audit(by, "organisation_succession_undone", "organisation", id, before, reason: reason);
        foreach (var mandate in await db.Mandates.Where(row => succession.Mandates.Contains(row.Id)).ToListAsync(cancellationToken))
        {
            if (mandate.End(db.Now).IsRefused)
                continue;
            await Representatives.VoidInvitationsAsync(db, mandate, cancellationToken);
            db.Record(mandate.EndedFact());
            db.Audit(by, "mandate_ended", "mandate", mandate.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        await SeatSuccession.CarryOutAsync(db, secretariats, succession.SuccessorId, organisation, reason[..Math.Min(reason.Length, 300)], isUndone: true, by, cancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({(long)RuleLock.Declarations})", cancellationToken);
        if (await db.JointDeclarations.Include(row => row.Signatories).SingleOrDefaultAsync(row => row.State != DeclarationState.Complete, cancellationToken) is { } declaration && declaration.HandBack(id, succession.SuccessorId, organisation.Sector))
        {
            declaration.Touch();
            await db.SaveChangesAsync(cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(organisation.Version);
        return TypedResults.Ok(OrganisationView.Of(organisation));
    }
}
