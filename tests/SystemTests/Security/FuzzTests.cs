using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Operations on things that exist that get past the question who asks: 193 of 235 in 3,000 calls, 208 in 4,000; one in twenty calls is a floor with margin.</summary>
    private const int MetInAnOrdinaryRun = 150;

    private const int EnoughForAll = 100_000;

    /// <summary>More than the requests that a process serves side by side would bring no more load, only more waiting.</summary>
    private const int AtOnce = 8;

    /// <summary>A call takes milliseconds; on a busy machine of two cores some take seconds. Thirty is a hang.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> failures = new();
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private readonly ConcurrentDictionary<string, int> unavailable = new(StringComparer.Ordinal);
    /// <summary>By operation on a thing that exists: the first call that got past the questions who asks and whether there is such a thing.</summary>
    private readonly ConcurrentDictionary<string, int> met = new(StringComparer.Ordinal);
    private int doubled;
    private int doubledRefused;
    private double slowest;

    [Fact]
    public async Task Fuzzed_calls_meet_no_unannounced_5xx_no_hang_and_no_growing_memory()
    {
        var isLong = Environment.GetEnvironmentVariable("OPENGOV_LONG") == "1";
        var seed = Number("OPENGOV_FUZZ_SEED") ?? (isLong ? Random.Shared.Next() : 20260101);
        var calls = Number("OPENGOV_FUZZ_CALLS") ?? (isLong ? 100_000 : 3000);
        var from = Number("OPENGOV_FUZZ_FROM") ?? 0;
        var objects = await system.ObjectsAsync();
        var operations = await ApiDescription.ReadAsync(system);
        var fuzzer = new Fuzzer(seed, operations, system.Callers, await system.KnownIdsAsync(objects), await system.ThingsAsync(objects, operations), system.Origin);
        var before = ProcessMemory.Names.ToDictionary(name => name, name => system.App.GetProcessIds(name).Single(), StringComparer.Ordinal);

        var first = await AtRestAsync();
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
            503 with Retry-After: {string.Join("; ", unavailable.OrderByDescending(pair => pair.Value).Take(40).Select(pair => $"{pair.Value} × {pair.Key}"))}
            members that stood twice: {doubled} bodies, {doubledRefused} refused for that
            memory before the first call:    {ProcessMemory.Describe(first)}
            memory at rest after the warm-up: {ProcessMemory.Describe(rest)}
            highest meanwhile:               {ProcessMemory.Describe(peak)}
            at rest afterwards:              {ProcessMemory.Describe(after)}
            """);
        output.WriteLine(summary);
        foreach (var (entry, count) in (await WarningsAsync()).Take(60))
            output.WriteLine($"{count} × {entry}");
        var onThings = operations.Select(operation => operation.Name).Where(name => name.Contains('{', StringComparison.Ordinal) && !HammeredSystem.NotOnKnown.ContainsKey(name)).ToList();
        var unmet = onThings.Where(name => !met.ContainsKey(name)).ToList();
        output.WriteLine($"of {onThings.Count} operations on things that exist {onThings.Count - unmet.Count} found theirs; not: {string.Join(", ", unmet)}");
        output.WriteLine($"within the first 3,000 calls: {met.Values.Count(number => number - from < 3000)}, 10,000: {met.Values.Count(number => number - from < 10_000)}");
        failures.Take(40).ShouldBeEmpty($"{failures.Count} failures; {summary}");
        foreach (var name in ProcessMemory.Names)
        {
            system.App.GetProcessIds(name).Single().ShouldBe(before[name], $"{name} was started anew: it had died");
            after[name].ShouldBeLessThanOrEqualTo(rest[name] * 1.5, $"{name}; {summary}");
        }

        peak.Values.Sum().ShouldBeLessThanOrEqualTo(rest.Values.Sum() * 1.5, summary);
        if (calls >= EnoughForAll)
            unmet.ShouldBeEmpty($"of the operations on things that exist each must get past the question who asks; {summary}");
        else
            met.Count.ShouldBeGreaterThan(Math.Min(MetInAnOrdinaryRun, calls / 20), $"calls must meet things that exist; {summary}");
        doubledRefused.ShouldBeGreaterThan(0, $"members that stand twice must have been refused for that, not only before they were read; {summary}");
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
                if (call.IsOnKnown && status is not (401 or 403 or 404 or 429 or >= 500))
                    met.AddOrUpdate(call.Operation, number, (_, known) => Math.Min(known, number));
                if (call.IsDoubled)
                    await LookAtDoubledAsync(call, answer);
                if (status == 503 && answer.Headers.RetryAfter is not null)
                    unavailable.AddOrUpdate($"{CodeOf(await answer.Content.ReadAsStringAsync(CancellationToken.None))} (after {(int)answer.Headers.RetryAfter.Delta.GetValueOrDefault().TotalSeconds} s) {call.Operation}", 1, (_, known) => known + 1);
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

    /// <summary>What the processes wrote down as a warning or worse, by process and minute: it says why a service was away.</summary>
    private async Task<IEnumerable<(string Entry, int Count)>> WarningsAsync()
    {
        var all = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var process in ProcessMemory.Names)
        {
            foreach (var line in (await system.ReadLogAsync(process)).Split('\n').Where(line => line.StartsWith('{')))
            {
                if (JsonNode.Parse(line) is JsonObject entry && entry["LogLevel"]?.GetValue<string>() is "Warning" or "Error" or "Critical")
                {
                    var said = $"{process} {entry["Timestamp"]?.GetValue<string>()[..16]} {entry["Message"]} {entry["Exception"]?.GetValue<string>().Split('\n')[0]}";
                    all[said[..Math.Min(said.Length, 400)]] = all.GetValueOrDefault(said[..Math.Min(said.Length, 400)]) + 1;
                }
            }
        }

        return all.OrderByDescending(pair => pair.Value).Select(pair => (pair.Key, pair.Value));
    }

    /// <summary>Refused before its body is read, or for its body: never done.</summary>
    private async Task LookAtDoubledAsync(FuzzedCall call, HttpResponseMessage answer)
    {
        Interlocked.Increment(ref doubled);
        var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
        if (answer.IsSuccessStatusCode)
            failures.Enqueue($"{(int)answer.StatusCode} with a member twice for {call}");
        if (answer.StatusCode == HttpStatusCode.BadRequest && CodeOf(text) == "invalid_json")
            Interlocked.Increment(ref doubledRefused);
    }

    /// <summary>Of problem details; what came instead where there is none.</summary>
    private static string CodeOf(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["code"]?.GetValue<string>() ?? "no code";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return text.Length == 0 ? "nothing" : "no JSON";
        }
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
