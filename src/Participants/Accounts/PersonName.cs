using OpenGov.Participants.Http;
using OpenGov.Participants.Organisations;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Accounts;

/// <summary>
/// What a person is called, name or pseudonym, 1 to 120 characters. Accounts and invitations take no other text, so that no way of writing a name goes round
/// its rules: like an organisation's, it does not pass for another by letters of another alphabet.
/// </summary>
public sealed record PersonName
{
    public const int MaxLength = 120;

    private PersonName(string text) => Text = text;

    public string Text { get; }

    /// <returns>Null where it is refused; the reason is among the fields'.</returns>
    public static PersonName? Read(Fields fields, string field, string? given)
    {
        var before = fields.Refusals.Count;
        var text = fields.Text(field, given, 1, MaxLength);
        if (OrganisationNames.MixesScripts(text))
            fields.Refuse(Refusal.Invalid(field, "name_mixes_scripts"));
        return fields.Refusals.Count == before ? new PersonName(text) : null;
    }

    /// <summary>The same where a name may be missing.</summary>
    public static PersonName? ReadOptional(Fields fields, string field, string? given) => string.IsNullOrWhiteSpace(given) ? null : Read(fields, field, given);

    /// <summary>Under which a name is searched: as organisations are, without case and accents. PostgreSQL's <c>name_key</c> is the same of the names that are kept.</summary>
    public static string KeyOf(string text) => OrganisationNames.KeyOf(text);

    public override string ToString() => Text;
}
