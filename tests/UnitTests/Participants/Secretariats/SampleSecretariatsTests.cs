using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>The secretariats of the sample bear the names of real bodies: what their sources do not say is marked, and no rule is shown of them that no body has.</summary>
public sealed class SampleSecretariatsTests
{
    private const string Mark = "(dato de ejemplo)";

    /// <summary>The reference names it: "presides_and_coordinates" of Oaxaca.</summary>
    private static readonly (string Office, string Organisation)[] Published = [("CHAIR", "IAIPO")];

    private static readonly JsonArray Secretariats = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "..", "src", "SampleLoader", "Data", "secretariats.json")))!["secretariats"]!.AsArray();

    [Fact]
    public void Who_holds_an_office_and_where_it_was_installed_are_published_or_marked_as_example()
    {
        foreach (var stl in Secretariats)
        {
            foreach (var office in stl!["offices"]!.AsArray().Select(one => (Office: Text(one!["office"]), Organisation: Text(one["organisation"]))))
                (Published.Contains(office) || office.Organisation.Contains(Mark, StringComparison.Ordinal)).ShouldBeTrue($"{stl["name"]}: {office}");
            Text(stl["place"]).ShouldContain("dato de ejemplo");
            foreach (var part in new[] { "integration", "functions", "operation", "decisions" })
                Text(stl["mechanism"]![part]).ShouldContain(Mark);
        }
    }

    [Fact]
    public void No_seat_of_civil_society_is_said_to_be_elected_where_no_source_says_so()
    {
        var elected = Holders().Where(one => one.Sector == "CIVIL_SOCIETY" && Text(one.Holder["access"]) == "ELECTION").Select(one => one.Holder).ToList();
        elected.ShouldNotBeEmpty();
        elected.ShouldAllBe(one => Text(one["document"]).Contains(Mark));
        Holders().ShouldAllBe(one => Text(one.Holder["document"]).Contains("dato de ejemplo"));
    }

    [Fact]
    public void Ordinary_sessions_are_convened_with_the_notice_of_the_specification() =>
        Secretariats.ShouldAllBe(stl => stl!["mechanism"]!["parameters"]!["noticeOrdinaryDays"]!.GetValue<int>() == 5);

    /// <summary>INV-08: a sector with nobody would have suspended it.</summary>
    [Fact]
    public void INV_08_each_sector_has_somebody_on_every_day_since_the_installation()
    {
        // "current" terms begin some months ago; any day after the fixed ones stands for it.
        var current = new DateOnly(2026, 6, 1);
        foreach (var stl in Secretariats)
        {
            foreach (var sector in new[] { "CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR" })
            {
                var terms = Holders().Where(one => one.Secretariat == stl && one.Sector == sector && Text(one.Holder["role"]) == "TITULAR")
                    .Select(one => (From: Day(one.Holder["from"]!), Until: one.Holder["until"] is { } until ? Day(until) : DateOnly.MaxValue)).OrderBy(term => term.From).ToList();
                var day = Day(stl!["installedOn"]!);
                while (day <= current)
                {
                    var next = terms.Where(term => term.From <= day).Select(term => term.Until).DefaultIfEmpty(DateOnly.MinValue).Max();
                    next.ShouldBeGreaterThan(day, $"{stl["name"]}, {sector}: nobody on {day:yyyy-MM-dd}");
                    day = next;
                }
            }
        }

        DateOnly Day(JsonNode day) => Text(day) == "current" ? current : DateOnly.ParseExact(Text(day), "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(JsonNode? Secretariat, string Sector, JsonNode Holder)> Holders() =>
        from stl in Secretariats from seat in stl!["seats"]!.AsArray() from holder in seat!["holders"]!.AsArray() select (stl, Text(seat["sector"]), holder);

    private static string Text(JsonNode? value) => value!.GetValue<string>();

    private static string Here([CallerFilePath] string path = "") => path;
}
