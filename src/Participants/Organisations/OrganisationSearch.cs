namespace OpenGov.Participants.Organisations;

/// <param name="Beginning">Query of the words that begin so.</param>
/// <param name="Accented">The word as the Spanish dictionary stems it.</param>
internal sealed record SearchWord(string Beginning, string Accented);

/// <summary>
/// Search in any order, without regard to case and accents: by beginnings of words, or by their Spanish stems, so that
/// "organizaciones" finds an "Organización". What only joins words in a name does not count.
/// </summary>
internal static class OrganisationSearch
{
    /// <summary>More words than names have; the rest is not searched.</summary>
    private const int MostWords = 12;

    private static readonly HashSet<string> Joining = new(StringComparer.Ordinal) { "a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "lo", "los", "o", "para", "por", "u", "un", "una", "y" };

    /// <returns>Nothing where the text has no letter and no digit.</returns>
    public static IReadOnlyList<SearchWord> WordsOf(string text)
    {
        // Letters and digits only: nothing in them is an operator of a query.
        var all = OrganisationNames.WordsOf(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        var told = all.FindAll(word => !Joining.Contains(word));
        return [.. (told.Count > 0 ? told : all).Take(MostWords).Select(word => new SearchWord($"'{word}':*", Accent(word)))];
    }

    /// <summary>The dictionary knows the commonest ending only with its accent; the index is made the same way.</summary>
    private static string Accent(string word) =>
        word.EndsWith("cion", StringComparison.Ordinal) || word.EndsWith("sion", StringComparison.Ordinal) ? word[..^2] + "ón" : word;
}
