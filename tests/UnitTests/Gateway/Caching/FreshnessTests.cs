using OpenGov.Gateway.Caching;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

/// <summary>The rule by which a kept answer may be given, on a clock that the test moves.</summary>
public sealed class FreshnessTests
{
    private readonly MovedClock clock = new();
    private readonly Freshness freshness;
    private string? state = "1";

    public FreshnessTests()
    {
        freshness = new Freshness(null!, clock);
        Service = new ServiceVersion(() => state is { } text ? Task.FromResult(text) : throw new HttpRequestException("away"), clock);
    }

    private ServiceVersion Service { get; }

    [Fact]
    public async Task An_answer_lives_as_long_as_its_state()
    {
        var answer = await MadeAsync();
        for (var minute = 0; minute < 10; minute++)
        {
            clock.Move(TimeSpan.FromMinutes(1));
            (await freshness.IsCurrentAsync(answer, CancellationToken.None)).ShouldBeTrue();
        }

        state = "2";
        clock.Move(CacheTimes.Trusted + TimeSpan.FromMilliseconds(1));
        (await freshness.IsCurrentAsync(answer, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_word_of_an_old_question_is_not_taken()
    {
        var answer = await MadeAsync();
        clock.Move(CacheTimes.Trusted + TimeSpan.FromMilliseconds(1));
        freshness.IsCurrent(answer).ShouldBeFalse("the question is too old, and there is no newer one");
    }

    [Fact]
    public async Task Without_an_answer_to_the_question_nothing_is_given()
    {
        var answer = await MadeAsync();
        state = null;
        clock.Move(TimeSpan.FromSeconds(1));
        (await freshness.IsCurrentAsync(answer, CancellationToken.None)).ShouldBeFalse();
        state = "1";
        clock.Move(TimeSpan.FromSeconds(1));
        await KeptAnswersTests.UntilAsync(() => freshness.IsCurrent(answer));
    }

    [Fact]
    public async Task An_answer_whose_state_has_changed_is_given_for_half_a_second_from_its_beginning()
    {
        await Service.SinceAsync(clock.GetTimestamp(), TimeSpan.FromSeconds(5), CancellationToken.None);
        var answer = Answer("an earlier one", clock.GetTimestamp());
        freshness.IsCurrent(answer).ShouldBeTrue();
        clock.Move(CacheTimes.Trusted + TimeSpan.FromMilliseconds(1));
        freshness.IsCurrent(answer).ShouldBeFalse();
    }

    [Fact]
    public async Task A_write_through_the_gateway_voids_what_was_asked_before()
    {
        var answer = await MadeAsync();
        freshness.IsCurrent(answer).ShouldBeTrue();
        clock.Move(TimeSpan.FromMilliseconds(1));
        freshness.Written();
        state = "2";
        freshness.IsCurrent(answer).ShouldBeFalse();
        (await freshness.IsCurrentAsync(answer, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task No_answer_outlives_the_day_of_any_time_zone()
    {
        clock.Wall = new DateTimeOffset(2026, 11, 21, 5, 59, 50, TimeSpan.Zero);
        var answer = await MadeAsync();
        freshness.IsCurrent(answer).ShouldBeTrue();
        clock.Wall = new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);
        freshness.IsCurrent(answer).ShouldBeFalse();
        (await freshness.IsCurrentAsync(answer, CancellationToken.None)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(5, 59, 58)]
    [InlineData(6, 0, 2)]
    public async Task Around_the_turn_of_the_day_an_answer_is_given_for_half_a_second_only(int hour, int minute, int second)
    {
        clock.Wall = new DateTimeOffset(2026, 11, 21, hour, minute, second, TimeSpan.Zero);
        var answer = await MadeAsync();
        answer.Quarter.ShouldBeNull();
        freshness.IsCurrent(answer).ShouldBeTrue();
        clock.Move(CacheTimes.Trusted + TimeSpan.FromMilliseconds(1));
        (await freshness.IsCurrentAsync(answer, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_question_that_was_under_way_says_nothing_of_what_came_after()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        var slow = new ServiceVersion(
            async () =>
            {
                var text = (++asked).ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (asked == 1)
                    await goOn.Task;
                return text;
            },
            clock);
        slow.Refresh();
        clock.Move(TimeSpan.FromMilliseconds(10));
        var since = clock.GetTimestamp();
        var answer = slow.SinceAsync(since, TimeSpan.FromMinutes(1), CancellationToken.None);
        goOn.SetResult();
        var seen = await answer.WaitAsync(TimeSpan.FromSeconds(20));
        seen!.Text.ShouldBe("2");
        seen.AskedAt.ShouldBeGreaterThanOrEqualTo(since);
    }

    private async Task<CachedAnswer> MadeAsync()
    {
        var seen = await Service.SinceAsync(clock.GetTimestamp(), TimeSpan.FromSeconds(5), CancellationToken.None);
        return Answer(seen!.Text, clock.GetTimestamp());
    }

    private CachedAnswer Answer(string version, long begunAt)
    {
        var quarter = new Freshness(new ServiceVersions(null!, null!, clock), clock).Begin().Quarter;
        return new CachedAnswer(new RequestKey("/plan", "localhost", false, false), "x"u8.ToArray(), [], false, [new Source(Service, version)], begunAt, quarter);
    }

    private sealed class MovedClock : TimeProvider
    {
        private long timestamp = 1_000_000_000;

        public DateTimeOffset Wall { get; set; } = new(2026, 11, 21, 12, 7, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Move(TimeSpan by) => Interlocked.Add(ref timestamp, by.Ticks);

        public override long GetTimestamp() => Interlocked.Read(ref timestamp);

        public override DateTimeOffset GetUtcNow() => Wall;

        /// <summary>Who waits for an answer of the test's own waits for a free thread, and on a busy machine for long.</summary>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.FromSeconds(20), period);
    }
}
