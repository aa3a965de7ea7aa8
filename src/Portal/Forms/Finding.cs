using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Forms;

/// <param name="Choices">What is chosen already, then what was found.</param>
/// <param name="IsSearched">Something was looked for.</param>
/// <param name="HasMore">More was found than is offered: more of the name tells them apart.</param>
public sealed record Found(IReadOnlyList<Choice> Choices, bool IsSearched, bool HasMore)
{
    public static readonly Found Nothing = new([], false, false);
}

/// <summary>
/// What was found for the fields of a page in which one organisation or account among very many is chosen (<c>FindField</c>). Each
/// such field has a text beside it; the button behind the text sends the form, which comes back with all that was typed and with
/// what was found. Whoever presses Enter with a text and no choice gets the same.
/// </summary>
public sealed class Finding
{
    /// <summary>Name of the button that looks for something; its value is the name of the field.</summary>
    public const string Button = "_buscar";

    /// <summary>More than these are told apart by typing more of the name.</summary>
    private const int Offered = 20;

    private readonly Dictionary<string, Found> found = new(StringComparer.Ordinal);

    private Finding()
    {
    }

    public static string TextOf(string field) => field + ".q";

    public Found Of(string field) => found.GetValueOrDefault(field, Found.Nothing);

    /// <summary>The form was sent to look for something, not to do what it is for.</summary>
    public static bool IsAsked(FormState form, params IEnumerable<string> fields) =>
        fields.Any(field => form.Value(Button) == field || (form.Value(field).Length == 0 && form.Value(TextOf(field)).Length > 0));

    /// <param name="known">Names of organisations that the page has at hand, by their id.</param>
    public static async Task<Finding> OrganisationsAsync(ParticipantsApi participants, FormState form, IEnumerable<string> fields, IReadOnlyDictionary<string, string>? known = null)
    {
        var finding = new Finding();
        foreach (var field in fields)
            finding.found[field] = await OrganisationsAsync(participants, form, field, known);
        return finding;
    }

    /// <summary>Accounts are found by their whole address, or by name where somebody acts for an organisation: they are no directory.</summary>
    public async Task<Finding> AndAccountsAsync(ParticipantsApi participants, FormState form, params IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            var (chosen, text) = (form.Value(field), form.Value(TextOf(field)));
            var choices = new List<Choice>();
            if (Guid.TryParse(chosen, out var id) && await participants.AccountAsync(id) is { Ok: true, Value: { } account })
                choices.Add(ChoiceOf(account));
            if (text.Length > 0 && await participants.LookUpAccountsAsync(text) is { Ok: true, Value: { } other })
                choices.AddRange(other.Items.Select(ChoiceOf).Where(choice => !choices.Exists(one => one.Value == choice.Value)));
            found[field] = Settle(form, field, new Found(choices, text.Length > 0, false));
        }

        return this;
    }

    private static async Task<Found> OrganisationsAsync(ParticipantsApi participants, FormState form, string field, IReadOnlyDictionary<string, string>? known)
    {
        var (chosen, text) = (form.Value(field), form.Value(TextOf(field)));
        var choices = new List<Choice>();
        if (known?.GetValueOrDefault(chosen) is { } name)
            choices.Add(new Choice(chosen, name));
        else if (Guid.TryParse(chosen, out var id) && await participants.OrganisationAsync(id) is { Ok: true, Value: { } organisation })
            choices.Add(ChoiceOf(organisation));
        var listed = text.Length == 0 ? null : (await participants.OrganisationsAsync(text, limit: Offered)).Value;
        choices.AddRange((listed?.Items ?? []).Select(ChoiceOf).Where(choice => !choices.Exists(one => one.Value == choice.Value)));
        return Settle(form, field, new Found(choices, text.Length > 0, listed?.Next is not null));
    }

    /// <summary>What is found alone is what was meant.</summary>
    private static Found Settle(FormState form, string field, Found found)
    {
        if (form.Value(field).Length == 0 && found is { IsSearched: true, Choices: [var only] })
            form.Set(field, only.Value);
        return found;
    }

    private static Choice ChoiceOf(OrganisationView organisation) =>
        new(organisation.Id.ToString(), (organisation.Acronym is { } acronym ? $"{organisation.Name} ({acronym})" : organisation.Name) + " · " + Text.Code("sector", organisation.Sector)
            + (organisation.Municipality is { } place ? $" · {place}" : ""));

    private static Choice ChoiceOf(FoundAccount account) =>
        new(account.Id.ToString(), account.Organisations.Count == 0 ? account.DisplayName : $"{account.DisplayName} ({string.Join(", ", account.Organisations)})");

    private static Choice ChoiceOf(AccountView account) => new(account.Id.ToString(), $"{account.DisplayName} ({account.Email})");
}
