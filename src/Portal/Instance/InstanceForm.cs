using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Instance;

/// <summary>The settings of the instance as a form: the same fields in the set-up and in the administration.</summary>
internal static class InstanceForm
{
    public const string Fields = "name cveEnt guarantor.name guarantor.acronym publicAddress theme.primaryColour theme.accentColour exampleData";

    /// <summary>The body that Participants takes.</summary>
    public static object Body(FormState form, IReadOnlyList<string>? languages) => new
    {
        cveEnt = form.ValueOrNull("cveEnt"),
        name = form.ValueOrNull("name"),
        guarantor = new { name = form.ValueOrNull("guarantor.name"), acronym = form.ValueOrNull("guarantor.acronym"), kind = "GUARANTOR" },
        publicAddress = form.ValueOrNull("publicAddress"),
        theme = new { primaryColour = form.ValueOrNull("theme.primaryColour"), accentColour = form.ValueOrNull("theme.accentColour") },
        languages = languages is { Count: > 0 } ? languages : ["es-MX", "en"],
        exampleData = form.IsChecked("exampleData"),
    };

    public static FormState From(InstanceView instance) => new FormState()
        .Set("cveEnt", instance.CveEnt)
        .Set("name", instance.Name)
        .Set("guarantor.name", instance.Guarantor?.Name)
        .Set("guarantor.acronym", instance.Guarantor?.Acronym)
        .Set("publicAddress", instance.PublicAddress)
        .Set("theme.primaryColour", instance.Theme?.PrimaryColour)
        .Set("theme.accentColour", instance.Theme?.AccentColour)
        .Set("languages", string.Join(", ", instance.Languages ?? []))
        .Set("exampleData", instance.ExampleData ? "true" : "")
        .Set(FormState.VersionField, instance.Version);

    public static async Task<InstanceFormModel> ModelAsync(ParticipantsApi participants, FormState form, string? done = null)
    {
        var states = await participants.StatesAsync();
        var choices = (states.Value?.Items ?? []).Select(state => new Choice(state.CveEnt, state.CommonName ?? state.Name)).ToList();
        return new InstanceFormModel(form, choices, done);
    }
}

public sealed record InstanceFormModel(FormState Form, IReadOnlyList<Choice> States, string? Done);
