using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;
using Xunit.Abstractions;

namespace OpenGov.SystemTests.Faults;

/// <summary>Named faults under load; each ends with the history held against what is there (docs/faults.md).</summary>
[Collection(DrillSystemCollection.Name)]
public sealed class DrillTests(DrillSystem system, ITestOutputHelper output)
{
    private const string Owner = "action-plans";

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("OPENGOV_LONG") is not null;

    private readonly ReportHistory history = new(system);

    [Fact]
    public Task A_kill_at_any_step_from_commit_to_acknowledgement_loses_and_doubles_nothing() => UnderLoadAsync(async () =>
    {
        foreach (var (service, point) in IsLong ? Faults.Steps : Faults.Steps.Where((_, index) => index % 3 == 1))
        {
            (await Faults.KillAtAsync(system, service, point, TimeSpan.FromSeconds(60))).ShouldBeTrue($"Nobody passed {service} {point}");
            output.WriteLine($"killed {service} at {point}");
        }
    });

    [LongFact]
    public Task A_kill_of_each_process_loses_and_doubles_nothing() => UnderLoadAsync(async () =>
    {
        foreach (var process in new[] { "participants", "action-plans", "transparency", "notifications", "portal", "gateway", "broker", "postgres" })
        {
            await Faults.KillAsync(system, process, all: true);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    });

    [Fact]
    public async Task No_write_is_refused_while_the_broker_is_away()
    {
        await UnderLoadAsync(() => Faults.StopAsync(system, "broker", TimeSpan.FromSeconds(IsLong ? 60 : 5)));
        history.Answers.Keys.ShouldBe(["201"]);
    }

    [Fact]
    public async Task A_database_that_is_away_for_ten_seconds_is_announced_and_costs_nothing()
    {
        await UnderLoadAsync(() => Faults.StopAsync(system, "postgres", TimeSpan.FromSeconds(10)));
        // Each without Retry-After would be a problem of the verdict.
        history.Answers.GetValueOrDefault("503").ShouldBeGreaterThan(0);
        history.Count(Outcome.Refused).ShouldBe(0);
    }

    /// <summary>While one of two replicas stands still the other does the work of both, and the return of the first does no harm.</summary>
    [LongFact]
    public Task A_process_that_is_stopped_for_longer_than_its_leases_neither_holds_up_the_others_nor_does_anything_twice() => UnderLoadAsync(async () =>
    {
        foreach (var (replica, done, goesOnWithin) in new (string, Func<Task<long>>, int)[]
                 {
                     (Owner, NumberedAsync, 8), ($"{Owner}-2", NumberedAsync, 8),
                     // It may stand in a transaction that holds the copy's place, which PostgreSQL ends after 30 s.
                     ("notifications", () => Task.FromResult((long)system.MailServer.Mails.Count), 45), ("transparency-2", PositionAsync, 45),
                 })
        {
            (await Faults.PauseAsync(system, replica, () => StandsStillAsync(replica, done, TimeSpan.FromSeconds(goesOnWithin)))).ShouldBeTrue($"{replica} was not there to be stopped");
        }
    });

    /// <summary>Longer than the relay's patience and the mails' lease, and until the other replica was seen at work.</summary>
    private static async Task StandsStillAsync(string replica, Func<Task<long>> done, TimeSpan goesOnWithin)
    {
        var watch = Stopwatch.StartNew();
        // What it had sent off before may arrive for a moment.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var before = await done();
        await Eventually.HoldsAsync(async () => await done() > before + 20, goesOnWithin, $"the work of {replica}, which stands still, to be done by the other");
        var rest = TimeSpan.FromSeconds(11) - watch.Elapsed;
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest);
    }

    [Fact]
    public Task Messages_that_come_twice_and_in_the_wrong_order_change_nothing() => UnderLoadAsync(async () =>
    {
        await using var tap = await MessageTap.ListenAsync(system, Owner);
        await Eventually.HoldsAsync(() => Task.FromResult(tap.Count >= 20), TimeSpan.FromSeconds(20), "messages to take down");
        (await tap.SendAgainAsync($"transparency.{Owner}", new Random(1))).ShouldBeGreaterThan(0);
        await tap.SendAgainAsync($"notifications.{Owner}", new Random(2));
    });

    [LongFact]
    public async Task A_poison_message_is_kept_aside_and_the_others_go_on()
    {
        const string Waiting = "select count(*) from broken_message where set_aside_at is null";
        var errors = await system.AskAsync<long>("transparency", Waiting);
        await UnderLoadAsync(async () =>
        {
            await using var tap = await MessageTap.ListenAsync(system, Owner);
            await tap.SendGarbageAsync($"transparency.{Owner}");
            await Eventually.HoldsAsync(async () => await system.AskAsync<long>("transparency", Waiting) == errors + 1, TimeSpan.FromSeconds(60), "the message to be kept for the operator");
        });
    }

    /// <summary>A fact that breaks a rule of the copy: it is parked, everybody else's facts arrive, and once the cause is gone it is sent again.</summary>
    [Fact]
    public async Task A_poison_fact_is_parked_and_sent_again_by_hand()
    {
        var unfollowed = system.Activities[^1].CommitmentIdentifier;
        await UnderLoadAsync(async () =>
        {
            await Eventually.HoldsAsync(
                () => Task.FromResult(history.Reports.Any(report => report.CommitmentIdentifier == unfollowed && report.Outcome == Outcome.Acknowledged)),
                TimeSpan.FromSeconds(30),
                "a report to forge");
            var report = history.Reports.First(report => report.CommitmentIdentifier == unfollowed && report.Outcome == Outcome.Acknowledged).ReportId!;
            await Eventually.HoldsAsync(
                async () => await system.AskAsync<long>("transparency", $"select count(*) from progress_reports where report_id = '{report}'") == 1,
                TimeSpan.FromSeconds(30),
                "the report in the copy");
            // A second fact about the same report, as a defect of the owner would write it: the copy's key refuses it.
            await ExecuteAsync(
                Owner,
                $"""
                insert into event_log (event_id, type, aggregate_id, aggregate_version, occurred_at, personal, payload)
                select gen_random_uuid(), type, gen_random_uuid(), 1, occurred_at, false, payload from event_log where payload ->> 'reportId' = '{report}'
                """);
            await Eventually.HoldsAsync(
                async () => await system.AskAsync<long>("transparency", "select count(*) from inbox_parked where set_aside_at is null") == 1, TimeSpan.FromSeconds(30), "the fact to be parked");
            var position = await PositionAsync();
            await Eventually.HoldsAsync(async () => await PositionAsync() > position + 20, TimeSpan.FromSeconds(30), "later facts to arrive");

            // The operator finds and takes away the cause, and sends again.
            await ExecuteAsync("transparency", $"delete from progress_reports where report_id = '{report}'");
            using var operators = InternalClient("transparency");
            using var sent = await operators.PostAsync($"internal/inbox/parked/{Owner}/send-again", null);
            JsonNode.Parse(await sent.Content.ReadAsStringAsync())!["sent"]!.GetValue<int>().ShouldBe(1);
        });
    }

    /// <summary>Between the mark and the last line only an operator can decide; nothing is sent twice by itself.</summary>
    [Fact]
    public async Task A_worker_that_dies_in_the_moment_of_the_last_line_leaves_a_mail_that_an_operator_can_send()
    {
        var checker = await UnderLoadAsync(async () =>
            (await Faults.KillAtAsync(system, "notifications", Faults.Marked, TimeSpan.FromSeconds(60))).ShouldBeTrue());
        var unconfirmed = await checker.UnconfirmedAsync();
        unconfirmed.ShouldNotBeEmpty();
        using var operators = await ApiClient.SignInAsync(system, "administration");
        foreach (var mail in unconfirmed)
        {
            using var answer = await operators.SendAsync(HttpMethod.Post, $"/api/notifications/v1/deliveries/{mail}/retry", new JsonObject());
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }

        (await checker.CheckAsync()).ShouldHold("After the operator sent the mail again");
        (await checker.UnconfirmedAsync()).ShouldBeEmpty();
    }

    [SmallDiskFact]
    public async Task A_full_disk_of_the_database_is_announced_and_costs_nothing()
    {
        await UnderLoadAsync(async () =>
        {
            var filler = Path.Combine(system.SmallDisk!, "filler");
            try
            {
                // PostgreSQL still has room in the files that it holds, so the disk stays full until it feels that.
                var watch = Stopwatch.StartNew();
                while (history.Answers.GetValueOrDefault("503") == 0 && watch.Elapsed < TimeSpan.FromSeconds(60))
                {
                    Fill(filler);
                    await Task.Delay(TimeSpan.FromMilliseconds(200));
                }

                await Task.Delay(TimeSpan.FromSeconds(5));
            }
            finally
            {
                File.Delete(filler);
            }
        });
        history.Answers.GetValueOrDefault("503").ShouldBeGreaterThan(0);
    }

    [SkewedClockFact]
    public async Task Clocks_that_jump_change_neither_order_nor_number()
    {
        await UnderLoadAsync(LetClocksJumpAsync);
        // Whoever is signed in stays so: what a service thinks too old or too young is tried again (503), not thrown out.
        history.Answers.Keys.ShouldNotContain("401");
    }

    private async Task LetClocksJumpAsync()
    {
        var processes = DrillSystem.Services.SelectMany(service => system.App.GetProcessIds(service)).ToArray();
        foreach (var jump in new[] { 600, -600 })
        {
            // Every second process: replicas of a service disagree.
            for (var index = 0; index < processes.Length; index += 2)
                system.Clocks.Set(processes[index], TimeSpan.FromSeconds(jump));
            await Task.WhenAll(Task.Delay(TimeSpan.FromSeconds(3)), ClocksDifferAsync(TimeSpan.FromSeconds(jump)));
        }

        foreach (var process in processes)
            system.Clocks.Set(process, TimeSpan.Zero);

        // Tokens of the other time may be remembered still; the pace must come back without anybody signing in again.
        var acknowledged = history.Count(Outcome.Acknowledged);
        await Eventually.HoldsAsync(() => Task.FromResult(history.Count(Outcome.Acknowledged) > acknowledged + 100), TimeSpan.FromSeconds(60), "reports to be accepted again");
    }

    /// <summary>Each answer of a service tells its clock (<c>Date</c>): one of the two replicas of each must have jumped, and the other not.</summary>
    private async Task ClocksDifferAsync(TimeSpan jump)
    {
        foreach (var service in DrillSystem.Services)
        {
            using var client = new HttpClient();
            TimeSpan[] ahead = [];
            await Eventually.HoldsAsync(
                async () =>
                {
                    ahead = await Task.WhenAll(system.App.GetEndpoints(service).Select(async replica =>
                    {
                        using var answer = await client.GetAsync(new Uri(replica, "/health"));
                        return answer.Headers.Date!.Value - DateTimeOffset.UtcNow;
                    }));
                    return ahead.Count(one => (one - jump).Duration() < jump.Duration() / 2) == 1 && ahead.Count(one => one.Duration() < jump.Duration() / 2) == 1;
                },
                TimeSpan.FromSeconds(20),
                $"the clock of one replica of {service} to be {jump} ahead");
        }
    }

    private static void Fill(string file)
    {
        var block = new byte[64 * 1024];
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                stream.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private async Task<HistoryChecker> UnderLoadAsync(Func<Task> fault)
    {
        await HistoryChecker.HealthyAsync(system);
        var watch = Stopwatch.StartNew();
        await using (var load = ReportLoad.Start(system, history))
        {
            await Eventually.HoldsAsync(() => Task.FromResult(history.Count(Outcome.Acknowledged) > 20), TimeSpan.FromSeconds(60), "the load to begin");
            await fault();
            var healthy = await HistoryChecker.HealthyAsync(system, load);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"healthy {healthy.TotalSeconds:0.0} s after the fault"));
        }

        var checker = new HistoryChecker(system, history);
        var verdict = await checker.CheckAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict.Summary}; {watch.Elapsed.TotalSeconds:0} s"));
        await ExplainAsync(verdict);
        verdict.ShouldHold("The drill");
        return checker;
    }

    /// <summary>What the services wrote of answers that no client should get: their logs go with the system.</summary>
    private async Task ExplainAsync(Verdict verdict)
    {
        if (!verdict.Problems.Any(problem => problem.StartsWith("answered", StringComparison.Ordinal)))
            return;
        foreach (var service in DrillSystem.Services.Append("gateway"))
        {
            foreach (var line in (await system.ReadLogAsync(service)).Split('\n').Where(line => line.Contains("unexpected_error", StringComparison.Ordinal)).TakeLast(3))
                output.WriteLine($"{service}: {line[..Math.Min(line.Length, 6000)]}");
        }
    }

    private Task<long> NumberedAsync() => system.AskAsync<long>(Owner, "select numbered from relay_position");

    private Task<long> PositionAsync() => system.AskAsync<long>("transparency", $"select sequence from inbox_position where owner = '{Owner}'");

    private async Task ExecuteAsync(string service, string sql)
    {
#pragma warning disable CA2100 // Texts of this test.
        await using var command = system.Database(service).CreateCommand(sql);
#pragma warning restore CA2100
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    /// <summary>As another process of the instance calls it.</summary>
    private HttpClient InternalClient(string service) => InternalCalls.Client(system.App.GetEndpoints(service)[0], system.DataFolder);
}

/// <summary>Needs a file system that can be filled, which only root may mount.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!SmallFileSystem.CanMount)
            Skip = "Filling the database's disk takes a small file system, which only root may mount";
    }
}

/// <summary>Needs a C compiler, for the library that shifts a process's clock.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SkewedClockFactAttribute : FactAttribute
{
    public SkewedClockFactAttribute()
    {
        if (!SkewedClocks.HasCompiler)
            Skip = "Letting a process's clock jump takes a C compiler (cc)";
    }
}
