using System.Text.RegularExpressions;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Documentation;

/// <summary>The tests of this repository, as their sources declare them: also those of projects that this one does not refer to.</summary>
internal static partial class TestSources
{
    /// <summary><c>Class.Method</c> of every method that is marked as a test.</summary>
    public static IEnumerable<string> All() => Directory.GetFiles(Path.Combine(SourceTree.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(file => Of(File.ReadLines(file)));

    /// <summary>A test belongs to the class that was declared last before it; its mark stands before it, perhaps with data between.</summary>
    internal static IEnumerable<string> Of(IEnumerable<string> lines)
    {
        var (owner, isMarked) = ("", false);
        foreach (var line in lines)
        {
            if (Class().Match(line) is { Success: true } declared)
                (owner, isMarked) = (declared.Groups["name"].Value, false);
            isMarked |= Mark().IsMatch(line);
            if (Method().Match(line) is not { Success: true } method)
                continue;
            if (isMarked)
                yield return $"{owner}.{method.Groups["name"].Value}";
            isMarked = false;
        }
    }

    [GeneratedRegex(@"^(public |internal )?((sealed|abstract|static|partial) )*(class|record) (?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s*\[(Fact|Theory|Property)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Mark();

    [GeneratedRegex(@"^\s*(public|private|internal|protected) [\w<>\[\], ?.()]*?(?<name>\w+)\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Method();
}
