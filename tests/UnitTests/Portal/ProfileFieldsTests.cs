using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Portal.Forms;
using OpenGov.Portal.LegalProfile;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Portal;

public sealed class ProfileFieldsTests
{
    /// <summary>Lists with forms of their own on the page.</summary>
    private static readonly string[] Apart = ["guarantors", "legalBasis"];

    [Fact]
    public void Every_parameter_of_SPEC_8_stands_in_the_form_with_its_meaning_in_both_languages()
    {
        var shown = ProfileFields.All.Select(field => field.Name.Split('.')[0]).Concat(Apart).ToHashSet();
        Defaults().Select(pair => pair.Key).Where(name => !shown.Contains(name)).ShouldBeEmpty();
        foreach (var culture in new[] { new CultureInfo("es-MX"), new CultureInfo("en") })
        {
            foreach (var field in ProfileFields.All)
            {
                OpenGov.Portal.Text.Find($"legal.label_{field.Key}", culture).ShouldNotBeNullOrWhiteSpace(field.Name);
                OpenGov.Portal.Text.Find($"legal.hint_{field.Key}", culture).ShouldNotBeNullOrWhiteSpace(field.Name);
            }

            foreach (var section in ProfileFields.Sections)
                OpenGov.Portal.Text.Find($"legal.section_{section.Key}", culture).ShouldNotBeNullOrWhiteSpace(section.Key);
        }
    }

    [Fact]
    public void A_parameter_that_no_rule_reads_says_so_and_each_other_is_read()
    {
        // Outside the profile itself, which writes, checks and shows all of them; what other services apply travels under names of its own.
        var sources = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src", "Participants"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src", "ActionPlans"), "*.cs", SearchOption.AllDirectories))
            .Where(file => (!file.Contains("/LegalProfiles/", StringComparison.Ordinal) || file.EndsWith("LegalProfileInForce.cs", StringComparison.Ordinal)) && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        var travels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["completionThresholds.0"] = "SubstantialFrom", ["completionThresholds.1"] = "CompleteFrom", ["reportingPeriod"] = "ReportingPeriodMonths",
        };
        foreach (var field in ProfileFields.All)
        {
            var parts = field.Name.Split('.');
            var name = travels.GetValueOrDefault(field.Name) ?? (parts[0] is "privacy" or "retention" or "ogp" or "nationalReturn" ? parts[1] : parts[0]);
            var read = new System.Text.RegularExpressions.Regex($@"\b(profile|rules|parameters|terms|retention|privacy|ogp|nationalReturn|legalProfile|PrivacyTerms\(\))\)?[?!]?\.{name}\b", System.Text.RegularExpressions.RegexOptions.IgnoreCase, TimeSpan.FromSeconds(5));
            sources.Exists(read.IsMatch).ShouldBe(!field.IsOnlyRecorded, field.Name);
        }
    }

    [Fact]
    public void Rules_that_are_shown_and_sent_back_unchanged_are_the_same()
    {
        var parameters = Defaults();
        parameters["decisionRules"]!["PLAN_APPROVAL"] = "TWO_THIRDS";
        parameters["decisionRules"]!["ANOTHER_MATTER"] = "CONSENSUS";
        parameters["subsectors"]!["BUSINESS"] = "PUBLIC_BODY";
        parameters["themes"] = new JsonArray("EDUCACION", "JUSTICIA");
        parameters["nationalReturn"]!["recipient"] = "Quien se designe";
        var sent = Defaults();
        sent["decisionRules"]!["ANOTHER_MATTER"] = "CONSENSUS";
        var form = new FormState();
        ProfileFields.Show(parameters, form);
        form.HasErrors.ShouldBeFalse();
        ProfileFields.Take(form, sent);
        JsonNode.DeepEquals(sent, parameters).ShouldBeTrue(sent.ToJsonString());
        ParameterRules.Check(ProfileParameters.Read(sent.ToJsonString())).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_number_is_named_and_a_limit_may_be_missing()
    {
        var form = new FormState();
        ProfileFields.Show(Defaults(), form);
        form.Set("graceDays", "quince").Set("replyDays", "").Set("maxCommitments", "").Set("maxSeatsPerSector", "dos");
        ProfileFields.CheckNumbers(form);
        form.Errors.Select(error => error.Field).ShouldBe(["maxSeatsPerSector", "replyDays", "graceDays"], ignoreOrder: true);
    }

    [Fact]
    public void Nothing_chosen_of_a_map_is_not_mapped()
    {
        var parameters = Defaults();
        parameters["subsectors"]!["BUSINESS"] = "PUBLIC_BODY";
        var form = new FormState();
        ProfileFields.Show(parameters, form);
        form.Set("subsectors.BUSINESS", "");
        ProfileFields.Take(form, parameters);
        parameters["subsectors"]!.AsObject().ShouldBeEmpty();
    }

    private static JsonObject Defaults() => JsonNode.Parse(ProfileParameters.Write(new ProfileParameters()))!.AsObject();
}
