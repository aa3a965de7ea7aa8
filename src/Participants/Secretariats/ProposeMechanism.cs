using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <param name="ResolutionId">The one that adopted exactly this proposal.</param>
public sealed record EnactMechanismRequest(Guid? ResolutionId);

/// <summary>How the governance mechanism changes after the installation: proposed, decided in a session, enacted by the resolution.</summary>
internal static class ProposeMechanism
{
    public static async Task<Results<Created<MechanismProposalView>, ProblemHttpResult>> Handle(
        Guid id, WriteMechanismRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        // Locked: what it is compared with is what is in force.
        if (await desk.ForWritingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var read = MechanismRules.Read(request);
        if (read.IsRefused)
            return http.Problem(read);
        var proposed = MechanismProposal.Propose(hand.Secretariat, read.Value.Parts, read.Value.Parameters, hand.Today);
        if (proposed.IsRefused)
            return http.Problem(proposed);
        db.Add(proposed.Value);
        var view = await StoreAsync(http, db, proposed.Value, "mechanism_proposed", new { proposed.Value.Hash }, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created($"/api/participants/v1/mechanism-proposals/{proposed.Value.Id}", view);
    }

    public static Task<Results<Ok<MechanismProposalView>, ProblemHttpResult>> Enact(
        Guid id, EnactMechanismRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "mechanism_enacted", async (proposal, hand) => hand.Secretariat.Enact(
            proposal, await db.Resolutions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == request.ResolutionId, cancellationToken), hand.Today), request, cancellationToken);

    public static Task<Results<Ok<MechanismProposalView>, ProblemHttpResult>> Withdraw(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "mechanism_withdrawn", (proposal, hand) => Task.FromResult(proposal.Withdraw(hand.Today)), null, cancellationToken);

    private static async Task<Results<Ok<MechanismProposalView>, ProblemHttpResult>> ActAsync(
        Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, string action, Func<MechanismProposal, SecretariatInHand, Task<Result>> act, object? detail, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        var secretariat = await db.MechanismProposals.Where(row => row.Id == id).Select(row => row.SecretariatId).SingleOrDefaultAsync(cancellationToken);
        if (secretariat == Guid.Empty || await desk.ForWritingAsync(secretariat, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var proposal = await db.MechanismProposals.SingleAsync(row => row.Id == id, cancellationToken);
        if (await act(proposal, hand) is { IsRefused: true } refused)
            return http.Problem(refused);
        desk.Record(hand.Secretariat.TakeFacts());
        var view = await StoreAsync(http, db, proposal, action, detail, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(view);
    }

    private static async Task<MechanismProposalView> StoreAsync(HttpContext http, ParticipantsDb db, MechanismProposal proposal, string action, object? detail, CancellationToken cancellationToken)
    {
        db.Audit(http.RequireAccount().AccountId, action, "mechanism_proposal", proposal.Id, after: detail);
        await db.SaveChangesAsync(cancellationToken);
        return await MechanismViews.ViewAsync(db, proposal, cancellationToken);
    }
}
