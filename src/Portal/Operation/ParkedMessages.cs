using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Operation;

/// <param name="Reason">As the service told it; <c>behind</c>: it waits for an earlier one.</param>
public sealed record ParkedMessage(
    string Owner, long Sequence, Guid EventId, string Type, Guid AggregateId, DateTimeOffset OccurredAt, string? TraceId, JsonElement? Payload, string Reason,
    int Attempts, DateTimeOffset ParkedAt, DateTimeOffset? SetAsideAt)
{
    public string ShortType => Type[(Type.LastIndexOf('.') + 1)..];

    public bool IsBehind => Reason == "behind";

    public string Content => Payload is { } payload ? JsonSerializer.Serialize(payload, Indented) : "";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>Messages between services that could not be applied: seen, sent again, set aside.</summary>
internal static class ParkedMessages
{
    public static async Task<IResult> ListAsync(HttpContext http, OperationDesk desk, ServiceCaller services, string? listo)
    {
        var system = await desk.AskAsync(http);
        if (await ShowOperation.RefusalAsync(http, desk, system) is { } refusal)
            return refusal;
        // Whose copies each service keeps is known without asking; what it could not tell now is said to be unknown and not to be empty.
        var asked = system.Services.SelectMany(one => Owners.Subscribers.Where(pair => pair.Value.Contains(one.Service)).Select(pair => (one.Service, Owner: pair.Key))).ToList();
        var groups = await Task.WhenAll(asked.Select(async pair => new ParkedGroup(pair.Service, pair.Owner, await ReadAsync(services, pair.Service, pair.Owner))));
        var unread = await Task.WhenAll(asked.Select(async pair => (Pair: pair, Answer: await BrokenMessages.AskAsync(services, pair.Service, pair.Owner, null))));
        var broken = unread.Where(one => one.Answer.Value is not { Items.Count: 0 }).Select(one => new BrokenGroup(one.Pair.Service, one.Pair.Owner, one.Answer.Value)).ToList();
        var away = OperationDesk.Services.Except(system.Services.Select(one => one.Service), StringComparer.Ordinal).ToList();
        return Pages.Of<ParkedMessagesPage>(new ParkedMessagesModel([.. groups.Where(group => group.Messages is not { Items.Count: 0 })], broken, away, listo));
    }

    public static async Task<IResult> ShowAllAsync(HttpContext http, ServiceCaller services, string service, string owner, string? desde)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        var answer = await AskAsync(services, service, owner, desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<ParkedGroupPage>(new ParkedGroupModel(service, owner, list, desde, new FormState())) : Pages.For(http, answer);
    }

    public static async Task<IResult> ShowOneAsync(HttpContext http, ServiceCaller services, string service, string owner, long sequence) =>
        await OneAsync(http, services, service, owner, sequence, new FormState());

    /// <param name="order"><c>send-again</c> or <c>set-aside</c>, as in the services' addresses.</param>
    public static async Task<IResult> OrderAsync(HttpContext http, ServiceCaller services, string service, string owner, long? sequence, string order)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        return await MessageOrder.GiveAsync(
            http, services, service, $"parked/{owner}{(sequence is { } one ? $"/{one}" : "")}", order,
            done => order == "set-aside" ? "set_aside" : done.State == "DONE" ? "sent_again" : "sent_again_failed", AgainAsync);

        async Task<IResult> AgainAsync(FormState refused, int status)
        {
            if (sequence is { } number)
                return await OneAsync(http, services, service, owner, number, refused, status);
            var list = await AskAsync(services, service, owner, null);
            return list is { Ok: true, Value: { } messages }
                ? Pages.Of<ParkedGroupPage>(new ParkedGroupModel(service, owner, messages, null, refused), status)
                : Pages.For(http, list);
        }
    }

    private static async Task<IResult> OneAsync(HttpContext http, ServiceCaller services, string service, string owner, long sequence, FormState form, int status = StatusCodes.Status200OK)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        var answer = await services.GetAsync<ParkedMessage>(service, $"/api/{service}/v1/operation/parked/{owner}/{sequence}");
        return answer is { Ok: true, Value: { } message } ? Pages.Of<ParkedMessagePage>(new ParkedMessageModel(service, message, form), status) : Pages.For(http, answer);
    }

    private static async Task<Listing<ParkedMessage>?> ReadAsync(ServiceCaller services, string service, string owner) => (await AskAsync(services, service, owner, null)).Value;

    private static Task<Answer<Listing<ParkedMessage>>> AskAsync(ServiceCaller services, string service, string owner, string? cursor) =>
        services.GetAsync<Listing<ParkedMessage>>(service, $"/api/{service}/v1/operation/parked/{owner}" + Query.Of(("cursor", cursor)));
}

/// <param name="Messages">Null where the service did not answer.</param>
public sealed record ParkedGroup(string Service, string Owner, Listing<ParkedMessage>? Messages);

public sealed record ParkedMessagesModel(IReadOnlyList<ParkedGroup> Groups, IReadOnlyList<BrokenGroup> Broken, IReadOnlyList<string> Away, string? Done);

public sealed record ParkedGroupModel(string Service, string Owner, Listing<ParkedMessage> Messages, string? Cursor, FormState Form);

public sealed record ParkedMessageModel(string Service, ParkedMessage Message, FormState Form);
