using Microsoft.Extensions.Logging;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.ServiceDefaults.Operation;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("to ana.lopez+x@correo.gob.mx failed", "to […@…] failed")]
    [InlineData("muñoz@niño.mx", "[…@…]")]
    [InlineData("amqp://opengov:S3cr3t@127.0.0.1:5672/", "amqp://[***]@127.0.0.1:5672/")]
    [InlineData("Host=db;Password=abc;Username=x", "Host=db;Password=[***];Username=x")]
    [InlineData("Bearer eyJhbGciOi.abc", "Bearer [***]")]
    [InlineData("link 4Zk0y9LwGm3T1hQe7vXr5Jp2NsBcDfAaUiOoEeKkLlM", "link [***]")]
    [InlineData("trace 4bf92f3577b34da6a3ce929d0e0e4736 of 0198c1d2-7c3e-7aaa-8000-000000000001", "trace 4bf92f3577b34da6a3ce929d0e0e4736 of 0198c1d2-7c3e-7aaa-8000-000000000001")]
    public void Addresses_and_credentials_become_marks_and_ids_stay(string text, string safe) => SafeText.Of(text).ShouldBe(safe);

    [Fact]
    public void Long_texts_are_cut_before_they_are_searched() => SafeText.Of(new string('a', 2_000_000)).Length.ShouldBe(501);

    [Fact]
    public void The_same_failure_counts_and_the_ring_is_bounded()
    {
        var failures = new RecentFailures(TimeProvider.System);
        for (var i = 0; i < 100; i++)
            failures.Add(LogLevel.Error, $"Part {i}", "same", "text", null);
        for (var i = 0; i < 5; i++)
            failures.Add(LogLevel.Critical, "Part 99", "same", $"text {i}", null);
        failures.All.Count.ShouldBe(30);
        (failures.All[0].Count, failures.All[0].Text, failures.All[0].Where).ShouldBe((6, "text 4", "Part 99"));
    }
}
