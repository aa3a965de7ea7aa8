using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OpenGov.UnitTests.Documentation;

/// <summary><c>docs/security/asvs-5.md</c> names every requirement once, counts them rightly, and names only tests that run.</summary>
public sealed partial class AsvsTests
{
    /// <summary>Requirements of levels 1 and 2 in OWASP ASVS 5.0.0, by section.</summary>
    private const string Requirements = """
        V1.1:1,2 V1.2:1,2,3,4,5,6,7,8,9 V1.3:1,2,3,4,5,6,7,8,9,10,11 V1.4:1,2,3 V1.5:1,2 V2.1:1,2,3 V2.2:1,2,3 V2.3:1,2,3,4 V2.4:1
        V3.2:1,2 V3.3:1,2,3,4 V3.4:1,2,3,4,5,6 V3.5:1,2,3,4,5 V3.7:1,2 V4.1:1,2,3 V4.2:1 V4.3:1,2 V4.4:1,2,3,4 V5.1:1 V5.2:1,2,3 V5.3:1,2
        V5.4:1,2,3 V6.1:1,2,3 V6.2:1,2,3,4,5,6,7,8,9,10,11,12 V6.3:1,2,3,4 V6.4:1,2,3,4 V6.5:1,2,3,4,5 V6.6:1,2,3 V6.8:1,2,3,4 V7.1:1,2,3
        V7.2:1,2,3,4 V7.3:1,2 V7.4:1,2,3,4,5 V7.5:1,2 V7.6:1,2 V8.1:1,2 V8.2:1,2,3 V8.3:1 V8.4:1 V9.1:1,2,3 V9.2:1,2,3,4 V10.1:1,2
        V10.2:1,2 V10.3:1,2,3,4 V10.4:1,2,3,4,5,6,7,8,9,10,11 V10.5:1,2,3,4,5 V10.6:1,2 V10.7:1,2,3 V11.1:1,2 V11.2:1,2,3 V11.3:1,2,3
        V11.4:1,2,3,4 V11.5:1 V11.6:1 V12.1:1,2,3 V12.2:1,2 V12.3:1,2,3,4 V13.1:1 V13.2:1,2,3,4,5 V13.3:1,2 V13.4:1,2,3,4,5 V14.1:1,2
        V14.2:1,2,3,4 V14.3:1,2,3 V15.1:1,2,3 V15.2:1,2,3 V15.3:1,2,3,4,5,6,7 V16.1:1 V16.2:1,2,3,4,5 V16.3:1,2,3,4 V16.4:1,2,3
        V16.5:1,2,3 V17.1:1 V17.2:1,2,3,4 V17.3:1,2
        """;

    private static readonly string[] States = ["held", "partly", "n/a", "open"];

    [Fact]
    public void Every_requirement_of_levels_1_and_2_is_in_the_table_once()
    {
        var expected = Requirements.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(section => section.Split(':'))
            .SelectMany(section => section[1].Split(',').Select(number => $"{section[0]}.{number}")).ToList();
        expected.Count.ShouldBe(253);
        var rows = Rows();
        rows.Select(row => row[0]).ShouldBe(expected, ignoreOrder: true);
        foreach (var row in rows)
        {
            row.Length.ShouldBe(5, row[0]);
            States.ShouldContain(row[3], row[0]);
            row[4].ShouldNotBeEmpty(row[0]);
        }
    }

    [Fact]
    public void The_figures_above_the_table_are_those_of_the_table()
    {
        var counted = Rows().CountBy(row => row[3]).ToDictionary(StringComparer.Ordinal);
        File.ReadAllText(Table()).ShouldContain($"\nHeld {counted["held"]}, partly {counted["partly"]}, not applicable {counted["n/a"]}, open {counted["open"]}.\n");
    }

    /// <summary>A method that a runner runs, of exactly that class: a helper of the same name, or one in a file of that name, holds nothing.</summary>
    [Fact]
    public void Every_test_that_the_table_names_is_one_that_runs()
    {
        var known = TestSources.All().ToHashSet(StringComparer.Ordinal);
        var named = Rows().SelectMany(row => Named().Matches(row[4])).Select(match => match.Groups["test"].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(80);
        named.Where(test => !known.Contains(test)).ShouldBeEmpty();
    }

    /// <summary>Whatever stands in the table as a name of our tests is one: a class by itself would say nothing.</summary>
    [Fact]
    public void No_row_names_a_class_without_the_test() =>
        Rows().SelectMany(row => ClassAlone().Matches(row[4]).Select(match => $"{row[0]}: {match.Value}")).ShouldBeEmpty();

    [Fact]
    public void Every_document_that_the_table_names_exists() =>
        Rows().SelectMany(row => Document().Matches(row[4])).Select(match => match.Groups["path"].Value).Distinct()
            .Where(path => !File.Exists(Path.Combine(Checkout(), path))).ShouldBeEmpty();

    private static List<string[]> Rows() =>
        [.. File.ReadLines(Table()).Where(line => line.StartsWith("| V", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split('|').Select(cell => cell.Trim()).ToArray())];

    private static string Table() => Path.Combine(Checkout(), "docs", "security", "asvs-5.md");

    private static string Checkout([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    [GeneratedRegex(@"`(?<test>\w+Tests\.\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Named();

    [GeneratedRegex(@"`\w+Tests`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ClassAlone();

    [GeneratedRegex(@"`(?<path>docs/[\w./-]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Document();
}
