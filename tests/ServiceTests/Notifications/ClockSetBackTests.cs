using OpenGov.Contracts;

namespace OpenGov.ServiceTests.Notifications;

/// <summary>A clock that was ahead and is set right does not hold mails up for as long as it was ahead.</summary>
public sealed class ClockSetBackTests : IAsyncLifetime
{
    private static readonly TimeSpan AnHourBack = TimeSpan.FromHours(-1);

    private readonly NotificationsHost service = new();

    public async Task InitializeAsync()
    {
        await service.InitializeAsync();
        await service.UseReceiverAsync();
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData(-3601)]
    [InlineData(30)]
    public async Task What_a_worker_left_that_is_gone_is_sent(int leaseEndsAfterSeconds)
    {
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        // Time for a first recovery.
        await service.UntilIdleAsync();
        await service.ExecuteAsync(
            "insert into notice (id, kind, commitment_id, occurred_at, content) values (gen_random_uuid(), 'PROGRESS_REPORTED', $1, now(), '{\"activity\":\"A\"}')", commitment);
        service.Clock.Set(AnHourBack);
        await service.ExecuteAsync(
            """
            insert into delivery (id, subscription_id, notice_id, kind, state, priority, due_at, created_at, lease_id, lease_until)
            select gen_random_uuid(), s.id, n.id, n.kind, 'SENDING', 1, now(), now(), gen_random_uuid(), $2
            from subscription s join notice n on n.commitment_id = s.commitment_id where s.commitment_id = $1
            """, commitment, (service.Clock.GetUtcNow() - AnHourBack).AddSeconds(leaseEndsAfterSeconds));
        await service.Receiver.WaitForAsync(follower);
    }

    [Fact]
    public async Task The_pause_after_a_server_that_is_away_lasts_as_long_as_it_should()
    {
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        await service.Receiver.StopAsync();
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        await service.UntilAsync("select coalesce(bool_and(state = 'WAITING' and last_error like 'smtp_unreachable%'), false) from delivery");
        service.Receiver.Start();
        service.Clock.Set(AnHourBack);
        service.Clock.Advance(TimeSpan.FromSeconds(16));
        await service.Receiver.WaitForAsync(follower);
    }
}
