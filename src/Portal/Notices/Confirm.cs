using OpenGov.Portal.Http;

namespace OpenGov.Portal.Notices;

/// <summary>The link of the confirmation mail. Opening it changes nothing, because mail scanners open links; the button does.</summary>
internal static class Confirm
{
    public static async Task<IResult> ShowAsync(HttpContext http, NotificationsApi notifications, string token)
    {
        var answer = await notifications.TokenAsync(token);
        return answer switch
        {
            { Ok: true, Value: { } subscription } => Pages.Of<ConfirmPage>(new LinkModel(token, subscription)),
            { Away: true } => Pages.Unavailable(http),
            _ => Pages.Of<LinkGonePage>(StatusCodes.Status404NotFound),
        };
    }

    public static async Task<IResult> HandleAsync(HttpContext http, NotificationsApi notifications, string token)
    {
        var answer = await notifications.ConfirmAsync(token);
        return answer switch
        {
            { Ok: true, Value.Subject: { } subject } => Pages.See($"/compromisos/{subject.Identifier}?listo=subscribed"),
            { Away: true } => Pages.Unavailable(http),
            _ => Pages.Of<LinkGonePage>(StatusCodes.Status404NotFound),
        };
    }
}
