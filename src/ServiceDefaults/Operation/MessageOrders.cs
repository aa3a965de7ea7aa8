using Npgsql;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>
/// Orders about messages that could not be read. Many are sent piece by piece, each with its record and audit entry in one
/// transaction: where the broker goes away in between, those that went are gone from the list, and the order says how many.
/// </summary>
internal sealed class MessageOrders(
    NpgsqlDataSource database, Inbox inbox, BrokenMessages broken, OrderRecords records, IHostApplicationLifetime lifetime, ILogger<MessageOrders> log)
{
    /// <returns>The order's record. Of many messages it is <see cref="CommandState.Running"/> after the first piece, and goes on.</returns>
    public async Task<Result<CommandView>> RunAsync(Order order, CancellationToken cancellationToken)
    {
        if (!inbox.Owners.Contains(order.Owner, StringComparer.Ordinal))
            return Refusal.NotFound();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = Guid.CreateVersion7();
        if (!await records.InsertAsync(connection, transaction, id, order, CommandState.Done, cancellationToken))
            return await records.RepeatedAsync(order, cancellationToken);

        var sends = order.Action == CommandAction.SendMessageAgain;
        var selection = new Selection(order.Owner, order.MessageId, null);
        long done, total;
        try
        {
            if (sends)
            {
                (total, selection) = await BrokenMessages.SelectAsync(connection, transaction, order.Owner, order.MessageId, cancellationToken);
                done = total == 0 ? 0 : await broken.SendAgainAsync(connection, transaction, selection, cancellationToken);
            }
            else
            {
                done = total = await BrokenMessages.SetAsideAsync(connection, transaction, order.Owner, order.MessageId, cancellationToken);
            }
        }
        catch (BrokenMessageException exception)
        {
            log.LogWarning("Messages of {Owner} were not sent again: {Reason}", order.Owner, exception.InnerException!.GetType().Name);
            return new Refusal("service_unavailable", StatusCodes.Status503ServiceUnavailable);
        }

        if (order.MessageId is not null && done == 0)
            return Refusal.NotFound();
        var goesOn = done > 0 && done < total;
        await OrderRecords.TellAsync(connection, transaction, id, goesOn ? CommandState.Running : CommandState.Done, done, total, null, cancellationToken);
        await records.AuditAsync(connection, transaction, id, order, sends ? "messages_sent_again" : "messages_set_aside", done, total, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.LogInformation("{Action} of {Owner}: {Done} of {Total}", order.Action, order.Owner, done, total);
        if (goesOn)
            _ = Task.Run(() => GoOnAsync(id, order, selection, done, total), CancellationToken.None);
        return (await records.FindAsync(id, cancellationToken))!;
    }

    private async Task GoOnAsync(Guid id, Order order, Selection selection, long done, long total)
    {
        var stopping = lifetime.ApplicationStopping;
        try
        {
            var isRunning = true;
            while (isRunning)
            {
                await using var connection = await database.OpenConnectionAsync(stopping);
                await using var transaction = await connection.BeginTransactionAsync(stopping);
                var sent = await broken.SendAgainAsync(connection, transaction, selection, stopping);
                // None left: somebody else sent or set aside the rest.
                isRunning = sent > 0 && done + sent < total;
                await OrderRecords.TellAsync(connection, transaction, id, isRunning ? CommandState.Running : CommandState.Done, done + sent, total, null, stopping);
                if (sent > 0)
                    await records.AuditAsync(connection, transaction, id, order, "messages_sent_again", done + sent, total, stopping);
                await transaction.CommitAsync(stopping);
                done += sent;
            }

            log.LogInformation("{Action} of {Owner}: {Done} of {Total}", order.Action, order.Owner, done, total);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            log.LogWarning("Messages of {Owner} stay after {Done} of {Total}: {Reason}", order.Owner, done, total, FailureText.Of(exception));
            await TryTellFailureAsync(id, done, total, SafeText.Of(FailureText.Of(exception)));
        }
        catch (OperationCanceledException)
        {
            // The process ends; the record soon says that nobody works on it any more.
        }
    }

    private async Task TryTellFailureAsync(Guid id, long done, long total, string failure)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            await OrderRecords.TellAsync(connection, null, id, CommandState.Failed, done, total, failure, CancellationToken.None);
        }
        catch (NpgsqlException exception)
        {
            log.LogWarning("The end of an order could not be kept: {Reason}", exception.GetType().Name);
        }
    }
}
