namespace OpenGov.Participants.Privacy;

/// <summary>
/// Counts of people that may be shown: cells below the threshold (SPEC §4.3, §8 <c>small_cell_threshold</c>) are left out, and where
/// only one would be, the next smallest too, since a total gives the missing one away.
/// </summary>
public static class SmallCells
{
    /// <summary>Whether counts that others can subtract from one another may be shown: none of them is of few people. Otherwise none is, not even a zero.</summary>
    public static bool MayBeShown(IEnumerable<int> counts, int threshold) => !counts.Any(count => count > 0 && count < threshold);

    /// <returns>Null for a count that must not be shown. Zero is shown: it is nobody's.</returns>
    public static IReadOnlyDictionary<TKey, int?> Suppress<TKey>(IReadOnlyDictionary<TKey, int> counts, int threshold) where TKey : notnull
    {
        var hidden = counts.Where(pair => pair.Value > 0 && pair.Value < threshold).Select(pair => pair.Key).ToHashSet();
        if (hidden.Count > 0 && hidden.Sum(key => counts[key]) < threshold)
        {
            foreach (var (key, _) in counts.Where(pair => pair.Value > 0 && !hidden.Contains(pair.Key)).OrderBy(pair => pair.Value).Take(1))
                hidden.Add(key);
        }

        return counts.ToDictionary(pair => pair.Key, pair => hidden.Contains(pair.Key) ? (int?)null : pair.Value);
    }
}
