using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Runtime.CompilerServices;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Plans;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class PlanFormatTests
{
    [Fact]
    public void The_schema_carries_the_reader_s_limits()
    {
        var schema = Schema();
        schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        schema["required"]!.AsArray().Select(one => (string)one!).ShouldBe(["formatVersion", "origin", "title", "jurisdiction", "commitments"], ignoreOrder: true);
        schema["properties"]!["title"]!["maxLength"]!.GetValue<int>().ShouldBe(500);
        schema["properties"]!["commitments"]!["maxItems"]!.GetValue<int>().ShouldBe(200);
        schema["properties"]!["number"]!["maximum"]!.GetValue<int>().ShouldBe(99);
        var commitment = schema["properties"]!["commitments"]!["items"]!["properties"]!;
        commitment["territory"]!["items"]!["pattern"].ShouldNotBeNull();
        commitment["types"]!["items"]!["enum"]!.AsArray().Select(one => (string)one!).ShouldContain("ORGANISATIONAL_CHANGE");
        commitment["crossCutting"]!["items"]!["enum"]!.AsArray().Select(one => (string)one!).ShouldContain("AGENDA2030");
    }

    [Fact]
    public void Every_member_of_the_schema_is_explained_in_the_documentation()
    {
        var documentation = Documentation();
        foreach (var name in Names(Schema()).Distinct())
            documentation.ShouldContain(name);
    }

    [Fact]
    public void Documents_that_the_reader_accepts_have_only_members_of_the_schema()
    {
        foreach (var plan in new[] { SamplePlan.Own(), SamplePlan.Federal() })
        {
            using var parsed = PlanReader.Parse(Encoding.UTF8.GetBytes(plan.ToJsonString())).Value;
            parsed.Plan.Title.ShouldBe((string)plan["title"]!);
        }
    }

    [Fact]
    public void The_small_plan_of_the_documentation_is_accepted_in_form()
    {
        var text = Documentation();
        var example = text[text.IndexOf("## A small imported plan", StringComparison.Ordinal)..];
        var json = example[(example.IndexOf("```json", StringComparison.Ordinal) + 7)..];
        using var parsed = PlanReader.Parse(Encoding.UTF8.GetBytes(json[..json.IndexOf("```", StringComparison.Ordinal)])).Value;
        parsed.Plan.Commitments.Single().OgpId.ShouldBe("JAL0008");
    }

    [Fact]
    public void A_document_survives_the_way_through_its_canonical_form()
    {
        using var parsed = PlanReader.Parse(Encoding.UTF8.GetBytes(SamplePlan.Own().ToJsonString())).Value;
        var bytes = CanonicalJson.Serialize(parsed.Plan);
        CanonicalJson.Serialize(CanonicalJson.Read<PlanDocument>(bytes)).ShouldBe(bytes);
    }

    private static JsonObject Schema() => JsonNode.Parse(PlanSchema.Utf8.Span)!.AsObject();

    private static string Documentation([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/plan-format.md")));

    private static IEnumerable<string> Names(JsonNode? node) => node switch
    {
        JsonObject schema => (schema["properties"] is JsonObject properties ? properties.Select(one => one.Key) : [])
            .Concat(schema.SelectMany(member => Names(member.Value))),
        JsonArray list => list.SelectMany(Names),
        _ => [],
    };
}
