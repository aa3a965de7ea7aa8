using System.Text.Json;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using OpenGov.Contracts;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.HouseRules;

/// <summary>
/// A published event keeps its form for ever: logs are full of it, and other versions of the software read it. What changes gets
/// a V2 beside it. The forms are kept in <c>Events/</c>.
/// </summary>
public sealed class PublishedEventsTests
{
    private static readonly JsonSerializerOptions Json = new(ContractsJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Names => [.. EventTypes.All.Select(EventTypes.NameOf).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_published_event_keeps_its_form(string name)
    {
        var type = EventTypes.All.Single(one => EventTypes.NameOf(one) == name);
        var form = Json.GetJsonSchemaAsNode(type).ToJsonString(Indented) + "\n";
        Snapshot.Difference(Path.Combine("tests", "UnitTests", "HouseRules", "Events", $"{name["OpenGov.Contracts.".Length..]}.json"), form).ShouldBeNull();
    }

    [Fact]
    public void An_event_that_was_published_is_still_known() =>
        Directory.GetFiles(Path.Combine(SourceTree.Root, "tests", "UnitTests", "HouseRules", "Events"))
            .Select(file => $"OpenGov.Contracts.{Path.GetFileNameWithoutExtension(file)}")
            .ShouldBeSubsetOf(EventTypes.All.Select(EventTypes.NameOf));
}
