using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Operation;

/// <summary>How an order went, as far as pages say it.</summary>
public sealed record OrderAnswer(Guid Id, string State, long Done, long Total, string? Failure);

/// <summary>An order over one message between services, or over all of a group: sent again or, confirmed and with a reason, set aside.</summary>
internal static class MessageOrder
{
    /// <summary>Two forms on one page: each shows its own errors.</summary>
    public const string AsideReason = "asideReason";

    public const string Fields = "reason " + AsideReason + " confirm";

    /// <param name="messages">As in the services' addresses: <c>parked</c> or <c>broken</c>, the owner, and the message where it is one.</param>
    /// <param name="order"><c>send-again</c> or <c>set-aside</c>, as in the services' addresses.</param>
    /// <param name="done">What the list of messages says of an order that was carried out.</param>
    /// <param name="againAsync">The page with the form, with what is wrong and the status.</param>
    public static async Task<IResult> GiveAsync(
        HttpContext http, ServiceCaller services, string service, string messages, string order, Func<OrderAnswer, string> done, Func<FormState, int, Task<IResult>> againAsync)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (order == "set-aside" && !form.IsChecked("confirm"))
            return await againAsync(form.Refuse("confirm", Text.T("operation.confirmMissing")), StatusCodes.Status422UnprocessableEntity);
        var field = order == "set-aside" ? AsideReason : "reason";
        var answer = await services.SendAsync<OrderAnswer>(
            HttpMethod.Post, service, $"/api/{service}/v1/operation/{messages}/{order}", new { reason = form.Value(field) }, idempotencyKey: form.Key);
        if (answer is { Ok: true, Value: { } given })
            return Pages.See("/operacion/mensajes?listo=" + done(given));
        // Somebody else was quicker: the list shows how things are now.
        if (answer.NotFound)
            return Pages.See("/operacion/mensajes?listo=not_parked");
        return answer.MustSignIn || answer.Forbidden ? Pages.For(http, answer) : await againAsync(form.Refuse(answer, name => name == "reason" ? field : name), answer.Away ? 503 : answer.Status);
    }
}
