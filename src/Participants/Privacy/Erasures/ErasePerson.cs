using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.ApiKeys;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Privacy.Arco;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Erasures;

/// <param name="Ends">The person's other open requests, which end with the erasure: staff saw them. Needed where there are any.</param>
public sealed record ErasureRequest(IReadOnlyList<Guid>? Ends);

/// <summary>Carries out a granted cancellation: here at once, in every other service as soon as it learns of it.</summary>
public sealed class ErasePerson(ParticipantsDb db, InstanceKey key, SignInAttempts attempts, LegalProfileInForce rules)
{
    public static async Task<Results<Ok<ArcoView>, ProblemHttpResult>> Handle(
        Guid id, ErasureRequest? order, HttpContext http, ParticipantsDb db, ErasePerson erase, ArcoDesk desk, LedgerWriter ledger, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Administrators, cancellationToken);
        var request = await db.ArcoRequests.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (request is null)
            return http.Problem(Refusal.NotFound());
        if (request is not { State: ArcoState.Answered, RightAsked: ArcoRight.Cancellation, Outcome: ArcoOutcome.Granted, PersonId: { } person })
            return http.Problem(Refusal.Conflict("arco_not_in_state"));
        // Locked before it is asked what else is open: a request that comes at this moment is seen, or waits and is refused (schema).
        await db.Database.ExecuteSqlAsync($"select from account where id = {person} for update", cancellationToken);
        // Ordered before, by a click or a colleague: the same erasure goes on. One that was complete before the answer is what the answer grants.
        if (await db.Erasures.SingleOrDefaultAsync(row => row.PersonId == person, cancellationToken) is { } earlier)
        {
            if (earlier.CompletedAt is not null && !request.MakeEffective(reason: null, erased: true, (await desk.ClockAsync(cancellationToken)).Today).IsRefused)
            {
                db.Audit(http.RequireAccount().AccountId, "arco_effective", "arco_request", request.Id);
                await db.SaveChangesAsync(cancellationToken);
                await work.CommitAsync(cancellationToken);
            }
        }
        else
        {
            // What cannot be answered any more afterwards is not ended unseen: what came since is shown first.
            var ended = (await db.ArcoRequests.Where(row => row.PersonId == person && row.ClosedOn == null && row.Id != id).ToListAsync(cancellationToken)).FindAll(row => row.EndsByErasure);
            if (ended.Exists(row => order?.Ends?.Contains(row.Id) != true))
                return http.Problem(Refusal.Conflict("arco_others_open", ended.Count));
            var done = await erase.RunAsync(person, request.Id, ErasureReason.Arco, http.RequireAccount().AccountId, cancellationToken);
            if (done.IsRefused)
                return http.Problem(done);
            await work.CommitAsync(cancellationToken);
            // The answer says that it is done: it is on the disk before, whoever hangs up.
            await ledger.WriteAsync(CancellationToken.None);
            db.ChangeTracker.Clear();
            request = await db.ArcoRequests.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        }

        return TypedResults.Ok(await desk.ViewAsync(request, cancellationToken));
    }

    /// <summary>
    /// As part of the running transaction. INV-52: posts, mandates, seats and what was done in them stay, under the id; what is in force and
    /// nobody could exercise any more is handed over first.
    /// </summary>
    public async Task<Result> RunAsync(Guid person, Guid? request, ErasureReason reason, Guid? by, CancellationToken cancellationToken)
    {
        var now = db.Now;
        // Locked before it is asked what they hold: whoever appoints them at this moment waits, and is refused afterwards (schema).
        var address = await db.Database.SqlQuery<string>($"select email as \"Value\" from account where id = {person} and erased_at is null for update").SingleOrDefaultAsync(cancellationToken);
        if (address is null)
            return Refusal.NotFound();
        // Whoever runs the instance hands the post over first: an instance without an administrator could not be run.
        if (await db.StaffPosts.AnyAsync(post => post.AccountId == person && (post.Term.Until == null || post.Term.Until > now) && (post.Term.EndedAt == null || post.Term.EndedAt > now), cancellationToken))
            return Refusal.Conflict("person_holds_staff_post");
        // A vacant seat counts in quorum and composition: the organisation names somebody else, or the holding is ended with its reason.
        var today = await rules.TodayAsync(cancellationToken);
        if (await db.Set<SeatHolding>().AnyAsync(row => row.AccountId == person && (row.Until == null || row.Until > today) && (row.EndedOn == null || row.EndedOn > today), cancellationToken)
            || await db.Set<OfficeHolding>().AnyAsync(row => row.AccountId == person && (row.EndedOn == null || row.EndedOn > today), cancellationToken))
        {
            return Refusal.Conflict("person_holds_seat");
        }

        foreach (var mandate in await db.Mandates.Where(row => row.AccountId == person).ToListAsync(cancellationToken))
        {
            if (mandate.End(now).IsRefused)
                continue;
            db.Record(mandate.EndedFact());
            db.Audit(by, "mandate_ended", "mandate", mandate.Id);
        }

        foreach (var session in await db.Sessions.Where(row => row.AccountId == person && row.EndedAt == null).ToListAsync(cancellationToken))
            db.End(session, by ?? person);
        await ManageApiKeys.RevokeAllAsync(db, person, cancellationToken);
        await db.Consents.Where(row => row.PersonId == person && row.RevokedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.RevokedAt, now), cancellationToken);

        // In a restored backup one of those that are open may be the very request that ordered the erasure: staff answer it again.
        var others = reason == ErasureReason.Restore ? [] : await db.ArcoRequests.Where(row => row.PersonId == person && row.ClosedOn == null && row.Id != request).ToListAsync(cancellationToken);
        foreach (var other in others.Where(row => row.EndsByErasure))
        {
            var before = ArcoAudit.Of(other);
            other.EndByErasure(request, today);
            db.Audit(by, "arco_without_matter", "arco_request", other.Id, before, ArcoAudit.Of(other));
        }

        var erasure = Erasure.Order(person, request, reason, by, now);
        db.Add(erasure);
        db.Record(new PersonAddressErasedV1(erasure.Id, erasure.Version, Convert.ToBase64String(AddressFingerprint.Of(key, address))));
        db.Record(new PersonErasedV1(erasure.Id, erasure.Version, person));
        await db.SaveChangesAsync(cancellationToken);

        foreach (var sql in PersonalDataRegister.Of(Owners.Participants).Where(table => table.FoundBy == SubjectKey.Person).SelectMany(table => table.ErasingSql()))
            await ExecuteAsync(sql, person);
        foreach (var sql in Forgetting.SharedSql)
            await ExecuteAsync(sql, person, Forgetting.PersonalTypes);
        // After the audit values were cleared, so that the act itself is on record.
        db.Audit(by, "person_erased", "account", person);
        await db.SaveChangesAsync(cancellationToken);
        await attempts.ForgetWithAsync(db, address, cancellationToken);
        return Result.Done;

        async Task ExecuteAsync(string sql, params object[] values)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Made of the register's own names.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(db.Database.CurrentTransaction!);
            foreach (var value in values)
                command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = value });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
