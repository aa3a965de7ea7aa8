using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Notifications.Deliveries;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Subscriptions;

/// <param name="Email">One address.</param>
/// <param name="Language">es or en; without it the language of the request.</param>
public sealed record SubscriptionRequest(string? Email, SubjectReference? Subject, string? Language);

public sealed record SubjectReference(SubjectKind? Kind, Guid? Id);

internal static class Subscribe
{
    /// <summary>
    /// 202 whether the address is new, waits for its confirmation, follows already or has had enough mails today: the answer
    /// tells a stranger nothing. Only what can be seen without knowing any follower is refused (address form, subject).
    /// </summary>
    public static async Task<Results<Accepted, ProblemHttpResult>> HandleAsync(
        SubscriptionRequest request, NotificationsDb database, AddressVault vault, LinkTokens links, HttpContext http, CancellationToken cancellationToken)
    {
        var address = EmailAddress.Parse(request.Email, "email");
        var language = request.Language ?? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        List<Refusal> refusals = [.. address.Refusals];
        if (request.Subject is not { Kind: not null, Id: not null })
            refusals.Add(Refusal.Invalid("subject", "field_required"));
        if (language is not ("es" or "en"))
            refusals.Add(Refusal.Invalid("language", "language_unknown"));
        if (refusals.Count > 0)
            return http.Problem(refusals);

        var id = request.Subject!.Id!.Value;
        if (await database.Commitments.SingleOrDefaultAsync(commitment => commitment.Id == id, cancellationToken) is not { Withdrawn: false })
            return http.Problem(Refusal.Rule("subject_not_followable", "subject.id"));

        await RequestAsync(address.Value, id, language, database, vault, links, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task RequestAsync(
        EmailAddress address, Guid commitment, string language, NotificationsDb database, AddressVault vault, LinkTokens links, CancellationToken cancellationToken)
    {
        var hash = vault.HashOf(address);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Requests for one address go one after another, so that the allowance is exact and none of them meets the unique index.
        await database.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({BitConverter.ToInt64(hash)})", cancellationToken);

        var now = database.Now;
        var since = now - MailAllowance.Window;
        var earlier = await database.SolicitedMails.Where(mail => mail.AddressHash == hash && mail.At > since).ToListAsync(cancellationToken);
        if (!MailAllowance.Permits(earlier, commitment, now))
            return;

        var subscription = await database.Subscriptions.SingleOrDefaultAsync(
            row => row.AddressHash == hash && row.CommitmentId == commitment, cancellationToken);
        if (subscription is null)
        {
            subscription = Subscription.Request(commitment, vault.Seal(address), hash, language, now);
            database.Add(subscription);
        }

        subscription.RequestAgain(language, now);
        database.Add(new SolicitedMail { Id = Guid.CreateVersion7(), AddressHash = hash, CommitmentId = commitment, At = now });
        if (subscription.State == SubscriptionState.Active)
        {
            database.Add(Delivery.Solicited(DeliveryKind.AlreadyFollowing, subscription.Id, null, now, Activity.Current?.Id));
        }
        else
        {
            var (token, tokenHash) = LinkTokens.NewConfirmation();
            database.Add(new ConfirmationToken { Hash = tokenHash, SubscriptionId = subscription.Id, ExpiresAt = subscription.ExpiresAt });
            database.Add(Delivery.Solicited(DeliveryKind.Confirmation, subscription.Id, links.Seal(token), now, Activity.Current?.Id));
        }

        await database.SaveChangesAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync(DeliverySignal.NotifySql, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
