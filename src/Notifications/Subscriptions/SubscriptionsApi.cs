namespace OpenGov.Notifications.Subscriptions;

/// <summary>Following without an account: everything here is open to anybody, and says nothing about who follows what.</summary>
internal static class SubscriptionsApi
{
    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/notifications/v1").WithTags("Subscriptions").AllowAnonymous();
        group.MapPost("/subscriptions", Subscribe.HandleAsync);
        group.MapPost("/subscription-confirmations", ConfirmSubscription.HandleAsync);
        group.MapGet("/subscription-tokens/{token}", ReadSubscriptionToken.HandleAsync);
        group.MapPost("/unsubscriptions", Unsubscribe.HandleAsync);
    }
}

public enum SubjectKind { Commitment }

/// <summary>What a link is about.</summary>
/// <param name="State">PENDING, ACTIVE, UNSUBSCRIBED or EXPIRED.</param>
public sealed record SubscriptionView(SubscriptionState State, SubscriptionSubject Subject);

/// <param name="Identifier">For example MX-MEX-PAL01-C03; the commitment's page is <c>/compromisos/{identifier}</c>.</param>
public sealed record SubscriptionSubject(SubjectKind Kind, Guid Id, string Identifier, string Title);

/// <param name="Token">From the link in a mail.</param>
public sealed record TokenRequest(string? Token);
