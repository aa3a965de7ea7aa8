using System.Text.Json;
using OpenGov.Contracts;

namespace OpenGov.UnitTests.ServiceDefaults;

/// <summary>How every service reads JSON: requests, events and feeds.</summary>
public sealed class ContractsJsonTests
{
    private sealed record Inner(string? Note);

    private sealed record Request(string? Title, Inner? Inner, IReadOnlyDictionary<string, int>? Counts, JsonElement? Payload, IReadOnlyList<Inner>? List);

    [Theory]
    [InlineData("""{"title":"a","title":"b"}""")]
    [InlineData("""{"title":"a","title":"a"}""")]
    [InlineData("""{"title":null,"title":"b"}""")]
    [InlineData("""{"title":"a","Title":"b"}""")]
    [InlineData("""{"title":"a","ti\u0074le":"b"}""")]
    [InlineData("""{"inner":{"note":"a","note":"b"}}""")]
    [InlineData("""{"list":[{"note":"a"},{"note":"a","note":"b"}]}""")]
    [InlineData("""{"counts":{"a":1,"a":2}}""")]
    [InlineData("""{"payload":{"a":1,"a":2}}""")]
    [InlineData("""{"payload":[{"a":{"b":1,"b":2}}]}""")]
    public void A_member_that_stands_twice_is_refused_wherever_it_stands(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Request>(json, ContractsJson.Options));

    [Fact]
    public void What_stands_once_in_each_place_is_read()
    {
        var read = JsonSerializer.Deserialize<Request>(
            """{"title":"a","inner":{"note":"b"},"counts":{"a":1,"A":2},"payload":{"a":{"a":1},"A":2},"list":[{"note":"a"},{"note":"a"}]}""", ContractsJson.Options)!;
        read.Inner!.Note.ShouldBe("b");
        read.Counts!.Count.ShouldBe(2);
        read.Payload!.Value.GetProperty("a").GetProperty("a").GetInt32().ShouldBe(1);
        read.List!.Count.ShouldBe(2);
    }

    [Fact]
    public void A_member_that_nobody_knows_is_refused() =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Request>("""{"titel":"a"}""", ContractsJson.Options));
}
