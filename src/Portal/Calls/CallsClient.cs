using OpenGov.Contracts;
using OpenGov.Portal.Account;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Calls;

/// <summary>What the portal asks of Participants about calls.</summary>
public sealed class CallsClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";
    private const string Desk = "/call-desk";

    public Task<Answer<Listing<CallLine>>> CallsAsync(string? state, string? cursor, int limit = 20) => Get<Listing<CallLine>>("/open-calls" + Query.Of(("state", state), ("cursor", cursor), ("limit", limit)));
    public Task<Answer<StandingView>> StandingAsync() => Get<StandingView>("/my/standing");
    public Task<Answer<CallView>> CallAsync(int number) => Get<CallView>($"/open-calls/{number}");
    public Task<Answer<OwnApplication>> ApplyAsync(int number, object application, string key) => Post<OwnApplication>($"/open-calls/{number}/applications", application, key: key);
    public Task<Answer<Listing<OwnApplication>>> OwnApplicationsAsync() => Get<Listing<OwnApplication>>("/my/call-applications");
    public Task<Answer<OwnApplication>> WithdrawAsync(Guid id) => Post<OwnApplication>($"/my/call-applications/{id}/withdrawal", new { });
    public Task<Answer<ApplicationView>> BeginAsync(int number, object application, string key) => Post<ApplicationView>($"/open-calls/{number}/application-drafts", application, key: key);
    public Task<Answer<ApplicationView>> ApplicationAsync(Guid id) => Get<ApplicationView>($"/call-applications/{id}");
    public Task<Answer<ApplicationView>> WriteAsync(Guid id, string? statement) => services.SendAsync<ApplicationView>(HttpMethod.Put, Owners.Participants, $"{Base}/call-applications/{id}", new { statement });
    public Task<Answer<ApplicationView>> SendAsync(Guid id, Guid? privacyNoticeId) => Post<ApplicationView>($"/call-applications/{id}/submission", new { privacyNoticeId });
    public Task<Answer<Nothing>> DiscardApplicationAsync(Guid id) => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, $"{Base}/call-applications/{id}");
    public Task<Answer<ApplicationView>> RemoveDocumentAsync(Guid id, Guid document) => services.SendAsync<ApplicationView>(HttpMethod.Delete, Owners.Participants, $"{Base}/call-applications/{id}/documents/{document}");

    /// <param name="asked">What it shows; null for something else that was missing.</param>
    public Task<Answer<ApplicationView>> AttachAsync(Guid id, Guid? asked, Stream content, string fileName, string mediaType) => services.UploadAsync<ApplicationView>(
        asked is null ? HttpMethod.Post : HttpMethod.Put, Owners.Participants, $"{Base}/call-applications/{id}/{(asked is null ? "documents" : $"asked-documents/{asked}")}" + Query.Of(("fileName", fileName)), content, mediaType);

    public Task<Answer<OwnApplication>> CompleteAsync(Guid id, string? text) => Post<OwnApplication>($"/my/call-applications/{id}/completion", new { text });

    public Task<Answer<Listing<CallLine>>> DeskAsync(string? cursor) => Get<Listing<CallLine>>(Desk + Query.Of(("cursor", cursor)));
    public Task<Answer<CallView>> DeskCallAsync(Guid id) => Get<CallView>($"{Desk}/{id}");
    public Task<Answer<CallView>> DraftAsync(object call, string key) => Post<CallView>(Desk, call, key: key);
    public Task<Answer<CallView>> RewriteAsync(Guid id, object call, string? version) => services.SendAsync<CallView>(HttpMethod.Put, Owners.Participants, $"{Base}{Desk}/{id}", call, version);
    public Task<Answer<Nothing>> DiscardAsync(Guid id, string? version) => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, $"{Base}{Desk}/{id}", version: version);
    public Task<Answer<CallView>> PublishAsync(Guid id, string? version) => Post<CallView>($"{Desk}/{id}/publication", new { }, version);
    public Task<Answer<CallView>> AmendAsync(Guid id, object amendment, string? version) => Post<CallView>($"{Desk}/{id}/amendments", amendment, version);
    public Task<Answer<CallView>> ResolveAsync(Guid id, string? note, string? version) => Post<CallView>($"{Desk}/{id}/results", new { note }, version);
    public Task<Answer<Listing<DeskApplication>>> ApplicationsAsync(Guid id, string? cursor) => Get<Listing<DeskApplication>>($"{Desk}/{id}/applications" + Query.Of(("cursor", cursor)));
    public Task<Answer<Listing<AssistedPerson>>> AssistedPeopleAsync(string? name) => Post<Listing<AssistedPerson>>("/assisted-people/search", new { name });
    public Task<Answer<DeskApplication>> RecordAsync(Guid id, object application, string key) => Post<DeskApplication>($"{Desk}/{id}/applications", application, key: key);
    public Task<Answer<ApplicationView>> RecordDraftAsync(Guid id, object application, string key) => Post<ApplicationView>($"{Desk}/{id}/application-drafts", application, key: key);
    public Task<Answer<DeskApplication>> CompleteRecordedAsync(Guid id, string? text, string? version) => Post<DeskApplication>($"{Desk}/applications/{id}/completion", new { text }, version);
    public Task<Answer<DeskApplication>> WithdrawRecordedAsync(Guid id, string? version) => Post<DeskApplication>($"{Desk}/applications/{id}/withdrawal", new { }, version);
    public Task<Answer<DeskApplication>> DecideAsync(Guid id, bool? accepted, string? reason, string? version) => Post<DeskApplication>($"{Desk}/applications/{id}/decision", new { accepted, reason }, version);
    public Task<Answer<DeskApplication>> PreventAsync(Guid id, string? reason, int? days, string? version) => Post<DeskApplication>($"{Desk}/applications/{id}/prevention", new { reason, days }, version);

    public Task<Answer<ReceivedFile>> UploadAsync(Stream content, string fileName, string mediaType) =>
        services.UploadAsync<ReceivedFile>(HttpMethod.Post, Owners.Participants, Base + "/files" + Query.Of(("fileName", fileName)), content, mediaType);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object body, string? version = null, string? key = null) =>
        services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, version, key);
}
