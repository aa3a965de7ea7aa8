using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenGov.Benchmarks.Harness;

/// <summary>Collects what was measured, prints it as it comes and writes it as Markdown and JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;
    private readonly List<Comparison> comparisons = [];
    private readonly List<Figure> figures = [];
    private readonly List<string> failures = [];

    public bool HasFailures => failures.Count > 0;

    public void Add(Comparison comparison)
    {
        comparisons.Add(comparison);
        Console.WriteLine($"{comparison.Name}: {Number(comparison.Ratio.Median)} ({Number(comparison.Ratio.Least)}–{Number(comparison.Ratio.Most)}) {Verdict(comparison.IsReached, comparison.Target)}"
            + $"   [{Number(Spread.Of(comparison.OurFigures).Median)} / {Number(Spread.Of(comparison.PeerFigures).Median)} {comparison.Unit}]");
    }

    public void Add(Figure figure)
    {
        figures.Add(figure);
        Console.WriteLine($"{figure.Name}: {Number(figure.Value)} {figure.Unit} {Verdict(figure.IsReached, figure.Target)}");
    }

    /// <summary>A measure that could not be taken is said, not left out.</summary>
    public void Fail(string measure, Exception exception)
    {
        failures.Add($"{measure}: {exception.Message}");
        Console.Error.WriteLine($"{measure} FAILED: {exception}");
    }

    /// <returns>The Markdown file.</returns>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, started.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        File.WriteAllText(file + ".md", Markdown());
        File.WriteAllText(file + ".json", JsonSerializer.Serialize(
            new
            {
                Started = started,
                Machine = Machine(),
                Comparisons = comparisons.Select(one => new { one.Name, one.Unit, one.Ours, one.Peer, one.Ratio, Target = one.Target?.ToString(), one.IsReached, one.OurFigures, one.PeerFigures }),
                Figures = figures.Select(one => new { one.Name, one.Unit, one.Value, Target = one.Target?.ToString(), one.IsReached }),
                Failures = failures,
            },
            Json));
        return file + ".md";
    }

    private string Markdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Benchmarks, {started:yyyy-MM-dd HH:mm} UTC").AppendLine();
        text.AppendLine(Machine()).AppendLine();
        text.AppendLine("| measure | ratio: median (range) | target | ours | peer | unit |").AppendLine("|---|---|---|---|---|---|");
        foreach (var one in comparisons)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {one.Name} | **{Number(one.Ratio.Median)}** ({Number(one.Ratio.Least)}–{Number(one.Ratio.Most)}) | {Verdict(one.IsReached, one.Target)} | {Number(Spread.Of(one.OurFigures).Median)} {one.Ours} | {Number(Spread.Of(one.PeerFigures).Median)} {one.Peer} | {one.Unit} |");
        }

        text.AppendLine().AppendLine("| figure | value | unit | target |").AppendLine("|---|---|---|---|");
        foreach (var one in figures)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {one.Name} | {Number(one.Value)} | {one.Unit} | {Verdict(one.IsReached, one.Target)} |");
        foreach (var failure in failures)
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"**Not measured:** {failure}");
        return text.ToString();
    }

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_073_741_824.0:0} GB of memory, load average {LoadAverage()} at the end.");

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Verdict(bool? reached, Target? target) => target is null ? "" : $"{target}: {(reached == true ? "reached" : "MISSED")}";

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
