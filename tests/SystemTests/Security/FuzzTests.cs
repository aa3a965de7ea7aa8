using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OpenGov.AppHost.Native;
using Xunit.Abstractions;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// Calls made from the OpenAPI documents and spoilt at random. Each call depends on seed and number alone: OPENGOV_FUZZ_SEED
/// repeats a run, OPENGOV_FUZZ_CALLS says how long it is, OPENGOV_FUZZ_FROM starts it later.
/// </summary>
[Collection(HammeredSystemCollection.Name)]
public sealed class FuzzTests(HammeredSystem system, ITestOutputHelper output)
{
    private const int WarmUp = 1500;

    /// <summary>More than the requests that a process serves side by side would bring no more load, only more waiting.</summary>
    private const int AtOnce = 8;

    /// <summary>A call takes milliseconds; on a busy machine of two cores some take seconds. Thirty is a hang.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> failures = new();
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private double slowest;

    [Fact]
    public async Task Fuzzed_calls_meet_no_unannounced_5xx_no_hang_and_no_growing_memory()
    {
        var isLong = Environment.GetEnvironmentVariable("OPENGOV_LONG") == "1";
        var seed = Number("OPENGOV_FUZZ_SEED") ?? (isLong ? Random.Shared.Next() : 20260101);
        var calls = Number("OPENGOV_FUZZ_CALLS") ?? (isLong ? 100_000 : 3000);
        var from = Number("OPENGOV_FUZZ_FROM") ?? 0;
        var fuzzer = new Fuzzer(seed, await ApiDescription.ReadAsync(system), system.Callers, await system.KnownIdsAsync(), system.Origin);
        var before = ProcessMemory.Names.ToDictionary(name => name, name => system.App.GetProcessIds(name).Single(), StringComparer.Ordinal);

        await SendAsync(fuzzer, from, WarmUp);
        var rest = await AtRestAsync();
        var peak = new Dictionary<string, double>(rest, StringComparer.Ordinal);
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(peak, done.Token);
        var watch = Stopwatch.StartNew();
        await SendAsync(fuzzer, from + WarmUp, calls - WarmUp);
        watch.Stop();
        await done.CancelAsync();
        await watching;
        var after = await AtRestAsync();

        var summary = string.Create(CultureInfo.InvariantCulture, $"""
            seed {seed}, {calls} calls, the last {calls - WarmUp} in {watch.Elapsed.TotalSeconds:0} s, slowest {slowest:0} ms
            statuses: {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}
            memory at rest after the warm-up: {ProcessMemory.Describe(rest)}
            highest meanwhile:               {ProcessMemory.Describe(peak)}
            at rest afterwards:              {ProcessMemory.Describe(after)}
            """);
        output.WriteLine(summary);
        failures.Take(40).ShouldBeEmpty($"{failures.Count} failures; {summary}");
        foreach (var name in ProcessMemory.Names)
        {
            system.App.GetProcessIds(name).Single().ShouldBe(before[name], $"{name} was started anew: it had died");
            after[name].ShouldBeLessThanOrEqualTo(rest[name] * 1.5, $"{name}; {summary}");
        }

        peak.Values.Sum().ShouldBeLessThanOrEqualTo(rest.Values.Sum() * 1.5, summary);
        Share(status => status is >= 200 and < 300).ShouldBeGreaterThan(0.1, $"calls must get past the first check; {summary}");
        Share(status => status == 401).ShouldBeLessThan(0.5, $"the callers must still be signed in; {summary}");
        Share(status => status == 429).ShouldBeLessThan(0.05, $"limits must not answer in the services' place; {summary}");
    }

    private async Task SendAsync(Fuzzer fuzzer, int first, int count)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = AtOnce };
        using var client = new HttpClient(handler) { Timeout = Hang };
        await Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            var call = fuzzer.Make(number);
            var started = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await AnswerAsync(client, call);
                var status = (int)answer.StatusCode;
                statuses.AddOrUpdate(status, 1, (_, known) => known + 1);
                if (status >= 500 && !(status == 503 && answer.Headers.RetryAfter is not null))
                    failures.Enqueue($"{status} {await answer.Content.ReadAsStringAsync(CancellationToken.None)} for {call}");
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
            {
                failures.Enqueue($"{exception.GetType().Name} {exception.Message} for {call}");
            }

            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (took > slowest)
                slowest = took;
        });
    }

    /// <summary>
    /// What is refused for its target or headers is answered, and the connection closed, before its body was read (RFC 9112 §9.6).
    /// A client that is still sending may lose the answer; it gets it by waiting before the body.
    /// </summary>
    private static async Task<HttpResponseMessage> AnswerAsync(HttpClient client, FuzzedCall call)
    {
        try
        {
            using var request = call.ToRequest();
            return await client.SendAsync(request, CancellationToken.None);
        }
        catch (HttpRequestException exception) when (call.Body is not null && exception.InnerException is IOException)
        {
            using var request = call.ToRequest();
            request.Headers.ExpectContinue = true;
            return await client.SendAsync(request, CancellationToken.None);
        }
    }

    /// <summary>The lowest of some looks: a collection may be under way.</summary>
    private async Task<IReadOnlyDictionary<string, double>> AtRestAsync()
    {
        var lowest = ProcessMemory.Resident(system.App);
        for (var look = 0; look < 8; look++)
        {
            await Task.Delay(500);
            var now = ProcessMemory.Resident(system.App);
            lowest = lowest.ToDictionary(pair => pair.Key, pair => Math.Min(pair.Value, now[pair.Key]), StringComparer.Ordinal);
        }

        return lowest;
    }

    private async Task WatchAsync(Dictionary<string, double> peak, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var (name, memory) in ProcessMemory.Resident(system.App))
                peak[name] = Math.Max(peak[name], memory);
            await Task.Delay(250, CancellationToken.None);
        }
    }

    private double Share(Func<int, bool> which) => statuses.Where(pair => which(pair.Key)).Sum(pair => pair.Value) / (double)Math.Max(1, statuses.Values.Sum());

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
