using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ActionPlans.Completion;
using OpenGov.ActionPlans.Copies;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Activities;

/// <param name="Note">What was checked, public, at most 4000 characters.</param>
/// <param name="Verified">False takes a verification back.</param>
/// <param name="OrganisationId">Whom the account acts for; the first by name where it acts for several and does not say.</param>
public sealed record VerificationInput(string Note, bool Verified, Guid? OrganisationId);

public sealed record ActivityVerified(Guid Id, Guid ActivityId, int ActivityVersion, ActivityStatus Status, ProgressView Progress, DateTimeOffset VerifiedAt);

internal static class VerifyActivity
{
    /// <summary>Somebody of another institution verifies a completed activity, or takes the verification back (INV-30).</summary>
    public static async Task<Results<Created<ActivityVerified>, ProblemHttpResult>> Handle(
        Guid id, VerificationInput input, ActionPlansDb database, Permissions permissions, HttpContext http, CancellationToken cancellationToken)
    {
        if (Texts.Check(input.Note, 4000) is { } code)
            return http.Problem(Refusal.Invalid("note", code, 4000));

        await using var work = await UnitOfWork.BeginAsync(database, cancellationToken);
        var commitment = await LockedCommitment.OfActivityAsync(id, database, cancellationToken);
        if (commitment is null)
            return http.Problem(Refusal.NotFound());
        var activity = commitment.Find(id);
        var account = http.RequireAccount().AccountId;
        var organisations = await permissions.OrganisationsOfAsync(account, database, cancellationToken);
        // Who also acts for the responsible institution is no outsider, whichever hat it puts on.
        if (organisations.Any(one => one.Id == activity.ResponsibleOrganisationId))
            return http.Problem(Refusal.Rule("verifier_is_responsible"));
        var actingFor = organisations.FirstOrDefault(one => input.OrganisationId is null || one.Id == input.OrganisationId);
        if (actingFor is null)
            return http.Problem(Refusal.Forbidden());
        var matched = http.RequireMatch(activity.Version);
        if (matched.IsRefused)
            return http.Problem(matched);

        var now = database.Now;
        var verifier = new Reporter(account, actingFor.Id, actingFor.Name);
        var verified = commitment.Verify(id, input.Verified, input.Note, verifier, now);
        if (verified.IsRefused)
            return http.Problem(verified);

        var verification = verified.Value;
        database.Add(verification);
        var thresholds = await CompletionProfile.ReadAsync(database, cancellationToken);
        var progress = commitment.Progress.ToContract(thresholds.Suggest(commitment));
        database.Record(new ActivityVerifiedV1(
            commitment.Id,
            commitment.Touch(),
            verification.Id,
            commitment.PlanId,
            commitment.Identifier,
            activity.KeyActionId,
            activity.Id,
            activity.Title,
            verification.FromStatus,
            verification.ToStatus,
            verification.Note,
            new ResponsibleParty(verifier.OrganisationId, verifier.OrganisationName, null),
            progress,
            now));
        database.Audit(account, input.Verified ? "activity_verified" : "verification_taken_back", "activity", id, before: new { Status = verification.FromStatus }, after: new { Status = verification.ToStatus, verification.Id });
        await database.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);

        http.Response.GetTypedHeaders().ETag = ETags.Of(activity.Version);
        return TypedResults.Created(
            $"/api/action-plans/v1/activities/{id}",
            new ActivityVerified(verification.Id, id, activity.Version, activity.Status, ProgressView.Of(commitment.Progress, progress.Suggested), now));
    }
}
