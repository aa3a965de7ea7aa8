using System.Collections.Frozen;
using System.Globalization;
using Microsoft.VisualBasic.FileIO;

namespace OpenGov.ActionPlans.Reference;

/// <summary>A goal ("16") or target ("11.b") of the 2030 Agenda (SPEC §6.4).</summary>
/// <param name="Goal">1 to 17.</param>
/// <param name="Uri">For example <c>http://metadata.un.org/sdg/11.b</c>.</param>
public sealed record SdgEntry(string Code, int Goal, string Uri, string TitleEs, string TitleEn)
{
    public bool IsGoal => !Code.Contains('.', StringComparison.Ordinal);
    public string Title => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? TitleEn : TitleEs;
}

/// <summary>The 17 goals and 169 targets, in the order of the United Nations' list.</summary>
public static class SdgCatalogue
{
    public static IReadOnlyList<SdgEntry> Goals { get; } = Read("sdg.csv", row => new SdgEntry(row["goal"], Whole(row["goal"]), row["uri"], row["title_es"], row["title_en"]));

    public static IReadOnlyList<SdgEntry> Targets { get; } = Read("sdg-targets.csv", row => new SdgEntry(row["target"], Whole(row["goal"]), row["uri"], row["title_es"], row["title_en"]));

    private static readonly FrozenDictionary<string, SdgEntry> ByCode = Goals.Concat(Targets).ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    public static SdgEntry? Find(string code) => ByCode.GetValueOrDefault(code);

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static List<SdgEntry> Read(string file, Func<Dictionary<string, string>, SdgEntry> entry)
    {
        using var stream = typeof(SdgCatalogue).Assembly.GetManifestResourceStream($"reference/{file}")!;
        using var parser = new TextFieldParser(stream) { Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        var header = parser.ReadFields()!;
        var entries = new List<SdgEntry>();
        while (parser.ReadFields() is { } fields)
            entries.Add(entry(header.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)));
        return entries;
    }
}
