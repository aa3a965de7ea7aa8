using System.Globalization;
using System.Text;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

/// <summary>
/// The RFC of a legal person: three letters, the day of its founding, two characters against homonyms and a check character
/// (modulus 11, annex of the resolution that governs the RFC). That of a natural person (13 characters) is personal data and is refused.
/// </summary>
public static class Rfc
{
    /// <summary>A character's value is its place.</summary>
    private const string Values = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";

    public static Result<string> Read(string field, string given)
    {
        var rfc = TaxIds.Clean(given);
        if (rfc.Length == 13)
            return Refusal.Invalid(field, "rfc_of_a_natural_person");
        if (rfc.Length != 12 || !rfc[..3].All(TaxIds.IsLetter) || !TaxIds.IsDay(rfc[3..9]) || !rfc[9..].All(character => character is (>= '0' and <= '9') or (>= 'A' and <= 'Z')))
            return Refusal.Invalid(field, "rfc_invalid");
        return rfc[11] == CheckOf(rfc) ? rfc : Refusal.Invalid(field, "rfc_check_wrong");
    }

    private static char CheckOf(string rfc)
    {
        // Thirteen places; a legal person's first is blank.
        var sum = Values.IndexOf(' ', StringComparison.Ordinal) * 13;
        for (var place = 0; place < 11; place++)
            sum += Values.IndexOf(rfc[place], StringComparison.Ordinal) * (12 - place);
        return (sum % 11) switch { 0 => '0', 1 => 'A', var rest => (char)('0' + 11 - rest) };
    }
}

/// <summary>
/// The key of the federal register of civil-society organisations: the first nine characters of the RFC, the state, two digits
/// and a letter. How the letter is made is not published; everything else is checked.
/// </summary>
public static class Cluni
{
    public static Result<string> Read(string field, string given, string? rfc)
    {
        var cluni = TaxIds.Clean(given);
        if (cluni.Length != 14 || !cluni[..3].All(TaxIds.IsLetter) || !TaxIds.IsDay(cluni[3..9]) || State.Find(cluni[9..11]) is null
            || !cluni[11..13].All(char.IsAsciiDigit) || !char.IsAsciiLetterOrDigit(cluni[13]))
        {
            return Refusal.Invalid(field, "cluni_invalid");
        }

        return rfc is not null && !cluni.StartsWith(rfc[..9], StringComparison.Ordinal) ? Refusal.Invalid(field, "cluni_not_of_rfc") : cluni;
    }
}

internal static class TaxIds
{
    /// <summary>As people copy them: in small letters, with hyphens and spaces.</summary>
    public static string Clean(string given)
    {
        var text = new StringBuilder(given.Length);
        foreach (var character in given)
        {
            if (character is not (' ' or '-' or '.' or '\u00a0'))
                text.Append(char.ToUpperInvariant(character));
        }

        return text.ToString();
    }

    public static bool IsLetter(char character) => character is (>= 'A' and <= 'Z') or 'Ñ' or '&';

    public static bool IsDay(string text) =>
        text.All(char.IsAsciiDigit) && DateOnly.TryParseExact("20" + text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        // 29 February of a leap year of the last century only.
        || text.All(char.IsAsciiDigit) && DateOnly.TryParseExact("19" + text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
