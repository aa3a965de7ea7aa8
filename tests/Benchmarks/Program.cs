using OpenGov.Benchmarks;
using OpenGov.Benchmarks.Harness;
using OpenGov.Benchmarks.Measures;
using OpenGov.Benchmarks.Peers;

if (args is [MinimalEndpoint.Verb])
{
    await MinimalEndpoint.RunAsync();
    return 0;
}

var settings = Settings.Read(args);
var report = new Report();
var data = Directory.CreateTempSubdirectory("opengov-benchmarks-");
// PostgreSQL's account must be able to pass.
File.SetUnixFileMode(data.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
try
{
    Console.WriteLine("Loading the sample…");
    await using (var first = await MeasuredSystem.StartAsync(data.FullName, withPeers: false))
    {
        await first.LoadSampleAsync();
        await first.UnfollowAsync();
    }

    await File.AppendAllTextAsync(Path.Combine(data.FullName, "postgres", "data", "postgresql.conf"), "\ntrack_commit_timestamp = on\n");

    if (settings.Wants("start"))
    {
        var starts = new List<IReadOnlyDictionary<string, TimeSpan>>();
        for (var round = 0; round < Math.Min(3, settings.Rounds); round++)
        {
            await using var system = await MeasuredSystem.StartAsync(data.FullName, withPeers: false);
            starts.Add(system.HealthyAfter);
            if (round > 0)
                continue;
            await Task.Delay(TimeSpan.FromSeconds(20));
            Memory.AtRest(system, report);
        }

        foreach (var name in starts[0].Keys)
            report.Add(new Figure($"from start to healthy, with data: {name}", "s", Spread.Of(starts.Select(one => one[name].TotalSeconds)).Median));
        report.Add(new Figure("from start to healthy, with data: everything", "s", Spread.Of(starts.Select(one => one.Values.Max().TotalSeconds)).Median));
    }

    await using (var system = await MeasuredSystem.StartAsync(data.FullName, withPeers: true))
    {
        (string Name, Func<MeasuredSystem, Report, Settings, Task> Run)[] measures =
            [("reads", Reads.RunAsync), ("reports", ProgressReports.RunAsync), ("effect", CommitToEffect.RunAsync), ("inbox", LogToInbox.RunAsync), ("memory", Memory.UnderLoadAsync),
            // Last: it fills the database of Participants.
            ("directory", DirectoryReads.RunAsync)];
        foreach (var (name, run) in measures.Where(measure => settings.Wants(measure.Name)))
        {
            try
            {
                await run(system, report, settings);
                await system.QuietAsync();
            }
            catch (Exception exception)
            {
                report.Fail(name, exception);
            }
        }
    }
}
finally
{
    data.Delete(recursive: true);
}

Console.WriteLine(report.Write(settings.Output));
return report.HasFailures ? 1 : 0;
