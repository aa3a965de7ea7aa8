namespace OpenGov.Portal.Notices;

public sealed record NoticeSubject(string? Kind, Guid? Id, string? Identifier, string? Title);

/// <summary>What a link in a mail is about.</summary>
/// <param name="State">PENDING, ACTIVE, UNSUBSCRIBED or EXPIRED.</param>
public sealed record SubscriptionView(string State, NoticeSubject? Subject);

/// <param name="Token">The secret in the link.</param>
public sealed record LinkModel(string Token, SubscriptionView Subscription);
