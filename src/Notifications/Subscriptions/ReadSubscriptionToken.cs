using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Subscriptions;

internal static class ReadSubscriptionToken
{
    /// <summary>What the link of a mail is about, for the page that it opens: a link to confirm or one to unsubscribe. Changes nothing.</summary>
    public static async Task<Results<Ok<SubscriptionView>, ProblemHttpResult>> HandleAsync(
        string token, NotificationsDb database, LinkTokens links, HttpContext http, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var subscription = links.SubscriptionOf(token) is { } id
            ? await database.Subscriptions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            : await database.FindByConfirmationAsync(LinkTokens.HashOf(token), database.Now, cancellationToken);
        return subscription is null
            ? http.Problem(ConfirmSubscription.LinkInvalid)
            : TypedResults.Ok(await database.ViewAsync(subscription, cancellationToken));
    }
}
