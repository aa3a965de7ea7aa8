using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace OpenGov.SystemTests.Faults;

[Collection(DrillSystemCollection.Name)]
public sealed class RandomScheduleTests(DrillSystem system, ITestOutputHelper output)
{
    [Fact]
    public Task Nothing_is_lost_or_doubled_over_ten_random_schedules() => new RandomSchedules(system, output).RunAsync(10, checkEach: false);
}

[Collection(LongDrillSystemCollection.Name)]
public sealed class LongRunTests(LongDrillSystem system, ITestOutputHelper output)
{
    [LongFact]
    public Task Nothing_is_lost_or_doubled_over_two_hundred_random_schedules() => new RandomSchedules(system, output).RunAsync(200, checkEach: true);

    [LongFact]
    public async Task A_soak_of_ten_minutes_under_high_load_ends_with_every_message_accounted_for()
    {
        var history = new ReportHistory(system);
        await using (ReportLoad.Start(system, history, perSecond: 150))
            await Task.Delay(TimeSpan.FromMinutes(RandomSchedules.Number("OPENGOV_SOAK_MINUTES") ?? 10));
        var verdict = await new HistoryChecker(system, history).CheckAsync();
        output.WriteLine(verdict.Summary);
        Console.WriteLine(verdict.Summary);
        verdict.ShouldHold("The soak run");
    }
}

/// <summary>
/// Random fault schedules under load. A failed run prints its seeds; <c>OPENGOV_DRILL_SEED=4711</c> runs that schedule first,
/// <c>OPENGOV_DRILL_SCHEDULES=200</c> says how many follow it with the next seeds.
/// </summary>
internal sealed class RandomSchedules(DrillSystem system, ITestOutputHelper output)
{
    /// <summary>Ten schedules take two to three minutes; where less than a processor is left to the test they would take longer than any test may.</summary>
    private static readonly TimeSpan ShortRun = TimeSpan.FromMinutes(10);

    public static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <param name="ordinarily">How many, unless the environment says another number.</param>
    public async Task RunAsync(int ordinarily, bool checkEach)
    {
        var schedules = Number("OPENGOV_DRILL_SCHEDULES") ?? ordinarily;
#pragma warning disable CA5394 // Chance, not secrecy.
        var first = Number("OPENGOV_DRILL_SEED") ?? Random.Shared.Next(1_000_000);
#pragma warning restore CA5394
        Say($"OPENGOV_DRILL_SEED={first.ToString(CultureInfo.InvariantCulture)}, {schedules} schedules, {ReportLoad.PerSecond} reports a second");
        var history = new ReportHistory(system);
        var checker = new HistoryChecker(system, history);
        var (name, summary) = ("", "");
        var running = Stopwatch.StartNew();
        for (var done = 0; done < schedules;)
        {
            // Each on its own in the long run, so that a failure names its schedule; in one run of load otherwise.
            var load = ReportLoad.Start(system, history);
            try
            {
                do
                {
                    var schedule = new FaultSchedule(first + done);
                    name = schedule.ToString();
                    var watch = Stopwatch.StartNew();
                    await schedule.RunAsync(system);
                    // Now it says also what was not passed.
                    name = schedule.ToString();
                    var healthy = await HistoryChecker.HealthyAsync(system, load);
                    Say($"{name}; healthy after {healthy.TotalSeconds:0.0} s, {watch.Elapsed.TotalSeconds:0.0} s in all");
                    done++;
                    if (!checkEach && running.Elapsed > ShortRun && done < schedules)
                    {
                        throw new TimeoutException(string.Create(
                            CultureInfo.InvariantCulture, $"Only {done} of {schedules} schedules were run in {running.Elapsed.TotalMinutes:0.0} minutes: this machine is too busy to say that nothing is lost"));
                    }
                }
                while (!checkEach && done < schedules);
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException($"{name}: {exception.Message}", exception);
            }
            finally
            {
                await load.DisposeAsync();
            }

            var verdict = await CheckAsync(checker, name);
            verdict.ShouldHold(name);
            summary = verdict.Summary;
        }

        Say(summary);
    }

    private static async Task<Verdict> CheckAsync(HistoryChecker checker, string name)
    {
        try
        {
            return await checker.CheckAsync();
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{name}: {exception.Message}", exception);
        }
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        // A long run should be seen while it runs.
        Console.WriteLine(line);
    }
}
