using OpenGov.ServiceDefaults.Data;

namespace OpenGov.UnitTests.ServiceDefaults.Messaging;

public sealed class EventIdsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow.AddYears(1);

    [Fact]
    public void Ids_rise_within_a_millisecond_and_when_the_clock_jumps_back()
    {
        // More than the counter's 4096, so that it must carry.
        var ids = Enumerable.Range(0, 10_000).Select(index => EventIds.Next(index == 5000 ? Now.AddMinutes(-5) : Now)).ToArray();
        ids.ShouldBe(ids.Order());
        // PostgreSQL compares bytes, as the text does.
        var texts = ids.Select(id => id.ToString()).ToArray();
        texts.ShouldBe(texts.Order(StringComparer.Ordinal));
        texts.ShouldBeUnique();
    }

    [Fact]
    public void Ids_are_uuid_version_7_with_the_time_in_front()
    {
        var later = Now.AddHours(1);
        var id = EventIds.Next(later);
        id.Version.ShouldBe(7);
        (id.Variant & 0b1100).ShouldBe(0b1000);
        Convert.ToInt64(id.ToString("N")[..12], 16).ShouldBe(later.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Threads_never_get_the_same_id()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5000).Select(_ => EventIds.Next(Now)).ToArray())));
        ids.SelectMany(part => part).Distinct().Count().ShouldBe(40_000);
        ids.ShouldAllBe(part => part.SequenceEqual(part.Order()));
    }
}
