using System.Text.Json.Nodes;
using OpenGov.Benchmarks.Harness;
using OpenGov.Benchmarks.Peers;

namespace OpenGov.Benchmarks.Measures;

/// <summary>Anonymous reads of the commitment list and of one commitment.</summary>
internal static class Reads
{
    private const int WritesASecond = 5;
    private const string ListPage = "/compromisos";
    private const string ListApi = "/api/action-plans/v1/commitments";

    private static readonly HashSet<string> MadeByTheServer = new(StringComparer.OrdinalIgnoreCase)
    {
        "Date", "Server", "ETag", "Last-Modified", "Content-Type", "Content-Length", "Connection", "Keep-Alive", "Transfer-Encoding",
    };

    public static async Task RunAsync(MeasuredSystem system, Report report, Settings settings)
    {
        var (identifier, length) = await CommitmentAsync(system);
        (string Name, string Path)[] pages = [("commitment list, page", ListPage), ("one commitment, page", $"{ListPage}/{identifier}")];
        (string Name, string Path)[] apis = [("commitment list, API", ListApi), ("one commitment, API", $"{ListApi}/{identifier}")];
        report.Add(new Figure("commitments in the list", "", length));

        using var http = new HttpClient();
        var files = new List<ServedFile>();
        foreach (var (_, path) in pages.Concat(apis))
            files.Add(await ReadAsync(http, system.At("gateway", path), NameOf(path)));
        var folder = Directory.CreateTempSubdirectory("opengov-nginx-");
        using (var nginx = await Nginx.StartAsync(folder.FullName, files, system.At(MeasuredSystem.Endpoint, "/")))
        {
            foreach (var (name, path) in pages.Concat(apis))
                await CachedAsync($"cached: {name}", system.At("gateway", path), nginx.At(NameOf(path)), http, report, settings);
            await UnderWritesAsync(system, nginx, report, settings);
            foreach (var (name, path) in apis)
                await UncachedAsync(name, path, path, nginx, system, report, settings);
            for (var index = 0; index < pages.Length; index++)
                await UncachedAsync(pages[index].Name, pages[index].Path, apis[index].Path, nginx, system, report, settings);
        }

        folder.Delete(recursive: true);
    }

    /// <summary>The compressed bytes that a browser gets, from the gateway's cache and as a file from nginx; then 304 of both.</summary>
    private static async Task CachedAsync(string name, Uri ours, Uri peer, HttpClient http, Report report, Settings settings)
    {
        (string, string) encoding = ("Accept-Encoding", "gzip");
        await Wrk.WarmAsync(ours, encoding);
        await Wrk.WarmAsync(peer, encoding);
        var full = await Interleaved.RunAsync(
            settings.Rounds, () => Wrk.RunAsync(ours, settings.Seconds, encoding), () => Wrk.RunAsync(peer, settings.Seconds, encoding));
        report.Add(new Comparison($"{name}", "answers/s", "gateway", "nginx, same bytes", full[0], full[1], new Target(0.8)));

        var (ourTag, peerTag) = (("If-None-Match", await TagAsync(http, ours)), ("If-None-Match", await TagAsync(http, peer)));
        var unchanged = await Interleaved.RunAsync(
            settings.Rounds, () => Wrk.RunAsync(ours, settings.Seconds, encoding, ourTag), () => Wrk.RunAsync(peer, settings.Seconds, encoding, peerTag));
        report.Add(new Comparison($"{name}, 304", "answers/s", "gateway", "nginx", unchanged[0], unchanged[1], new Target(0.9)));
    }

    /// <summary>
    /// The commitment list while progress is reported: each report evicts it, so it is rendered again for whoever asks next. nginx goes on with its file, which is then
    /// out of date; both are measured beside the same writes.
    /// </summary>
    private static async Task UnderWritesAsync(MeasuredSystem system, Nginx nginx, Report report, Settings settings)
    {
        (string, string) encoding = ("Accept-Encoding", "gzip");
        var (ours, peer) = (system.At("gateway", ListPage), nginx.At(NameOf(ListPage)));
        using var liaison = await Liaison.SignInAsync(system);
        var activity = (await liaison.ActivitiesAsync(1))[0];
        var sides = await Interleaved.RunAsync(settings.Rounds, () => WithWritesAsync(ours), () => WithWritesAsync(peer));
        report.Add(new Comparison($"cached, {WritesASecond} reports a second beside it: commitment list, page", "answers/s", "gateway", "nginx, a file that stays old", sides[0], sides[1], null));
        await system.QuietAsync();

        async Task<double> WithWritesAsync(Uri address)
        {
            var reads = Wrk.RunAsync(address, settings.Seconds, encoding);
            // One after the other: each needs the version that the one before it made.
            while (!reads.IsCompleted)
                await Task.WhenAll(liaison.ReportAsync(activity), Task.Delay(TimeSpan.FromSeconds(1.0 / WritesASecond)));
            return await reads;
        }
    }

    private static async Task UncachedAsync(string name, string path, string endpointPath, Nginx nginx, MeasuredSystem system, Report report, Settings settings)
    {
        var isPage = path != endpointPath;
        foreach (var address in new[] { system.At(MeasuredSystem.UncachedGateway, path), system.At(MeasuredSystem.EndpointGateway, endpointPath), nginx.At(endpointPath) })
            await Wrk.WarmAsync(address);
        var sides = await Interleaved.RunAsync(
            settings.Rounds,
            () => Wrk.RunAsync(system.At(MeasuredSystem.UncachedGateway, path), settings.Seconds),
            () => Wrk.RunAsync(system.At(MeasuredSystem.EndpointGateway, endpointPath), settings.Seconds),
            () => Wrk.RunAsync(nginx.At(endpointPath), settings.Seconds));
        report.Add(new Comparison($"uncached: {name}", "answers/s", "gateway and service" + (isPage ? " and portal" : ""), "same gateway, hand-written JSON endpoint", sides[0], sides[1], new Target(0.7)));
        report.Add(new Comparison($"uncached: {name}, beside the endpoint through nginx", "answers/s", "gateway", "nginx, hand-written JSON endpoint", sides[0], sides[2], null));
        if (!isPage)
            report.Add(new Comparison($"the hand-written endpoint ({name}) through the gateway", "answers/s", "gateway", "nginx", sides[1], sides[2], null));
    }

    private static async Task<(string Identifier, int Length)> CommitmentAsync(MeasuredSystem system)
    {
        using var http = new HttpClient();
        var items = JsonNode.Parse(await http.GetStringAsync(system.At("gateway", ListApi)))!["items"]!.AsArray();
        return (items[0]!["identifier"]!.GetValue<string>(), items.Count);
    }

    private static async Task<ServedFile> ReadAsync(HttpClient http, Uri address, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        // A page without its policy would not be the same answer: nginx sends the gateway's headers too, and makes its own validator.
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => !MadeByTheServer.Contains(header.Key))
            .Select(header => (header.Key, header.Value.ToString()))
            .ToArray();
        return new ServedFile(name, await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers.ContentType!.ToString(), headers);
    }

    private static async Task<string> TagAsync(HttpClient http, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Encoding", "gzip");
        using var answer = await http.SendAsync(request);
        return answer.Headers.ETag!.ToString();
    }

    private static string NameOf(string path) => path.Trim('/').Replace('/', '-');
}
