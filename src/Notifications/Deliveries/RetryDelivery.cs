using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Deliveries;

internal static class RetryDelivery
{
    /// <summary>Sends a mail again that failed, waits or has an unknown end. 409 where it arrived, is under way, or is no longer wanted.</summary>
    public static async Task<Results<Ok<DeliveryView>, ProblemHttpResult>> HandleAsync(
        Guid id, NotificationsDb database, AddressVault vault, MessageCatalog texts, HttpContext http, CancellationToken cancellationToken)
    {
        var own = database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellationToken) : null;
        await using (own)
        {
            // Locked, so that no worker claims it between the check and the change.
            var delivery = await database.Deliveries.FromSql($"select * from delivery where id = {id} for update").SingleOrDefaultAsync(cancellationToken);
            if (delivery is null)
                return http.Problem(Refusal.NotFound());
            var now = database.Now;
            var subscription = await database.Subscriptions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == delivery.SubscriptionId, cancellationToken);
            var isWanted = subscription is { HasEnded: false } || await database.Database.SqlQuery<bool>(
                $"select exists (select from personal_mail where id = {delivery.PersonalMailId} and content_sealed is not null and expires_at > {now}) as \"Value\"")
                .SingleAsync(cancellationToken);
            var before = delivery.State;
            var retried = isWanted ? delivery.Retry(now) : Refusal.Conflict("delivery_not_repeatable");
            if (retried.IsRefused)
                return http.Problem(retried);

            database.Audit(http.RequireAccount().AccountId, "delivery_repeated", "delivery", id, new { state = before }, new { state = delivery.State });
            await database.SaveChangesAsync(cancellationToken);
            await database.Database.ExecuteSqlRawAsync(DeliverySignal.NotifySql, cancellationToken);
            if (own is not null)
                await own.CommitAsync(cancellationToken);
            var commitment = await database.Commitments.AsNoTracking().SingleOrDefaultAsync(row => subscription != null && row.Id == subscription.CommitmentId, cancellationToken);
            return TypedResults.Ok(ListDeliveries.View(delivery, subscription?.AddressSealed, commitment?.Identifier, vault, texts));
        }
    }
}
