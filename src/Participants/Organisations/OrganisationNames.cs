using System.Globalization;
using System.Text;

namespace OpenGov.Participants.Organisations;

/// <summary>When two names are one name: to PostgreSQL, to somebody who searches, and to the eye.</summary>
public static class OrganisationNames
{
    /// <summary>
    /// Letters of other scripts, and digits, that look like Latin letters (after Unicode's list of confusables, the part that
    /// common typefaces show alike). Capitals stand apart where a capital looks like another letter than its small form.
    /// </summary>
    private static readonly Dictionary<char, char> Lookalikes = Pairs(
        // Cyrillic
        "аa", "еe", "оo", "рp", "сc", "уy", "хx", "іi", "ѕs", "јj", "һh", "ԁd", "ԛq", "ԝw", "ӏl", "АA", "ВB", "ЕE", "ЅS", "ІI", "ЈJ", "КK", "кk", "МM", "НH", "ОO", "РP", "СC", "ТT", "УY", "ХX", "ҮY",
        // Greek
        "αa", "οo", "ρp", "νv", "ιi", "κk", "υu", "χx", "γy", "ΑA", "ΒB", "ΕE", "ΖZ", "ΗH", "ΙI", "ΚK", "ΜM", "ΝN", "ΟO", "ΡP", "ΤT", "ΥY", "ΧX",
        // Armenian and Latin letters that lost their dot or hook
        "օo", "սu", "հh", "ոn", "ıi", "ɑa", "ɡg", "ɩi", "ʟL", "ⅼl");

    /// <summary>Ends of a name that say the legal form: with or without it, people mean the same organisation.</summary>
    private static readonly string[] LegalForms = ["sociedad anonima de capital variable", "s a de c v", "sa de cv", "s de r l", "s de rl", "asociacion civil", "a c", "ac", "sociedad civil", "s c", "sc", "i a p", "iap", "i b p", "ibp"];

    /// <summary>Without case, accents and doubled spaces: "Instituto de  Acceso" and "instituto de acceso" are one.</summary>
    public static string KeyOf(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
                continue;
            if (!char.IsWhiteSpace(character))
                key.Append(char.ToLowerInvariant(character));
            else if (key.Length > 0 && key[^1] != ' ')
                key.Append(' ');
        }

        return key.ToString().TrimEnd(' ');
    }

    /// <summary>The words of the key, separated by one space: what is searched.</summary>
    public static string WordsOf(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (var character in KeyOf(text))
        {
            if (char.IsLetterOrDigit(character))
                words.Append(character);
            else if (words.Length > 0 && words[^1] != ' ')
                words.Append(' ');
        }

        return words.ToString().TrimEnd(' ');
    }

    /// <summary>The same for names that look alike: other scripts' letters, digits for letters, punctuation and the legal form do not tell them apart.</summary>
    public static string LookOf(string name)
    {
        var latin = new StringBuilder(name.Length);
        foreach (var character in name.Normalize(NormalizationForm.FormKD))
            latin.Append(Lookalikes.GetValueOrDefault(character, character));
        var words = WordsOf(latin.ToString());
        foreach (var form in LegalForms)
        {
            if (words.Length > form.Length && words.EndsWith(form, StringComparison.Ordinal) && words[^(form.Length + 1)] == ' ')
            {
                words = words[..^(form.Length + 1)];
                break;
            }
        }

        return words.Replace(" ", "", StringComparison.Ordinal)
            .Replace('0', 'o').Replace('1', 'l').Replace('i', 'l')
            .Replace("rn", "m", StringComparison.Ordinal).Replace("vv", "w", StringComparison.Ordinal);
    }

    /// <summary>Latin letters beside those of another script: nobody writes a name so who does not want it to pass for another.</summary>
    public static bool MixesScripts(string name)
    {
        var letters = name.Where(char.IsLetter).ToList();
        return letters.Exists(IsLatin) && letters.Exists(letter => !IsLatin(letter));
    }

    private static bool IsLatin(char letter) => letter is < '\u0250' or (>= '\u1e00' and <= '\u1eff') or 'ʼ' or 'ꞌ' or 'Ꞌ';

    private static Dictionary<char, char> Pairs(params ReadOnlySpan<string> pairs)
    {
        var map = new Dictionary<char, char>();
        foreach (var pair in pairs)
            map[pair[0]] = pair[1];
        return map;
    }
}
