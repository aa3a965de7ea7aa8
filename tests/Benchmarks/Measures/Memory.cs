using System.Diagnostics;
using System.Globalization;
using OpenGov.Benchmarks.Harness;

namespace OpenGov.Benchmarks.Measures;

/// <summary>Memory of each process (proportional set size, its children included), at rest and at its highest under load.</summary>
internal static class Memory
{
    public static void AtRest(MeasuredSystem system, Report report)
    {
        foreach (var (name, megabytes) in Read(system))
            report.Add(new Figure($"memory at rest: {name}", "MB", megabytes));
    }

    private const int ReportsASecond = 50;

    private const int ExportReaders = 4;

    /// <summary>Uncached pages, cached pages, exports and 50 reports a second at once.</summary>
    public static async Task UnderLoadAsync(MeasuredSystem system, Report report, Settings settings)
    {
        using var liaison = await Liaison.SignInAsync(system);
        var activities = System.Threading.Channels.Channel.CreateUnbounded<ReportedActivity>();
        foreach (var activity in await liaison.ActivitiesAsync(16))
            activities.Writer.TryWrite(activity);
        var seconds = settings.Seconds * 4;
        var load = Task.WhenAll(
            Wrk.PressAsync(system.At(MeasuredSystem.UncachedGateway, "/compromisos"), seconds),
            Wrk.PressAsync(system.At("gateway", "/compromisos"), seconds),
            Task.WhenAll(Enumerable.Range(0, ExportReaders).Select(_ => ReadExportsAsync(system.At("gateway", "/datos/progress_reports.csv"), TimeSpan.FromSeconds(seconds)))),
            Paced.RunAsync(ReportsASecond, seconds, async () =>
            {
                var activity = await activities.Reader.ReadAsync();
                await liaison.ReportAsync(activity);
                activities.Writer.TryWrite(activity);
            }));
        var most = new Dictionary<string, double>(StringComparer.Ordinal);
        while (!load.IsCompleted)
        {
            foreach (var (name, megabytes) in Read(system))
                most[name] = Math.Max(most.GetValueOrDefault(name), megabytes);
            await Task.WhenAny(load, Task.Delay(1000));
        }

        await load;
        foreach (var (name, megabytes) in most)
            report.Add(new Figure($"memory under load: {name}", "MB", megabytes));
    }

    /// <summary>One whole file after the other; one that is longer than the time is read to its end, which counts as load too.</summary>
    private static async Task ReadExportsAsync(Uri file, TimeSpan atLeast)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < atLeast)
        {
            await using var body = await client.GetStreamAsync(file);
            await body.CopyToAsync(Stream.Null);
        }
    }

    /// <returns>Megabytes of one process with its children.</returns>
    public static double Of(MeasuredSystem system, string name)
    {
        var children = Children();
        return system.ProcessIds(name).SelectMany(id => WithDescendants(id, children)).Sum(KilobytesOf) / 1024.0;
    }

    private static IEnumerable<(string Name, double Megabytes)> Read(MeasuredSystem system)
    {
        var children = Children();
        foreach (var name in MeasuredSystem.Processes.Concat(MeasuredSystem.Servers))
            yield return (name, system.ProcessIds(name).SelectMany(id => WithDescendants(id, children)).Sum(KilobytesOf) / 1024.0);
    }

    private static IEnumerable<int> WithDescendants(int id, ILookup<int, int> children) =>
        children[id].SelectMany(child => WithDescendants(child, children)).Prepend(id);

    private static ILookup<int, int> Children() => Process.GetProcesses()
        .Select(process => (process.Id, Parent: ParentOf(process.Id)))
        .ToLookup(pair => pair.Parent, pair => pair.Id);

    private static int ParentOf(int id)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static long KilobytesOf(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/smaps_rollup").First(one => one.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return 0;
        }
    }
}
