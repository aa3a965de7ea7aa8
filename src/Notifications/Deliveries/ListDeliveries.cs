using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Notifications.Deliveries;

internal static partial class ListDeliveries
{
    /// <summary>The delivery log, newest first; <paramref name="state"/> is one of <see cref="DeliveryState"/>'s codes.</summary>
    public static async Task<Results<Ok<Page<DeliveryView>>, ProblemHttpResult>> HandleAsync(
        string? state, string? cursor, int? limit, NotificationsDb database, AddressVault vault, MessageCatalog texts, HttpContext http, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var rows = database.Deliveries.AsNoTracking();
        if (state is not null)
        {
            if (!EnumCodes.TryParse<DeliveryState>(state, out var wanted))
                return http.Problem(Refusal.Invalid("state", "delivery_state_unknown"));
            rows = rows.Where(row => row.State == wanted);
        }

        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 2) is not [var time, var last]
                || !DateTimeOffset.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before)
                || !Guid.TryParse(last, out var beforeId))
            {
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            }

            rows = rows.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.CreatedAt, row.Id), ValueTuple.Create(before.ToUniversalTime(), beforeId)));
        }

        var page = await (
            from row in rows
            join subscription in database.Subscriptions on row.SubscriptionId equals subscription.Id into subscriptions
            from subscription in subscriptions.DefaultIfEmpty()
            join commitment in database.Commitments on subscription.CommitmentId equals commitment.Id into commitments
            from commitment in commitments.DefaultIfEmpty()
            orderby row.CreatedAt descending, row.Id descending
            select new { row, subscription.AddressSealed, Identifier = commitment == null ? null : commitment.Identifier })
            .Take(size.Value + 1)
            .ToListAsync(cancellationToken);

        var next = page.Count > size.Value ? page[size.Value - 1].row : null;
        return TypedResults.Ok(new Page<DeliveryView>(
            [.. page.Take(size.Value).Select(item => View(item.row, item.AddressSealed, item.Identifier, vault, texts))],
            next is null ? null : Cursor.Encode(next.CreatedAt.ToString("O", CultureInfo.InvariantCulture), next.Id.ToString())));
    }

    internal static DeliveryView View(Delivery row, byte[]? addressSealed, string? identifier, AddressVault vault, MessageCatalog texts)
    {
        // Stored as "code" or "code: the server's answer", so that each reader gets it in their language.
        var parts = row.LastError?.Split(": ", 2);
        return new(
            row.Id, row.Kind, row.State, addressSealed is null ? null : vault.Mask(addressSealed), identifier, row.Attempts,
            row.CreatedAt, row.EndedAt is null ? row.DueAt : null, row.EndedAt,
            parts?[0], parts is null ? null : texts.Text(parts[0], parts.Length > 1 ? WithoutAddresses(parts[1]) : ""));
    }

    /// <summary>Servers repeat the address that they refuse; the log shows nobody's in full.</summary>
    internal static string WithoutAddresses(string answer) => Address().Replace(answer, "${first}***@${domain}");

    [GeneratedRegex(@"(?<first>[^\s<>""'(),;:@])[^\s<>""'(),;:@]*@(?<domain>[A-Za-z0-9.-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
