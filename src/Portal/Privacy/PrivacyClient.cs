using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Portal.Http;
using OpenGov.ServiceDefaults.Privacy;

namespace OpenGov.Portal.Privacy;

/// <summary>What the portal asks about personal data: of Participants, and for a person's own copy of every service.</summary>
public sealed class PrivacyClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    /// <summary>Whom a person's copy is collected from.</summary>
    public static readonly IReadOnlyList<string> Keepers = [Owners.Participants, Owners.ActionPlans, Owners.Transparency, Owners.Notifications];

    public Task<Answer<Listing<RegisterLine>>> RegisterAsync() => Get<Listing<RegisterLine>>("/personal-data-register");

    public Task<Answer<Listing<ConsentView>>> ConsentsAsync() => Get<Listing<ConsentView>>("/my/consents");

    public Task<Answer<Nothing>> ConsentAsync(string kind, int? textVersion, Guid? privacyNoticeId) =>
        services.SendAsync<Nothing>(HttpMethod.Put, Owners.Participants, $"{Base}/my/consents/{Uri.EscapeDataString(kind)}", new { textVersion, privacyNoticeId });

    public Task<Answer<Nothing>> RevokeAsync(string kind) => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, $"{Base}/my/consents/{Uri.EscapeDataString(kind)}");

    public Task<Answer<Listing<AccessView>>> MyAccessesAsync() => Get<Listing<AccessView>>("/my/personal-data-accesses" + Query.Of(("limit", 20)));

    public Task<Answer<Listing<AccessView>>> AccessesAsync(Guid? subject, Guid? by, Guid? request, string? cursor) =>
        Get<Listing<AccessView>>("/personal-data-accesses" + Query.Of(("subject", subject), ("by", by), ("request", request), ("cursor", cursor)));

    public Task<Answer<Listing<ArcoView>>> MyRequestsAsync() => Get<Listing<ArcoView>>("/my/arco-requests");

    public Task<Answer<ArcoView>> MyRequestAsync(Guid id) => Get<ArcoView>($"/my/arco-requests/{id}");

    public Task<Answer<ArcoView>> AskAsync(object request, string key) => Post<ArcoView>("/my/arco-requests", request, key: key);

    public Task<Answer<ArcoView>> ActOnMineAsync(Guid id, string act, object body, string version) => Post<ArcoView>($"/my/arco-requests/{id}/{act}", body, version);

    /// <param name="all">Otherwise only the open ones, what is due soonest first.</param>
    public Task<Answer<Listing<ArcoLine>>> RequestsAsync(bool all, string? cursor) => Get<Listing<ArcoLine>>("/arco-requests" + Query.Of(("open", all ? null : "true"), ("cursor", cursor)));

    public Task<Answer<ArcoFigures>> FiguresAsync() => Get<ArcoFigures>("/arco-requests/figures");

    public Task<Answer<ArcoView>> RequestAsync(Guid id) => Get<ArcoView>($"/arco-requests/{id}");

    public Task<Answer<ArcoView>> RecordAsync(object request, string key) => Post<ArcoView>("/arco-requests", request, key: key);

    public Task<Answer<ArcoView>> ActAsync(Guid id, string act, object body, string version) => Post<ArcoView>($"/arco-requests/{id}/{act}", body, version);

    public Task<Answer<Listing<BreachView>>> BreachesAsync() => Get<Listing<BreachView>>("/breaches");

    public Task<Answer<Nothing>> RecordBreachAsync(object breach, string key) => Post<Nothing>("/breaches", breach, key: key);

    public Task<Answer<BreachView>> BreachAsync(Guid id) => Get<BreachView>($"/breaches/{id}");

    public Task<Answer<Nothing>> ChangeBreachAsync(Guid id, object breach, string version) =>
        services.SendAsync<Nothing>(HttpMethod.Put, Owners.Participants, $"{Base}/breaches/{id}", breach, version);

    public async Task<Answer<IReadOnlyDictionary<string, JsonElement>>> MyDataAsync()
    {
        var proof = await Get<AddressProof>("/my/address-proof");
        return proof.Ok ? await CollectAsync("my/personal-data", (OwnPersonalData.ProofHeader, proof.Value!.Proof)) : new(proof.Status, null, null, proof.Problem);
    }

    /// <summary>A file that one attached to an application, as it comes.</summary>
    public Task CopyDocumentAsync(AttachedDocument document, Func<Stream, CancellationToken, Task> take) =>
        services.FetchAsync(Owners.Participants, $"/api/participants/v1/call-applications/{document.ApplicationId}/documents/{document.Id}", take);

    /// <summary>The same of the person whose request staff answer.</summary>
    public async Task<Answer<IReadOnlyDictionary<string, JsonElement>>> DataForAsync(Guid request)
    {
        var warrant = await Get<ExportWarrantView>($"/arco-requests/{request}/export-warrant");
        return warrant.Ok ? await CollectAsync("personal-data", (ExportWarrant.Header, warrant.Value!.Warrant)) : new(warrant.Status, null, null, warrant.Problem);
    }

    /// <summary>All or nothing: a copy that lacks a service would tell the person something untrue.</summary>
    private async Task<Answer<IReadOnlyDictionary<string, JsonElement>>> CollectAsync(string path, (string Name, string Value) permission)
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var keeper in Keepers)
        {
            var answer = await services.GetAsync<JsonElement>(keeper, $"/api/{keeper}/v1/{path}", permission);
            if (!answer.Ok)
                return new(answer.Status, null, null, answer.Problem);
            all.Add(keeper, answer.Value);
        }

        return new(StatusCodes.Status200OK, all, null, null);
    }

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object body, string? version = null, string? key = null) =>
        services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, version, key);
}

public sealed record AddressProof(string Proof);

public sealed record ExportWarrantView(string Warrant);

public sealed record RegisterLine(string Service, string Kind, string Purpose, string Retention, string OnErasure);

public sealed record GivenConsent(int TextVersion, DateTimeOffset GivenAt, DateTimeOffset? RevokedAt);

public sealed record ConsentView(string Kind, bool Given, int CurrentText, IReadOnlyList<GivenConsent>? History);

public sealed record AccessView(Guid Id, DateTimeOffset At, Guid? By, string? ByName, Guid? SubjectId, string? SubjectName, string What, Guid? RequestId, string? Folio);

public sealed record ArcoFigures(int Open, int Overdue, int Soon, bool More);

public sealed record ArcoPerson(string Name, string? Email, bool Assisted);

public sealed record ArcoLine(Guid Id, string Folio, string Right, string State, DateOnly ReceivedOn, DateOnly? Due, int? DaysLeft, string? Urgency);

public sealed record ArcoAct(DateTimeOffset At, string Action, bool ByApplicant);

public sealed record ServiceErasure(string Service, DateTimeOffset? At);

public sealed record ErasureView(DateTimeOffset OrderedAt, DateTimeOffset? CompletedAt, IReadOnlyList<ServiceErasure>? Services);

public sealed record ArcoView(
    Guid Id,
    int Version,
    string Folio,
    Guid? PersonId,
    string Right,
    string State,
    string? Outcome,
    string? ApplicantName,
    string? ApplicantContact,
    string? IdentityCheck,
    string? Description,
    DateTimeOffset ReceivedAt,
    DateOnly ReceivedOn,
    string? Prevention,
    DateOnly? CompletionDue,
    string? Completion,
    DateOnly? AnswerDue,
    string? ExtensionReason,
    string? Answer,
    string? Rectification,
    DateOnly? ReviewDue,
    DateOnly? EffectiveDue,
    DateOnly? Due,
    int? DaysLeft,
    string? Urgency,
    IReadOnlyList<ArcoAct>? History,
    ErasureView? Erasure,
    ArcoPerson? Person,
    string? EffectReason,
    bool CanExport,
    bool FromDesk);

public sealed record BreachView(
    Guid Id,
    int Version,
    DateTimeOffset KnownAt,
    DateOnly OccurredOn,
    string What,
    string DataKinds,
    int PeopleAffected,
    string Measures,
    DateTimeOffset? AuthorityNotifiedAt,
    DateTimeOffset? PeopleNotifiedAt,
    DateTimeOffset NotifyBy,
    bool Overdue);
