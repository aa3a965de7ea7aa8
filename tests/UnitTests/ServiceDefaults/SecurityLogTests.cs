using Microsoft.Extensions.Logging;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.ServiceDefaults;

public sealed class SecurityLogTests
{
    private readonly WrittenLines lines = new();
    private readonly StoppedClock clock = new();
    private readonly SecurityLog log;

    public SecurityLogTests() => log = new SecurityLog(new LoggerFactory([lines]), clock);

    [Fact]
    public void A_refusal_is_one_line_with_code_route_and_sign_in()
    {
        var session = Guid.NewGuid();
        log.Refused("forbidden", 403, "POST", "/api/action-plans/v1/plans/{id}/publication", session);
        var line = lines.Written.ShouldHaveSingleItem();
        line.Category.ShouldBe("OpenGov.Security");
        foreach (var part in new[] { "forbidden", "403", "POST", "/api/action-plans/v1/plans/{id}/publication", session.ToString() })
            line.Text.ShouldContain(part);
    }

    [Fact]
    public void The_same_refusal_is_written_once_a_minute_with_how_often_it_came_and_another_at_once()
    {
        for (var time = 0; time < 1000; time++)
            log.Refused("sign_in_failed", 401, "POST", "/api/participants/v1/sessions", null);
        log.Refused("account_locked", 429, "POST", "/api/participants/v1/sessions", null);
        lines.Written.Count.ShouldBe(2);

        clock.Passed += TimeSpan.FromMinutes(1);
        log.Refused("sign_in_failed", 401, "POST", "/api/participants/v1/sessions", null);
        lines.Written.Count.ShouldBe(3);
        lines.Written[2].Text.ShouldContain("999 more");
    }

    [Fact]
    public void Whoever_signs_in_again_and_again_fills_no_memory()
    {
        for (var one = 0; one < 10_000; one++)
            log.Refused("forbidden", 403, "GET", "/x", Guid.NewGuid());
        lines.Written.Count.ShouldBe(10_000, "each is somebody else's");
        log.Remembers.ShouldBeLessThanOrEqualTo(SecurityLog.Remembered + 1);
    }

    [Fact]
    public void Methods_of_somebody_s_invention_are_one_and_do_not_reach_the_log()
    {
        for (var invented = 0; invented < 100; invented++)
            log.Refused("too_many_requests", 429, $"SECRETO{invented}", "pages", null);
        lines.Written.ShouldHaveSingleItem().Text.ShouldNotContain("SECRETO");
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(403, true)]
    [InlineData(429, true)]
    [InlineData(200, false)]
    [InlineData(404, false)]
    [InlineData(422, false)]
    [InlineData(500, false)]
    public void What_says_not_you_or_not_so_often_is_one(int status, bool isOne) => SecurityLog.IsOne(status).ShouldBe(isOne);

    private sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
