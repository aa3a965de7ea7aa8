using OpenGov.Contracts;
using OpenGov.Portal.Account;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Declarations;

public sealed record SignatoryView(Guid Id, Guid OrganisationId, string OrganisationName, string? Sector, string Post, string? Method, DateOnly? SignedOn, Guid? PaperId, string? InPlaceOf = null);

public sealed record JointDeclaration(
    Guid Id, int Version, string State, string Title, string Text, string? Place, string TextSha256, Guid? DocumentId, string? DocumentUrl, DateOnly? SignedOn, IReadOnlyList<SignatoryView>? Signatories,
    SignedDocument? SignedDocument);

public sealed record SignedDocument(string FileName, long Size, string Sha256, string Url);

public sealed record Attendance(int? CivilSociety, int? PublicBodies, int? Guarantors, int? Citizens);

public sealed record AwarenessView(
    Guid Id, int Version, string State, string Topic, string? Description, DateOnly HeldOn, string? Place, string? Link, Attendance? Attendance, string? Reason);

public sealed record DeclarationModel(JointDeclaration? Declaration, IReadOnlyList<Guid> ActsFor, FormState Form, string? Done);

public sealed record DeclarationDeskModel(JointDeclaration? Declaration, Finding Organisations, FormState Form, string? Done);

public sealed record AwarenessModel(Listing<AwarenessView> Activities, string? Cursor, FormState Form, string? Done, bool IsDesk);

public sealed record AwarenessWorkModel(AwarenessView Activity, FormState Form, string? Done);

/// <summary>What the portal asks of Participants about the declaration and awareness.</summary>
public sealed class DeclarationsClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<JointDeclaration>> DeclarationAsync() => services.GetAsync<JointDeclaration>(Owners.Participants, Base + "/joint-declaration");
    public Task<Answer<JointDeclaration>> SignAsync(Guid signatory, string? textSha256) => Post<JointDeclaration>($"/joint-declaration/signatures/{signatory}", new { textSha256 });
    public Task<Answer<JointDeclaration>> DeskAsync() => services.GetAsync<JointDeclaration>(Owners.Participants, Base + "/declaration-desk");
    public Task<Answer<JointDeclaration>> DraftAsync(object declaration, string key) => Post<JointDeclaration>("/declaration-desk", declaration, key: key);
    public Task<Answer<JointDeclaration>> RewriteAsync(Guid id, object declaration, string? version) => services.SendAsync<JointDeclaration>(HttpMethod.Put, Owners.Participants, $"{Base}/declaration-desk/{id}", declaration, version);
    public Task<Answer<JointDeclaration>> OpenAsync(Guid id, string? version) => Post<JointDeclaration>($"/declaration-desk/{id}/opening", new { }, version);
    public Task<Answer<JointDeclaration>> RecordPaperAsync(Guid signatory, string? signedOn, Guid? fileId) => Post<JointDeclaration>($"/declaration-desk/signatories/{signatory}/paper", new { signedOn, fileId });
    public Task<Answer<JointDeclaration>> StrikeAsync(Guid signatory) => Post<JointDeclaration>($"/declaration-desk/signatories/{signatory}/removal", new { });
    public Task<Answer<JointDeclaration>> AddSignedDocumentAsync(Guid id, Guid? fileId, string? version) => Post<JointDeclaration>($"/declaration-desk/{id}/signed-document", new { fileId }, version);

    public Task<Answer<Listing<AwarenessView>>> AwarenessAsync(string? cursor) => services.GetAsync<Listing<AwarenessView>>(Owners.Participants, Base + "/awareness-activities" + Query.Of(("cursor", cursor), ("limit", 30)));
    public Task<Answer<AwarenessView>> ActivityAsync(Guid id) => services.GetAsync<AwarenessView>(Owners.Participants, $"{Base}/awareness-activities/{id}");
    public Task<Answer<AwarenessView>> PlanAsync(object activity, string key) => Post<AwarenessView>("/awareness-activities", activity, key: key);
    public Task<Answer<AwarenessView>> AttendAsync(Guid id, object attendance, string? version) => Post<AwarenessView>($"/awareness-activities/{id}/attendance", attendance, version);
    public Task<Answer<AwarenessView>> CancelAsync(Guid id, string? reason, string? version) => Post<AwarenessView>($"/awareness-activities/{id}/cancellation", new { reason }, version);

    public Task<Answer<ReceivedFile>> UploadAsync(Stream content, string fileName, string mediaType) =>
        services.UploadAsync<ReceivedFile>(HttpMethod.Post, Owners.Participants, Base + "/files" + Query.Of(("fileName", fileName)), content, mediaType);

    private Task<Answer<T>> Post<T>(string path, object body, string? version = null, string? key = null) =>
        services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, version, key);
}
