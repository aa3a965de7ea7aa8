using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ActionPlans.Activities;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Plans;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Commitments;

public sealed record WithdrawalInput(ResolutionDocument? Resolution, string? Reason);

internal static class WithdrawCommitment
{
    /// <summary>INV-28: a published commitment leaves the plan by resolution and with a reason. It stays readable, and is counted as withdrawn.</summary>
    public static async Task<Results<Ok<WithdrawalView>, ProblemHttpResult>> Handle(
        Guid id, WithdrawalInput input, ActionPlansDb database, InstanceClock clock, HttpContext http, CancellationToken cancellationToken)
    {
        if (input.Resolution is not { } resolution)
            return http.Problem(Refusal.Rule("resolution_missing", "/resolution"));
        var refusals = Resolutions.Check(resolution, "/resolution").ToList();
        if (Texts.Check(input.Reason, 4000) is { } code)
            refusals.Add(Refusal.Invalid("/reason", code, 4000));
        if (resolution.AdoptedOn > clock.Today)
            refusals.Add(Refusal.Rule("resolution_in_the_future", "/resolution/adoptedOn"));
        if (refusals.Count > 0)
            return http.Problem(refusals);

        await using var work = await UnitOfWork.BeginAsync(database, cancellationToken);
        var commitment = await LockedCommitment.OfIdAsync(id, database, cancellationToken);
        if (commitment is null)
            return http.Problem(Refusal.NotFound());
        var matched = http.RequireVersion(commitment.Version);
        if (matched.IsRefused)
            return http.Problem(matched);
        var (before, now) = (commitment.Status, database.Now);
        var withdrawn = commitment.Withdraw(resolution.ToReference(), input.Reason!, now);
        if (withdrawn.IsRefused)
            return http.Problem(withdrawn);

        database.Record(new CommitmentWithdrawnV1(commitment.Id, commitment.Touch(), commitment.PlanId, resolution.ToReference(), input.Reason!, now));
        database.Audit(http.RequireAccount().AccountId, "commitment_withdrawn", "commitment", id, before: new { Status = before }, after: new { commitment.Status, Resolution = resolution.Number }, reason: input.Reason);
        await database.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(commitment.Version);
        return TypedResults.Ok(new WithdrawalView(resolution.ToReference(), input.Reason!, now));
    }
}
