using OpenGov.Contracts;
using OpenGov.Portal.Administration;
using OpenGov.Portal.Notices;

namespace OpenGov.Portal.Http;

/// <summary>What the portal asks of Notifications.</summary>
public sealed class NotificationsApi(ServiceCaller services)
{
    private const string Base = "/api/notifications/v1";

    public Task<Answer<Nothing>> FollowAsync(object subscription) => Post<Nothing>("/subscriptions", subscription);
    public Task<Answer<SubscriptionView>> TokenAsync(string token) => services.GetAsync<SubscriptionView>(Owners.Notifications, $"{Base}/subscription-tokens/{Uri.EscapeDataString(token)}");
    public Task<Answer<SubscriptionView>> ConfirmAsync(string token) => Post<SubscriptionView>("/subscription-confirmations", new { token });
    public Task<Answer<Nothing>> UnfollowAsync(string token) => Post<Nothing>("/unsubscriptions", new { token });

    public Task<Answer<MailServer>> MailServerAsync() => services.GetAsync<MailServer>(Owners.Notifications, Base + "/mail-server");

    public Task<Answer<Nothing>> SetMailServerAsync(object server, string? version) =>
        services.SendAsync<Nothing>(HttpMethod.Put, Owners.Notifications, Base + "/mail-server", server, version);

    public Task<Answer<Nothing>> SendTestAsync(string to) => Post<Nothing>("/mail-server/test", new { to });

    public Task<Answer<Listing<DeliveryView>>> DeliveriesAsync(string? cursor = null) =>
        services.GetAsync<Listing<DeliveryView>>(Owners.Notifications, Base + "/deliveries" + Query.Of(("cursor", cursor)));

    public Task<Answer<Nothing>> RetryDeliveryAsync(Guid id, string key) =>
        services.SendAsync<Nothing>(HttpMethod.Post, Owners.Notifications, $"{Base}/deliveries/{id}/retry", new { }, idempotencyKey: key);

    private Task<Answer<T>> Post<T>(string path, object body) => services.SendAsync<T>(HttpMethod.Post, Owners.Notifications, Base + path, body);
}
