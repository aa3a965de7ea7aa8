namespace OpenGov.Participants.Organisations;

/// <summary>Search by beginnings of words, in any order, without regard to case and accents.</summary>
internal static class OrganisationSearch
{
    /// <summary>More words than names have; the rest is not searched.</summary>
    private const int MostWords = 12;

    /// <returns>Null where the text has no letter and no digit.</returns>
    public static string? QueryOf(string text)
    {
        // Letters and digits only: nothing in them is an operator of a query.
        var words = OrganisationNames.WordsOf(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostWords).Distinct(StringComparer.Ordinal).ToList();
        return words.Count == 0 ? null : string.Join(" & ", words.Select(word => $"'{word}':*"));
    }
}
