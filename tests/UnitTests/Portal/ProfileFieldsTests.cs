using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Portal.Forms;
using OpenGov.Portal.LegalProfile;

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
