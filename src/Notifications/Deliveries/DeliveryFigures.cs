using Npgsql;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Notifications.Deliveries;

/// <summary>The mail queue in numbers, for the operator's page. Who gets mail, it does not tell.</summary>
internal sealed class DeliveryFigures(NpgsqlDataSource database) : IFigures
{
    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select (select count(*) from delivery where state = 'WAITING'),
                (select min(due_at) from delivery where state = 'WAITING' and due_at <= now()),
                (select count(*) from delivery where state = 'SENT' and ended_at > now() - interval '1 day'),
                (select count(*) from delivery where state in ('FAILED', 'UNCONFIRMED') and ended_at > now() - interval '1 day'),
                (select count(*) from delivery where state = 'WAITING' and attempts > 0)
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return
        [
            new Figure("mail_waiting", reader.GetInt64(0)),
            new Figure("mail_oldest", Time: await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1)),
            new Figure("mail_sent_day", reader.GetInt64(2)),
            new Figure("mail_failed_day", reader.GetInt64(3)),
            new Figure("mail_trying_again", reader.GetInt64(4)),
        ];
    }
}
