using Npgsql;
using OpenGov.Contracts;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests.Notifications;

/// <summary>What the mail server says is written down as it was said, also where it hangs up with it or the database is away.</summary>
public sealed class DeferredMailTests(NotificationsHost service) : IClassFixture<NotificationsHost>, IAsyncLifetime
{
    private const string Mine = "from delivery d join subscription s on s.id = subscription_id where s.commitment_id = $1";

    public Task InitializeAsync() => service.UseReceiverAsync();

    public async Task DisposeAsync()
    {
        service.Receiver.Answer = _ => null;
        service.Receiver.AnswerLine = _ => null;
        service.Receiver.OnMessage = () => Task.CompletedTask;
        // What still waits would take the answer that is meant for the next test's mail; and the pause is over for that one.
        await service.ExecuteAsync("update delivery set state = 'CANCELLED', ended_at = now() where state = 'WAITING'");
        service.Clock.Advance(TimeSpan.FromSeconds(16));
    }

    private async Task<(Guid Commitment, string Follower)> FollowedAsync()
    {
        var commitment = await service.PublishAsync();
        return (commitment, (await service.AddFollowersAsync(commitment, 1))[0]);
    }

    /// <summary>Answers once, at the first pass of the step.</summary>
    private void AnswerOnce(string step, string answer)
    {
        var answered = 0;
        service.Receiver.Answer = verb => verb == step && Interlocked.Exchange(ref answered, 1) == 0 ? answer : null;
    }

    [Theory]
    [InlineData("MAIL", false)]
    [InlineData("MAIL", true)]
    [InlineData("RCPT", false)]
    [InlineData("RCPT", true)]
    [InlineData("DATA", false)]
    [InlineData("DATA", true)]
    [InlineData(".", false)]
    [InlineData(".", true)]
    public async Task A_server_that_goes_away_with_421_costs_no_attempt_and_is_sent_the_mail_when_it_is_back(string step, bool hangsUp)
    {
        var (commitment, follower) = await FollowedAsync();
        AnswerOnce(step, (hangsUp ? SmtpReceiver.HangUp : "") + "421 4.3.2 going down");
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilAsync(
            $"select coalesce(bool_and(d.state = 'WAITING' and d.attempts = 0 and d.last_error = 'smtp_refused: 421 4.3.2 going down'), false) {Mine}", commitment);

        service.Clock.Advance(TimeSpan.FromSeconds(16));
        await service.UntilAsync($"select bool_and(d.state = 'SENT' and d.attempts = 1) {Mine}", commitment);
        service.Receiver.Mails.Count(mail => mail.To == follower).ShouldBe(1);
    }

    [Fact]
    public async Task A_mail_at_which_alone_the_server_goes_away_each_time_leaves_the_head_of_the_queue_and_does_not_fail()
    {
        var (commitment, unwanted) = await FollowedAsync();
        service.Receiver.AnswerLine = line => line == $"RCPT TO:<{unwanted}>" ? SmtpReceiver.HangUp + "421 4.7.0 not this one" : null;
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilAsync($"select coalesce(bool_and(d.state = 'WAITING' and d.attempts = 0 and d.last_error like 'smtp_refused: 421%'), false) {Mine}", commitment);

        var (other, wanted) = await FollowedAsync();
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(other));
        // Which of the two the server hears first is chance; the worker looks each second once its pause is over.
        var told = 1;
        for (var pause = 0; pause < 15 && await service.QueryAsync<int>($"select d.attempts {Mine}", commitment) == 0; pause++)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(16));
            await Task.Delay(TimeSpan.FromMilliseconds(1200));
            // Others go on being delivered meanwhile: by that it is known to be alone.
            await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(other, version: 2 + ++told));
        }

        await service.UntilAsync($"select bool_and(d.state = 'WAITING' and d.attempts = 1) {Mine}", commitment);
        var due = await service.QueryAsync<DateTime>($"select d.due_at {Mine}", commitment);
        (due - service.Clock.GetUtcNow().UtcDateTime).TotalSeconds.ShouldBeInRange(30, 60);
        await service.Receiver.WaitForAsync(wanted);

        // Nobody is held up by it any more.
        service.Clock.Advance(TimeSpan.FromSeconds(16));
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(other, version: 2 + ++told));
        await service.Receiver.WaitForAsync(wanted, told);
        (await service.QueryAsync<int>($"select d.attempts {Mine}", commitment)).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_for_good_stands_where_the_server_hangs_up_after_it()
    {
        var (commitment, _) = await FollowedAsync();
        service.Receiver.Answer = verb => verb == "RCPT" ? SmtpReceiver.HangUp + "550 5.1.1 no such user" : null;
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilAsync($"select coalesce(bool_and(d.state = 'FAILED' and d.last_error = 'smtp_recipient_refused: 550 5.1.1 no such user'), false) {Mine}", commitment);
    }

    [Theory]
    [InlineData(null, "SENT", 1)]
    [InlineData("421 4.3.2 going down", "WAITING", 0)]
    [InlineData("451 4.3.0 try later", "WAITING", 1)]
    [InlineData("554 5.7.1 no such luck", "FAILED", 1)]
    public async Task What_the_server_said_after_the_last_line_is_written_down_when_the_database_is_back(string? answer, string state, int attempts)
    {
        var (commitment, _) = await FollowedAsync();
        var database = new NpgsqlConnectionStringBuilder(service.ConnectionString).Database!;
        var server = await PostgresServer.SharedAsync();
        var away = new TaskCompletionSource();
        service.Receiver.OnMessage = async () =>
        {
            await server.ExecuteAsync($"alter database {database} allow_connections false");
            await server.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'");
            away.TrySetResult();
        };
        service.Receiver.Answer = verb => verb == "." ? answer : null;
        try
        {
            await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
            await away.Task.WaitAsync(TimeSpan.FromSeconds(20));
            service.Receiver.OnMessage = () => Task.CompletedTask;
            // Longer than the worker's first attempt to write it down.
            await Task.Delay(TimeSpan.FromMilliseconds(1500));
        }
        finally
        {
            await server.ExecuteAsync($"alter database {database} allow_connections true");
        }

        await UntilAwakeAsync();
        await service.UntilAsync($"select bool_and(d.state = $2 and d.attempts = $3) {Mine}", commitment, state, attempts);
    }

    /// <summary>Connections of before the outage are found dead one by one.</summary>
    private async Task UntilAwakeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await service.QueryAsync<int>("select 1");
                return;
            }
            catch (NpgsqlException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }
}
