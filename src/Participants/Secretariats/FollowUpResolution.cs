using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <param name="Note">What was done, or why not; published.</param>
/// <param name="On">The day of what it tells, from that of the adoption to today; today where it is missing.</param>
public sealed record FollowUpRequest(ResolutionProgress? State, string? Note, DateOnly? On);

public static class FollowUpResolution
{
    /// <summary>Adds what became of it. The resolution itself stays as it was adopted (INV-13).</summary>
    public static async Task<Results<Ok<ResolutionView>, ProblemHttpResult>> Handle(
        Guid id, FollowUpRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select 1 from resolution where id = {id} for update", cancellationToken);
        if (await db.Resolutions.Include(row => row.FollowUps).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } resolution
            || await desk.ReadAsync(resolution.SecretariatId, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var state = fields.Value("state", request.State);
        var note = fields.Paragraphs("note", request.Note, 2, 2000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var code = await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken);
        var told = resolution.FollowUp(state, note, request.On ?? hand.Today, State.Today(code, resolution.AdoptedAt), hand.Today, db.Now);
        if (told.IsRefused)
            return http.Problem(told);
        db.Record(told.Value);
        db.Audit(http.RequireAccount().AccountId, "resolution_followed_up", "resolution", id, after: new { state, request.On });
        await db.SaveChangesAsync(cancellationToken);
        var view = (await ReadSecretariats.ViewAsync(db, [resolution], hand.Today, cancellationToken))[0];
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(view);
    }
}
