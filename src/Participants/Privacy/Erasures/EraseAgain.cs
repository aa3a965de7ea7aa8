using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Privacy.Erasures;

/// <summary>
/// After a backup was restored: whoever the ledger says was erased, and is back, is erased again in every service; consents that were revoked are revoked again.
/// On any other start nothing is found. Replicas may do it at once: who is erased is not erased twice.
/// </summary>
public sealed class EraseAgain(ErasureLedger ledger, LedgerWriter writer, IServiceScopeFactory scopes, NpgsqlDataSource database, ILogger<EraseAgain> log)
{
    private volatile bool compared;

    /// <summary>
    /// Who is back and cannot be erased yet: a post, seat or office that they hold again, and had handed over before they were erased, has to be ended first by those who
    /// may. Their consents are revoked meanwhile.
    /// </summary>
    public IReadOnlyList<Guid> Waiting { get; private set; } = [];

    /// <summary>The ledger could be read at the start, or since.</summary>
    public bool HasCompared => compared;

    /// <summary>At the start, before the first request; and each minute for what could not be done then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (ledger.Path is null)
            return;
        if (!compared)
        {
            // The file is there before there is anything to write into it.
            await writer.WriteAsync(cancellationToken);
            try
            {
                Waiting = await CompareAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                log.LogError("The ledger of erasures cannot be read: {Reason}", exception.GetType().Name);
                return;
            }

            compared = true;
        }

        if (Waiting.Count > 0)
            await EraseAsync(cancellationToken);
        await writer.WriteAsync(cancellationToken);
    }

    private async Task EraseAsync(CancellationToken cancellationToken)
    {
        var (erased, waiting) = (0, new List<Guid>());
        foreach (var person in Waiting)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
            await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
            var request = await db.ArcoRequests
                .Where(row => row.PersonId == person && row.State == ArcoState.Answered && row.RightAsked == ArcoRight.Cancellation && row.Outcome == ArcoOutcome.Granted)
                .Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancellationToken);
            var done = await scope.ServiceProvider.GetRequiredService<ErasePerson>().RunAsync(person, request, ErasureReason.Restore, by: null, cancellationToken);
            if (!done.IsRefused)
                erased++;
            else if (done.Refusals[0].Code != "not_found")
            {
                waiting.Add(person);
                await db.Database.ExecuteSqlAsync($"update consent set revoked_at = {db.Now} where person_id = {person} and revoked_at is null and given_at <= {db.Now}", cancellationToken);
            }

            await work.CommitAsync(cancellationToken);
        }

        if (erased > 0 || waiting.Count < Waiting.Count)
            log.LogWarning("A restored backup had brought people back whose data were erased: {Erased} erased again, {Waiting} wait until they hold no post", erased, waiting.Count);
        Waiting = waiting;
    }

    /// <summary>Both ways: what the database took back, and what the ledger lacks, because it is new or was lost.</summary>
    /// <returns>Who is to be erased again.</returns>
    private async Task<IReadOnlyList<Guid>> CompareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync($"select pg_advisory_xact_lock({(long)RuleLock.ErasureLedger})");
        await ExecuteAsync("create temporary table ledger (person_id uuid not null, act text not null, at timestamptz not null) on commit drop");
        await using (var rows = await connection.BeginBinaryImportAsync("copy ledger from stdin (format binary)", cancellationToken))
        {
            foreach (var line in ledger.Read())
            {
                await rows.StartRowAsync(cancellationToken);
                await rows.WriteAsync(line.PersonId, NpgsqlDbType.Uuid, cancellationToken);
                await rows.WriteAsync(line.Act.Code(), NpgsqlDbType.Text, cancellationToken);
                await rows.WriteAsync(line.At, NpgsqlDbType.TimestampTz, cancellationToken);
            }

            await rows.CompleteAsync(cancellationToken);
        }

        await ExecuteAsync("create index on ledger (person_id, act)");
        var revoked = await ExecuteAsync(
            """
            with again as (
                update consent c set revoked_at = l.at
                from (select person_id, act, max(at) as at from ledger group by person_id, act) l
                where c.person_id = l.person_id and l.act = 'REVOKED_' || c.kind and c.revoked_at is null and c.given_at < l.at
                returning c.id)
            insert into audit_log (id, at, action, subject, subject_id) select gen_random_uuid(), now(), 'consent_revoked_again', 'consent', id from again
            """);
        if (revoked > 0)
            log.LogWarning("A restored backup had brought revoked consents back: {Revoked} revoked again", revoked);
        await ExecuteAsync(
            """
            insert into erasure_ledger_entry (person_id, act, at)
            select e.person_id, 'ERASED', e.ordered_at from erasure e
            where not exists (select from ledger l where l.person_id = e.person_id and l.act = 'ERASED')
                and not exists (select from erasure_ledger_entry w where w.person_id = e.person_id and w.act = 'ERASED')
            union all
            select c.person_id, 'REVOKED_' || c.kind, c.revoked_at from consent c join account a on a.id = c.person_id
            where c.revoked_at is not null and a.erased_at is null
                and not exists (select from ledger l where l.person_id = c.person_id and l.act = 'REVOKED_' || c.kind and l.at >= c.revoked_at)
                and not exists (select from erasure_ledger_entry w where w.person_id = c.person_id and w.act = 'REVOKED_' || c.kind and w.at >= c.revoked_at)
            """);
        var people = new List<Guid>();
        await using (var back = new NpgsqlCommand("select distinct a.id from ledger l join account a on a.id = l.person_id where l.act = 'ERASED' and a.erased_at is null", connection, transaction))
        await using (var reader = await back.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                people.Add(reader.GetGuid(0));
        }

        await transaction.CommitAsync(cancellationToken);
        return people;

        async Task<int> ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // Written in this file.
            await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
