using OpenGov.Portal.Http;

namespace OpenGov.Portal.Notices;

/// <summary>
/// The link at the end of every mail. The POST is also what mail programs send for List-Unsubscribe-Post (RFC 8058): one
/// request, no question, no redirect.
/// </summary>
internal static class Unfollow
{
    public static async Task<IResult> ShowAsync(HttpContext http, NotificationsApi notifications, string token)
    {
        var answer = await notifications.TokenAsync(token);
        return answer switch
        {
            { Ok: true, Value: { State: "UNSUBSCRIBED" } } => Pages.Of<UnfollowedPage>(),
            { Ok: true, Value: { } subscription } => Pages.Of<UnfollowPage>(new LinkModel(token, subscription)),
            { Away: true } => Pages.Unavailable(http),
            _ => Pages.Of<LinkGonePage>(StatusCodes.Status404NotFound),
        };
    }

    public static async Task<IResult> HandleAsync(HttpContext http, NotificationsApi notifications, string token)
    {
        var answer = await notifications.UnfollowAsync(token);
        return answer switch
        {
            { Ok: true } => Pages.Of<UnfollowedPage>(),
            { Away: true } => Pages.Unavailable(http),
            _ => Pages.Of<LinkGonePage>(StatusCodes.Status404NotFound),
        };
    }
}
