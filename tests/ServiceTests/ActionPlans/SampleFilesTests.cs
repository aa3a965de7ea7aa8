using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using static OpenGov.ServiceTests.ActionPlans.Steps;

namespace OpenGov.ServiceTests.ActionPlans;

/// <summary>The documents that --sample loads are real plans: they have to pass every rule, and show what their sources print.</summary>
public sealed class SampleFilesTests(ActionPlansHost service) : IClassFixture<ActionPlansHost>
{
    [Fact]
    public async Task The_sample_of_Estado_de_Mexico_can_be_published()
    {
        var organisations = JsonNode.Parse(Read("organisations.json"))!["organisations"]!.AsArray();
        var facts = organisations.Select(one => new OrganisationRegisteredV1(
            Guid.CreateVersion7(),
            1,
            new OrganisationDetails(
                (string)one!["name"]!, (string?)one["acronym"], EnumCodes.Parse<OrganisationKind>((string)one["kind"]!), Sector.PublicBody, (string?)one["cvegeo"])));
        await service.DeliverAsync(Owners.Participants, [.. facts]);

        var plan = JsonNode.Parse(Read("estado-de-mexico-2020.json"))!.AsObject();
        var published = await service.PublishAsync(plan);
        published.GetProperty("planVersion").GetInt32().ShouldBe(1);
        using var visitor = service.Client();
        var commitments = (await (await visitor.GetAsync($"{Api}/commitments")).JsonAsync()).GetProperty("items");
        var page = await service.CommitmentAsync(commitments[0].GetProperty("identifier").GetString()!);
        page.GetProperty("keyActions").GetArrayLength().ShouldBe(3);
        page.GetProperty("keyActions").EnumerateArray().Sum(action => action.GetProperty("activities").GetArrayLength()).ShouldBe(7);
        page.GetProperty("exampleFields").GetArrayLength().ShouldBeGreaterThan(0);
        page.GetProperty("plan").GetProperty("exampleData").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task The_samples_of_Jalisco_and_the_federation_are_shown_as_printed()
    {
        foreach (var (file, count) in new[] { ("jalisco-2019-2020.json", 8), ("federal-2011-2013.json", 15) })
        {
            var imported = await service.ImportAsync(JsonNode.Parse(Read(file))!);
            imported.StatusCode.ShouldBe(HttpStatusCode.Created, await imported.Content.ReadAsStringAsync());
            using var visitor = service.Client();
            var plan = await (await visitor.GetAsync(imported.Headers.Location)).JsonAsync();
            plan.GetProperty("commitments").GetArrayLength().ShouldBe(count);
            plan.GetProperty("commitments").EnumerateArray().ShouldAllBe(one => one.GetProperty("gaps").GetArrayLength() > 0);
            if (count == 15)
                CheckFederal(plan);
        }
    }

    /// <summary>SPEC §3.1, row by row.</summary>
    private static void CheckFederal(JsonElement plan)
    {
        plan.GetProperty("printedResults").GetProperty("headline").GetProperty("percentAsPrinted").GetString().ShouldBe("92");
        string Rate(string reading, string universe) => plan.GetProperty("recomputed").GetProperty("alternatives").EnumerateArray()
            .Single(one => one.GetProperty("reading").GetString() == reading && one.GetProperty("universe").GetString() == universe)
            .GetProperty("rate").GetProperty("exact").GetString()!;
        Rate("FULL_AND_PARTIAL", "HEADINGS").ShouldBe("92.6829");
        Rate("FULL_AND_PARTIAL", "BUCKETS").ShouldBe("90.4762");
        Rate("COMPLETE_ONLY", "HEADINGS").ShouldBe("58.5366");
        Rate("COMPLETE_ONLY", "BUCKETS").ShouldBe("57.1429");
        Rate("PARTIAL_AT_HALF_WEIGHT", "HEADINGS").ShouldBe("75.6098");
        Rate("PARTIAL_AT_HALF_WEIGHT", "BUCKETS").ShouldBe("73.8095");
        plan.GetProperty("discrepancies").EnumerateArray().Select(one => one.GetProperty("code").GetString()).ShouldBe(
            ["GROUP_SUM_DIFFERS", "PARTIAL_COUNTED_AS_FULL", "DENOMINATOR_NOT_FROM_BUCKETS", "PERCENT_TRUNCATED", "SINGLE_CELL_EXPLANATION"]);
    }

    private static string Read(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "OpenGovAspire.sln")))
            folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder.FullName, "src", "SampleLoader", "Data", file));
    }
}
