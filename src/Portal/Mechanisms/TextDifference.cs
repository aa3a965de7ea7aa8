namespace OpenGov.Portal.Mechanisms;

public enum LineChange { Same, Removed, Added }

/// <summary>What one text says otherwise than another, line by line: the longest common lines stay, the others go or come.</summary>
internal static class TextDifference
{
    /// <summary>Pairs of lines that are compared: a text of a thousand lines against another. Beyond it everything goes and everything comes.</summary>
    private const long MostPairs = 1_000_000;

    public static IReadOnlyList<(LineChange Change, string Line)> Between(string before, string after)
    {
        var (old, next) = (Lines(before), Lines(after));
        if ((long)old.Length * next.Length > MostPairs)
            return [.. old.Select(line => (LineChange.Removed, line)), .. next.Select(line => (LineChange.Added, line))];
        var common = new int[old.Length + 1, next.Length + 1];
        for (var row = old.Length - 1; row >= 0; row--)
        {
            for (var column = next.Length - 1; column >= 0; column--)
                common[row, column] = old[row] == next[column] ? common[row + 1, column + 1] + 1 : Math.Max(common[row + 1, column], common[row, column + 1]);
        }

        var lines = new List<(LineChange, string)>();
        var (at, to) = (0, 0);
        while (at < old.Length || to < next.Length)
        {
            if (at < old.Length && to < next.Length && old[at] == next[to])
            {
                lines.Add((LineChange.Same, old[at++]));
                to++;
            }
            else if (to == next.Length || (at < old.Length && common[at + 1, to] >= common[at, to + 1]))
            {
                lines.Add((LineChange.Removed, old[at++]));
            }
            else
            {
                lines.Add((LineChange.Added, next[to++]));
            }
        }

        return lines;
    }

    private static string[] Lines(string text) => [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0)];
}
