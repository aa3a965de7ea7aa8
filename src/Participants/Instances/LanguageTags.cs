using System.Text.RegularExpressions;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Instances;

/// <summary>BCP 47 tags. No closed list: INALI alone counts 364 variants (SPEC §4.5). Spanish is always among them, what lacks a translation falls back to it.</summary>
public static partial class LanguageTags
{
    public const int Max = 20;

    public static IReadOnlyList<string> Read(Fields fields, IReadOnlyList<string?>? given)
    {
        if (given is not { Count: > 0 })
        {
            fields.Refuse(Refusal.Invalid("languages", "field_required"));
            return [];
        }

        if (given.Count > Max)
            fields.Refuse(Refusal.Invalid("languages", "languages_too_many", Max));
        for (var index = 0; index < given.Count; index++)
        {
            if (given[index] is not { } tag || !Tag().IsMatch(tag))
                fields.Refuse(Refusal.Invalid(FormattableString.Invariant($"/languages/{index}"), "language_tag_invalid"));
        }

        var tags = given.OfType<string>().Select(Canonical).ToList();
        if (tags.Distinct(StringComparer.Ordinal).Count() != tags.Count)
            fields.Refuse(Refusal.Invalid("languages", "languages_repeated"));
        if (!tags.Exists(tag => tag == "es" || tag.StartsWith("es-", StringComparison.Ordinal)))
            fields.Refuse(Refusal.Rule("languages_need_spanish", "languages"));
        return tags;
    }

    /// <summary>RFC 5646 §2.1.1: language in small letters, script capitalised, region in capitals.</summary>
    private static string Canonical(string tag) => string.Join('-', tag.Split('-').Select((part, index) => (index, part.Length) switch
    {
        (> 0, 4) when char.IsAsciiLetter(part[0]) => char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant(),
        (> 0, 2) => part.ToUpperInvariant(),
        _ => part.ToLowerInvariant(),
    }));

    /// <summary>Language, script, region, variants (RFC 5646 §2.1); extensions and private use are not needed here.</summary>
    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
