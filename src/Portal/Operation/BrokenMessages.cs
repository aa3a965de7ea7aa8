using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Operation;

/// <param name="Content">Text, without personal data.</param>
/// <param name="Reason">As the bus wrote it; null where it said nothing.</param>
public sealed record UnreadMessage(
    Guid Id, string Owner, string Queue, string? MessageId, string Content, string? Reason, string? TraceId, int Times, DateTimeOffset TakenAt, DateTimeOffset? SetAsideAt);

/// <summary>Messages between services that could not even be read: seen, sent again, set aside.</summary>
internal static class BrokenMessages
{
    public static async Task<IResult> ShowAllAsync(HttpContext http, ServiceCaller services, string service, string owner, string? desde)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        var answer = await AskAsync(services, service, owner, desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<BrokenGroupPage>(new BrokenGroupModel(service, owner, list, desde, new FormState())) : Pages.For(http, answer);
    }

    public static async Task<IResult> ShowOneAsync(HttpContext http, ServiceCaller services, string service, string owner, Guid id) =>
        await OneAsync(http, services, service, owner, id, new FormState());

    /// <param name="order"><c>send-again</c> or <c>set-aside</c>, as in the services' addresses.</param>
    public static async Task<IResult> OrderAsync(HttpContext http, ServiceCaller services, string service, string owner, Guid? id, string order)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        return await MessageOrder.GiveAsync(
            http, services, service, $"broken/{owner}{(id is { } one ? $"/{one}" : "")}", order,
            done => order == "set-aside" ? "message_set_aside" : done.State switch { "DONE" => "message_sent_again", "RUNNING" => "message_being_sent", _ => "message_not_sent" }, AgainAsync);

        async Task<IResult> AgainAsync(FormState refused, int status)
        {
            if (id is { } number)
                return await OneAsync(http, services, service, owner, number, refused, status);
            var list = await AskAsync(services, service, owner, null);
            return list is { Ok: true, Value: { } messages }
                ? Pages.Of<BrokenGroupPage>(new BrokenGroupModel(service, owner, messages, null, refused), status)
                : Pages.For(http, list);
        }
    }

    public static Task<Answer<Listing<UnreadMessage>>> AskAsync(ServiceCaller services, string service, string owner, string? cursor) =>
        services.GetAsync<Listing<UnreadMessage>>(service, $"/api/{service}/v1/operation/broken/{owner}" + Query.Of(("cursor", cursor)));

    private static async Task<IResult> OneAsync(HttpContext http, ServiceCaller services, string service, string owner, Guid id, FormState form, int status = StatusCodes.Status200OK)
    {
        if (!OperationPages.IsPair(service, owner))
            return Pages.NotFound(http);
        var answer = await services.GetAsync<UnreadMessage>(service, $"/api/{service}/v1/operation/broken/{owner}/{id}");
        return answer is { Ok: true, Value: { } message } ? Pages.Of<BrokenMessagePage>(new BrokenMessageModel(service, message, form), status) : Pages.For(http, answer);
    }
}

/// <param name="Messages">At least one; null where the service did not answer.</param>
public sealed record BrokenGroup(string Service, string Owner, Listing<UnreadMessage>? Messages);

public sealed record BrokenGroupModel(string Service, string Owner, Listing<UnreadMessage> Messages, string? Cursor, FormState Form);

public sealed record BrokenMessageModel(string Service, UnreadMessage Message, FormState Form);
