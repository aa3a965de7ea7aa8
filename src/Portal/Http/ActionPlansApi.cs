using OpenGov.Contracts;
using OpenGov.Portal.Account;
using OpenGov.Portal.Administration;
using OpenGov.Portal.Commitments;
using OpenGov.Portal.ImportedPlans;
using OpenGov.Portal.Plans;

namespace OpenGov.Portal.Http;

/// <summary>What the portal asks of ActionPlans.</summary>
public sealed class ActionPlansApi(ServiceCaller services)
{
    private const string Base = "/api/action-plans/v1";

    public Task<Answer<ExerciseView>> ExerciseAsync() => Get<ExerciseView>("/exercise");
    public Task<Answer<ExerciseView>> OpenExerciseAsync(object exercise, string key) => Post<ExerciseView>("/exercise", exercise, key);
    public Task<Answer<Totals>> TotalsAsync() => Get<Totals>("/totals");

    public Task<Answer<Listing<PlanSummary>>> PlansAsync(bool drafts = false, int limit = 50) =>
        Get<Listing<PlanSummary>>("/plans" + Query.Of(("drafts", drafts ? "true" : null), ("limit", limit)));

    public Task<Answer<PlanView>> PlanAsync(string idOrIdentifier) => Get<PlanView>("/plans/" + Uri.EscapeDataString(idOrIdentifier));
    public Task<Answer<Listing<PlanVersionView>>> VersionsAsync(Guid plan) => Get<Listing<PlanVersionView>>($"/plans/{plan}/versions");
    public Task<Answer<Readiness>> ReadinessAsync(Guid plan) => Get<Readiness>($"/plans/{plan}/readiness");

    public Task<Answer<Publication>> PublishAsync(Guid plan, object publication, string? version, string key) =>
        services.SendAsync<Publication>(HttpMethod.Post, Owners.ActionPlans, $"{Base}/plans/{plan}/publication", publication, version, key);

    /// <summary>The document as it was typed: the service reads it itself and names every error with its place.</summary>
    /// <param name="validateOnly">A dry run: the same checks, nothing stored.</param>
    public async Task<Answer<ImportResult>> ImportAsync(string document, bool validateOnly, string key)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(document));
        return await services.UploadAsync<ImportResult>(
            HttpMethod.Post, Owners.ActionPlans, Base + "/plans/import" + (validateOnly ? "?validate=true" : ""), content, "application/json",
            idempotencyKey: validateOnly ? null : key);
    }

    public Task<Answer<Listing<CommitmentSummary>>> CommitmentsAsync(string? plan, string? theme, string? cursor, int limit, Guid? organisation = null) =>
        Get<Listing<CommitmentSummary>>("/commitments" + Query.Of(("plan", plan), ("theme", theme), ("organisation", organisation), ("cursor", cursor), ("limit", limit)));

    public Task<Answer<CommitmentView>> CommitmentAsync(string idOrIdentifier) => Get<CommitmentView>("/commitments/" + Uri.EscapeDataString(idOrIdentifier));

    /// <summary>Of all activities of the commitment, the latest first.</summary>
    public Task<Answer<Listing<CommitmentReport>>> ReportsOfCommitmentAsync(string idOrIdentifier, string? cursor, int limit) =>
        Get<Listing<CommitmentReport>>($"/commitments/{Uri.EscapeDataString(idOrIdentifier)}/progress-reports" + Query.Of(("cursor", cursor), ("limit", limit)));

    public Task<Answer<Listing<PendingAcceptance>>> PendingAcceptancesAsync() => Get<Listing<PendingAcceptance>>("/my/acceptances");

    /// <param name="definitionHash">Hash of the wording that the person read: another wording is refused (412).</param>
    public Task<Answer<Nothing>> AcceptAsync(Guid commitment, string definitionHash, string key) => Post<Nothing>($"/commitments/{commitment}/acceptance", new { definitionHash }, key);
    public Task<Answer<Listing<ThemeView>>> ThemesAsync() => Get<Listing<ThemeView>>("/themes");

    public Task<Answer<Listing<MyActivity>>> MyActivitiesAsync(string? cursor = null) => Get<Listing<MyActivity>>("/my/activities" + Query.Of(("cursor", cursor)));
    public Task<Answer<ActivityView>> ActivityAsync(Guid id) => Get<ActivityView>($"/activities/{id}");

    public Task<Answer<Listing<ReportView>>> ReportsAsync(Guid activity, string? cursor = null, int limit = 50) =>
        Get<Listing<ReportView>>($"/activities/{activity}/progress-reports" + Query.Of(("cursor", cursor), ("limit", limit)));

    public Task<Answer<ReceivedFile>> UploadEvidenceAsync(Stream content, string fileName, string mediaType) =>
        services.UploadAsync<ReceivedFile>(HttpMethod.Post, Owners.ActionPlans, $"{Base}/evidence-files" + Query.Of(("fileName", fileName)), content, mediaType);

    public Task<Answer<ReportResult>> ReportAsync(Guid activity, object report, string? version, string key) =>
        services.SendAsync<ReportResult>(HttpMethod.Post, Owners.ActionPlans, $"{Base}/activities/{activity}/progress-reports", report, version, key);

    public Task<Answer<Nothing>> VerifyAsync(Guid activity, object verification, string? version, string key) =>
        services.SendAsync<Nothing>(HttpMethod.Post, Owners.ActionPlans, $"{Base}/activities/{activity}/verifications", verification, version, key);

    public Task<Answer<Listing<ImportedPlanSummary>>> ImportedPlansAsync() => Get<Listing<ImportedPlanSummary>>("/imported-plans");
    public Task<Answer<ImportedPlanView>> ImportedPlanAsync(string slug) => Get<ImportedPlanView>("/imported-plans/" + Uri.EscapeDataString(slug));

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.ActionPlans, Base + path);

    private Task<Answer<T>> Post<T>(string path, object body, string? key = null) =>
        services.SendAsync<T>(HttpMethod.Post, Owners.ActionPlans, Base + path, body, idempotencyKey: key);
}
