using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Subscriptions;

internal static class ConfirmSubscription
{
    /// <summary>
    /// Makes the subscription active; again with the same token is the same answer. A POST, because programs that look into
    /// mails open their links: a page asks the person to press a button.
    /// </summary>
    public static async Task<Results<Ok<SubscriptionView>, ProblemHttpResult>> HandleAsync(
        TokenRequest request, NotificationsDb database, HttpContext http, CancellationToken cancellationToken)
    {
        var now = database.Now;
        var subscription = await database.FindByConfirmationAsync(LinkTokens.HashOf(request.Token), now, cancellationToken);
        if (subscription is null || !subscription.Confirm(now))
            return http.Problem(LinkInvalid);
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Pressed twice, or ended meanwhile: what is stored now decides.
            await database.Entry(subscription).ReloadAsync(cancellationToken);
            if (subscription.State != SubscriptionState.Active)
                return http.Problem(LinkInvalid);
        }

        return TypedResults.Ok(await database.ViewAsync(subscription, cancellationToken));
    }

    internal static Refusal LinkInvalid { get; } = new("link_invalid", StatusCodes.Status404NotFound);
}
