using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Subscriptions;

internal static class Unsubscribe
{
    /// <summary>
    /// Ends the subscription with one request and no question (RFC 8058), as often as it is asked. Mails that wait, or that a
    /// worker is about to send, are not sent: only one whose last line is under way at this moment still arrives.
    /// </summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(
        TokenRequest request, NotificationsDb database, LinkTokens links, HttpContext http, CancellationToken cancellationToken)
    {
        if (links.SubscriptionOf(request.Token) is not { } id)
            return http.Problem(ConfirmSubscription.LinkInvalid);

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var subscription = await database.Subscriptions
            .FromSql($"select * from subscription where id = {id} for update")
            .SingleOrDefaultAsync(cancellationToken);
        if (subscription is null)
            return http.Problem(ConfirmSubscription.LinkInvalid);

        if (!subscription.HasEnded)
        {
            subscription.Unsubscribe(database.Now);
            database.Audit(null, "unsubscribed", "subscription", id);
            await database.SaveChangesAsync(cancellationToken);
            await database.Database.ExecuteSqlAsync(
                $"""
                update delivery set state = 'CANCELLED', ended_at = {database.Now}, lease_id = null, lease_until = null, token_sealed = null
                where subscription_id = {id} and state in ('WAITING', 'SENDING')
                """, cancellationToken);
            await database.Database.ExecuteSqlAsync($"delete from confirmation_token where subscription_id = {id}", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return TypedResults.NoContent();
    }
}
