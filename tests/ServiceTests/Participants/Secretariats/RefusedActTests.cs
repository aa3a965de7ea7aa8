using System.Net.Http.Json;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>INV-10: what is refused is logged.</summary>
public sealed class RefusedActTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task INV_10_whoever_hangs_up_before_the_answer_is_logged_all_the_same()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (account, _, stranger) = await Assembly.AccountAsync(service);
        var session = await stl.OpenSessionAsync();
        var motion = await stl.ProposeAsync(session);
        await stl.ActAsync(session, $"motions/{motion}/ballots");
        var logged = $"select count(*) from audit_log where action = 'vote_refused' and subject_id = '{session}' and account_id = '{account}' and after ->> 'code' = 'voter_without_seat'";

        // The log is slow: the entry waits, and meanwhile the caller goes away.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var work = await connection.BeginTransactionAsync();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "lock table audit_log in exclusive mode";
            await command.ExecuteNonQueryAsync();
        }

        const string Waiting = "select count(*) from pg_locks where not granted and relation = 'audit_log'::regclass";
        using var gone = new CancellationTokenSource();
        var vote = stranger.PostAsJsonAsync($"{Assembly.Sessions(session)}/motions/{motion}/votes", new { round = 1, choice = "IN_FAVOUR" }, gone.Token);
        await Eventually.ShouldBeAsync(() => service.CountAsync(Waiting), 1);
        // Beside it waits what does hang on who asked for it; once that is gone, the entry would be too if it did.
        using var goneAfter = new CancellationTokenSource();
        var beside = WaitAsync(goneAfter.Token);
        await Eventually.ShouldBeAsync(() => service.CountAsync(Waiting), 2);

        await gone.CancelAsync();
        await goneAfter.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => beside);
        (await service.CountAsync(Waiting)).ShouldBe(1, "the entry still waits to be written");
        await work.RollbackAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => vote);

        await Eventually.ShouldBeAsync(() => service.CountAsync(logged), 1);

        async Task WaitAsync(CancellationToken cancellationToken)
        {
            await using var command = service.Database.CreateCommand("update audit_log set action = action where false");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
