using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.Notifications.Commitments;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Deliveries;

/// <summary>
/// The table <c>delivery</c> as a queue for any number of workers. Every step names the lease, so that a worker that was paused
/// beyond it finds that the row is no longer its own. Times are the caller's clock's.
/// </summary>
internal sealed class DeliveryQueue(
    NpgsqlDataSource database, AddressVault vault, LinkTokens links, InstanceKey key, HandOverMarks marks, IConfiguration configuration, TimeProvider clock,
    ILogger<DeliveryQueue> log)
{
    /// <summary>
    /// How long a worker may hold rows (<c>Notifications:LeaseSeconds</c>). Those of a killed worker come back after it; two thirds of
    /// it must do for a slow mail server to take one message.
    /// </summary>
    public TimeSpan Lease { get; } = TimeSpan.FromSeconds(Math.Clamp(configuration.GetValue("Notifications:LeaseSeconds", 60), 6, 600));

    /// <summary>
    /// How long after its lease a mail that was handed over may wait for the one who knows: its own process, or another on its machine.
    /// </summary>
    private static readonly TimeSpan MayBeExplained = TimeSpan.FromMinutes(5);

    /// <summary>What is shown of a mail that cannot be read or written.</summary>
    public const string Unwritable = "mail_unwritable";

    /// <summary>How the stored error of a mail begins at which the server went away.</summary>
    private const string ClosedBefore = "smtp_refused: 421";

    /// <summary>
    /// Marks that a row's reader may still be written to: a follower's confirmation only while pending, all else only while
    /// active; a personal mail until its link has expired or its person was erased.
    /// </summary>
    /// <param name="now">The parameter that holds the time.</param>
    private static string Deliverable(string now) =>
        $"""
        case when d.personal_mail_id is null
            then exists (select from subscription r where r.id = d.subscription_id and r.state = case when d.kind = 'CONFIRMATION' then 'PENDING' else 'ACTIVE' end)
            else exists (select from personal_mail r where r.id = d.personal_mail_id and r.content_sealed is not null and r.expires_at > {now}) end
        """;

    /// <summary>
    /// Due deliveries, at most <paramref name="limit"/>, oldest first, none that another worker holds. A notice whose commitment is not
    /// here (a rebuild is filling the copy) waits for it, and takes nobody's place meanwhile. What was never tried is due in any case: only
    /// a clock that was set back since can say that its time is still to come.
    /// </summary>
    public async Task<ClaimedBatch> ClaimAsync(int limit, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (lease, until) = (Guid.CreateVersion7(), now + Lease);
        var (deliveries, unreadable) = (new List<ClaimedDelivery>(), new List<Guid>());
        await using (var command = Command(
            $"""
            with due as (
                select d.id, d.subscription_id, d.personal_mail_id from delivery d
                where d.state = 'WAITING' and (d.due_at <= $1 or d.attempts = 0) and {Deliverable("$1")}
                    and (d.personal_mail_id is not null
                        or exists (select from subscription f join commitment o on o.id = f.commitment_id where f.id = d.subscription_id))
                order by d.priority, d.due_at limit $4
                for update of d skip locked)
            update delivery d set state = 'SENDING', lease_id = $2, lease_until = $3, worker_id = $5
            from due left join subscription s on s.id = due.subscription_id left join commitment c on c.id = s.commitment_id
                left join personal_mail p on p.id = due.personal_mail_id
            where d.id = due.id
            returning d.id, d.kind, d.attempts, d.created_at, d.trace_parent, d.token_sealed, s.id, s.address_sealed, s.language,
                c.identifier, c.title, (select n.content::text from notice n where n.id = d.notice_id), p.content_sealed
            """, now, lease, until, limit, marks.Worker))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (TryOpen(reader) is { } letter)
                    deliveries.Add(new(lease, until, reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3), Nullable<string>(reader, 4), letter));
                else
                    unreadable.Add(reader.GetGuid(0));
            }
        }

        foreach (var id in unreadable)
            await FailAsync(id, lease, Unwritable, cancellationToken);
        return new(deliveries.Count + unreadable.Count, deliveries);
    }

    /// <summary>
    /// Null where what is stored of a mail cannot be read: sealed under another key, or damaged. That is this mail's failure, and the
    /// others must not wait for it.
    /// </summary>
    private Letter? TryOpen(NpgsqlDataReader row)
    {
        try
        {
            var content = Nullable<string>(row, 11);
            return Nullable<byte[]>(row, 12) is { } personal ? Letter.Of(row.GetGuid(0), key.OpenMail(personal)) : new Letter(
                row.GetGuid(0),
                EnumCodes.Parse<DeliveryKind>(row.GetString(1)),
                row.GetGuid(6),
                vault.Open(row.GetFieldValue<byte[]>(7)),
                row.GetString(8),
                row.GetString(9),
                row.GetString(10),
                Nullable<byte[]>(row, 5) is { } token ? links.Open(token) : null,
                content is null ? null : JsonSerializer.Deserialize<NoticeContent>(content, ContractsJson.Options));
        }
        catch (Exception exception) when (exception is not NpgsqlException)
        {
            log.LogError("Delivery {Delivery} cannot be read: {Reason}", row.GetGuid(0), FailureText.Of(exception));
            return null;
        }
    }

    /// <summary>
    /// The last word before the last line goes out: true while the row is still this worker's and its reader still wants it.
    /// Committed when it answers; whoever unsubscribes after that has been written to.
    /// </summary>
    public async Task<bool> HandOverAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        await using var command = Command(
            $"""
            update delivery d set state = 'HANDED_OVER'
            where d.id = $1 and d.lease_id = $2 and d.state = 'SENDING' and d.lease_until > $3 and {Deliverable("$3")}
            """, delivery.Id, delivery.Lease, clock.GetUtcNow());
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The server took it, so its secrets go. Also a worker that was given up in between (UNCONFIRMED) may say so.</summary>
    public Task SentAsync(ClaimedDelivery delivery, CancellationToken cancellationToken) => ExecuteAsync(
        """
        with sent as (
            update delivery set state = 'SENT', attempts = attempts + 1, ended_at = $3, lease_id = null, lease_until = null, last_error = null, token_sealed = null
            where id = $1 and lease_id = $2 and state in ('HANDED_OVER', 'UNCONFIRMED')
            returning personal_mail_id)
        update personal_mail set content_sealed = null where id in (select personal_mail_id from sent)
        """, cancellationToken, delivery.Id, delivery.Lease, clock.GetUtcNow());

    /// <summary>The last line was certainly not sent, whatever state the row came to meanwhile.</summary>
    public Task TakeBackAsync(Guid id, Guid lease, CancellationToken cancellationToken) => ExecuteAsync(
        """
        update delivery set state = 'WAITING', ended_at = null, lease_id = null, lease_until = null, last_error = null
        where id = $1 and lease_id = $2 and state in ('SENDING', 'HANDED_OVER', 'UNCONFIRMED')
        """, cancellationToken, id, lease);

    /// <summary>The message is with the server and nobody knows whether it took it: not sent again by itself, an operator can.</summary>
    public Task UnconfirmedAsync(Guid id, Guid lease, string error, CancellationToken cancellationToken) => ExecuteAsync(
        "update delivery set state = 'UNCONFIRMED', ended_at = $3, last_error = $4 where id = $1 and lease_id = $2 and state = 'HANDED_OVER'",
        cancellationToken, id, lease, clock.GetUtcNow(), error);

    /// <summary>The server did not take it; the ladder says when it is tried again.</summary>
    public Task TryLaterAsync(ClaimedDelivery delivery, TimeSpan wait, string error, CancellationToken cancellationToken) => ExecuteAsync(
        """
        update delivery set state = 'WAITING', attempts = attempts + 1, due_at = $3, lease_id = null, lease_until = null, last_error = $4, ended_at = null
        where id = $1 and lease_id = $2
        """, cancellationToken, delivery.Id, delivery.Lease, clock.GetUtcNow() + wait, error);

    public Task FailAsync(Guid id, Guid lease, string error, CancellationToken cancellationToken) => ExecuteAsync(
        """
        update delivery set state = 'FAILED', attempts = attempts + 1, ended_at = $3, lease_id = null, lease_until = null, last_error = $4
        where id = $1 and lease_id = $2
        """, cancellationToken, id, lease, clock.GetUtcNow(), error);

    /// <summary>
    /// Gives a row back untried; an outage of the server is no attempt of the mail's. Also a server that goes away instead of taking a
    /// message whose last line was sent has said so, whatever state the row came to meanwhile.
    /// </summary>
    public Task ReleaseAsync(ClaimedDelivery delivery, TimeSpan wait, string? error, CancellationToken cancellationToken) => ExecuteAsync(
        """
        update delivery set state = 'WAITING', due_at = greatest(due_at, $3), ended_at = null, lease_id = null, lease_until = null, last_error = coalesce($4, last_error)
        where id = $1 and lease_id = $2 and state in ('SENDING', 'HANDED_OVER', 'UNCONFIRMED')
        """, cancellationToken, delivery.Id, delivery.Lease, clock.GetUtcNow() + wait, error);

    /// <summary>
    /// The server went away instead of taking this mail, which is no attempt of the mail's. But where it did so the last time too and took
    /// another mail since, it is this one that the server does not take: it waits by the ladder, without ever failing, because at the head of
    /// the queue it would pause all others each time. Its <c>due_at</c> is the time of its last 421, or one step of the ladder after it.
    /// </summary>
    public Task ClosedAsync(ClaimedDelivery delivery, string error, CancellationToken cancellationToken)
    {
        var (attempts, wait) = RetryLadder.WithoutEnd(delivery.Attempts);
        var stepBefore = delivery.Attempts == 0 ? TimeSpan.Zero : RetryLadder.After(delivery.Attempts) ?? TimeSpan.Zero;
        var now = clock.GetUtcNow();
        return ExecuteAsync(
            $"""
            with alone as (
                select from delivery d where d.id = $1 and d.last_error like '{ClosedBefore}%'
                    and exists (select from delivery o where o.state = 'SENT' and o.ended_at > d.due_at - $5))
            update delivery set state = 'WAITING', ended_at = null, lease_id = null, lease_until = null, last_error = $4,
                attempts = case when exists (select from alone) then $6 else attempts end,
                due_at = case when exists (select from alone) then $7 else greatest(due_at, $3) end
            where id = $1 and lease_id = $2 and state in ('SENDING', 'HANDED_OVER', 'UNCONFIRMED')
            """, cancellationToken, delivery.Id, delivery.Lease, now, error, stepBefore, attempts, now + wait);
    }

    /// <summary>
    /// What workers left that are gone. Before the hand-over nothing was delivered: the row waits again. After it the worker's marks
    /// say whether it had begun the last line; if so, or where nobody knows, the message is as good as delivered (the last line
    /// was in the system's hands), and it is not sent a second time. Mails to somebody who no longer wants them are struck out.
    /// </summary>
    /// <returns>Rows that wait again.</returns>
    /// <remarks>
    /// A lease that ends further ahead than any lease lasts was written by a clock that has been set back since: its worker is gone,
    /// or finds at the hand-over that the row is no longer its own.
    /// </remarks>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var (id, lease, worker, until) in await LapsedHandOversAsync(now, cancellationToken))
        {
            switch (worker is null ? HandOver.MaybeSent : marks.Find(worker.Value, lease, id))
            {
                case HandOver.NotSent:
                    await TakeBackAsync(id, lease, cancellationToken);
                    break;
                case HandOver.Unknown when until + MayBeExplained > now:
                    break;
                default:
                    await UnconfirmedAsync(id, lease, "worker_lost", cancellationToken);
                    break;
            }
        }

        await ExecuteAsync(
            $"""
            update delivery d set state = 'CANCELLED', ended_at = $1, token_sealed = null where d.state = 'WAITING' and not ({Deliverable("$1")})
            """, cancellationToken, now);
        return await ExecuteAsync(
            "update delivery set state = 'WAITING', lease_id = null, lease_until = null where state = 'SENDING' and (lease_until <= $1 or lease_until > $2)",
            cancellationToken, now, now + (2 * Lease));
    }

    private async Task<List<(Guid Id, Guid Lease, Guid? Worker, DateTimeOffset Until)>> LapsedHandOversAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "select id, lease_id, worker_id, lease_until from delivery where state = 'HANDED_OVER' and (lease_until <= $1 or lease_until > $2)", now, now + (2 * Lease));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lapsed = new List<(Guid, Guid, Guid?, DateTimeOffset)>();
        while (await reader.ReadAsync(cancellationToken))
            lapsed.Add((reader.GetGuid(0), reader.GetGuid(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return lapsed;
    }

    private static T? Nullable<T>(NpgsqlDataReader reader, int column) where T : class =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params object?[] values)
    {
#pragma warning disable CA2100 // The text is written in this program; values are parameters.
        var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(value is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } : new() { Value = value });
        return command;
    }
}
