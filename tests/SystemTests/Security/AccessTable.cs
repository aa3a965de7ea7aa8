using System.Globalization;
using System.Runtime.CompilerServices;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// <c>docs/security/access.md</c>: who gets which answer where. People read it, the test holds the system to it; there is no
/// second copy.
/// </summary>
public static class AccessTable
{
    private const string Heading = "| Operation |";

    /// <summary>Expected statuses by operation (<c>GET /api/…</c>), then by caller.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Read()
    {
        var lines = File.ReadAllLines(Path.Combine(Checkout(), "docs", "security", "access.md"));
        var callers = Cells(lines.Single(line => line.StartsWith(Heading, StringComparison.Ordinal))).Skip(1).ToArray();
        return lines
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(Cells)
            .ToDictionary(
                cells => cells[0].Trim('`'),
                cells => (IReadOnlyDictionary<string, int>)callers.Zip(cells.Skip(1)).ToDictionary(
                    pair => pair.First, pair => int.Parse(pair.Second, CultureInfo.InvariantCulture), StringComparer.Ordinal),
                StringComparer.Ordinal);
    }

    private static string[] Cells(string line) => [.. line.Trim('|', ' ').Split('|').Select(cell => cell.Trim())];

    private static string Checkout([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
