using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Gateway.Live;

/// <summary>
/// A whole hall before the gateway, as a process of its own so that its memory can be read. 200 spectators in the ordinary run, 5,000 with
/// <c>tests/run.sh --long</c> (docs/benchmarks.md).
/// </summary>
public sealed class ManySpectatorsTests(ITestOutputHelper output)
{
    private const int Changes = 5;

    /// <summary>Kilobytes of the gateway for each spectator; measured far below, more is a leak or a queue.</summary>
    private const int MostKilobytes = 64;

    private static readonly int Many = Environment.GetEnvironmentVariable("OPENGOV_LONG") is null ? 200 : 5000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly Guid Session = Guid.CreateVersion7();

    private int shown;

    [Fact]
    public async Task Everybody_sees_every_change_and_a_spectator_costs_a_few_kilobytes()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var participants = await TestUpstream.StartAsync();
        await using var portal = await TestUpstream.StartAsync(AnswerAsync);
        participants.StateVersion = "0";
        using var gateway = StartGateway(participants, portal, out var address);
        try
        {
            using var http = new HttpClient { BaseAddress = address };
            await UntilAsync(async () => (await http.GetAsync("/alive", limit.Token)).IsSuccessStatusCode, limit.Token);
            // What the first ones bring along (compiled code, pools) is not a spectator's.
            var first = await OpenAsync(address, 20, limit.Token);
            await ShowAsync(participants, first, limit.Token);
            var before = Kilobytes(gateway.Id);

            var watch = Stopwatch.StartNew();
            Viewer[] viewers = [.. first, .. await OpenAsync(address, Many, limit.Token)];
            var opened = watch.ElapsedMilliseconds;
            var atRest = Kilobytes(gateway.Id);
            var told = new List<long>();
            for (var change = 0; change < Changes; change++)
            {
                watch.Restart();
                await ShowAsync(participants, viewers, limit.Token);
                told.Add(watch.ElapsedMilliseconds);
            }

            var after = Kilobytes(gateway.Id);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Many} spectators: opened in {opened} ms; all of them saw a change after {string.Join(", ", told)} ms; gateway {before / 1024} MB before, {atRest / 1024} MB with them at rest, {after / 1024} MB after {Changes} changes: {(after - before) / (double)Many:0.0} KB each; the portal was asked {portal.Requests.Count} times"));
            // Each was told each change once, and nothing else.
            viewers.ShouldAllBe(viewer => viewer.Seen == shown);
            (after - before).ShouldBeLessThan((Many * MostKilobytes) + (64 * 1024));
            portal.Requests.Count.ShouldBeLessThan(40);
            foreach (var viewer in viewers)
                viewer.Dispose();
        }
        finally
        {
            gateway.Kill();
        }
    }

    private static async Task<Viewer[]> OpenAsync(Uri address, int count, CancellationToken cancellationToken)
    {
        var viewers = new List<Viewer>(count);
        // A hundred at a time: the listener's queue is for bursts, not for halls.
        foreach (var some in Enumerable.Range(0, count).Chunk(100))
            viewers.AddRange(await Task.WhenAll(some.Select(_ => Viewer.OpenAsync(address, cancellationToken))));
        return [.. viewers];
    }

    /// <summary>Shows another state, and waits until all have it.</summary>
    private async Task ShowAsync(TestUpstream participants, IReadOnlyList<Viewer> viewers, CancellationToken cancellationToken)
    {
        var next = Interlocked.Increment(ref shown);
        participants.StateVersion = next.ToString(CultureInfo.InvariantCulture);
        await Task.WhenAll(viewers.Select(viewer => viewer.SeesAsync(next, cancellationToken)));
    }

    /// <summary>As large as forty seats that vote on a motion.</summary>
    private Task AnswerAsync(HttpContext context)
    {
        if (!context.Request.Path.Value!.EndsWith("/cambios", StringComparison.Ordinal))
            return Task.CompletedTask;
        var now = Volatile.Read(ref shown);
        return context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["id"] = $"n{now}",
            ["over"] = false,
            ["parts"] = new JsonArray(
                new JsonObject { ["name"] = "quorum", ["html"] = "<p>40 de 40</p>" },
                new JsonObject { ["name"] = "mocion-1", ["html"] = string.Concat(Enumerable.Range(1, 40).Select(seat => $"<li>Asiento {seat}, Organización de la sociedad civil número {seat}: A favor ({now})</li>")) }),
        });
    }

    private static Process StartGateway(TestUpstream participants, TestUpstream portal, out Uri address)
    {
        address = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpenGov.Gateway.dll")]) { UseShellExecute = false, WorkingDirectory = AppContext.BaseDirectory };
        foreach (var (name, value) in new[]
                 {
                     ("ASPNETCORE_URLS", address.ToString()), ("OpenGov__InstanceKey", "an instance key of the tests, long enough"), ("Logging__LogLevel__Default", "None"),
                     ("services__participants__http__0", participants.Address.ToString()), ("services__action-plans__http__0", participants.Address.ToString()),
                     ("services__transparency__http__0", participants.Address.ToString()), ("services__notifications__http__0", participants.Address.ToString()),
                     ("services__portal__http__0", portal.Address.ToString()),
                     // All of them sit at one address.
                     ("Gateway__Limits__Spectators", "0"), ("Gateway__Limits__Connections", "0"), ("Gateway__Limits__Reads__Burst", "0"),
                 })
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static long Kilobytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>One connection and a small buffer: five thousand clients of the framework would be measured, not the gateway.</summary>
    private sealed class Viewer : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] buffer = new byte[2048];
        private readonly StringBuilder line = new();

        /// <summary>The last state that was told; states come in their order.</summary>
        public int Seen { get; private set; } = -1;

        public static async Task<Viewer> OpenAsync(Uri address, CancellationToken cancellationToken)
        {
            var viewer = new Viewer();
            await viewer.socket.ConnectAsync(new DnsEndPoint(address.Host, address.Port), cancellationToken);
            await viewer.socket.SendAsync(Encoding.ASCII.GetBytes($"GET /sesiones/{Session}/en-vivo HTTP/1.1\r\nHost: abierto.example\r\nAccept: text/event-stream\r\n\r\n"), cancellationToken);
            await viewer.SeesAsync(0, cancellationToken);
            return viewer;
        }

        public async Task SeesAsync(int state, CancellationToken cancellationToken)
        {
            while (Seen < state)
            {
                var read = await socket.ReceiveAsync(buffer, cancellationToken);
                if (read == 0)
                    throw new IOException($"The stream ended after state {Seen}.");
                for (var at = 0; at < read; at++)
                {
                    if (buffer[at] != '\n')
                    {
                        // Only the lines that say which state it is are of interest; those are short.
                        if (line.Length < 32)
                            line.Append((char)buffer[at]);
                        continue;
                    }

                    var text = line.ToString();
                    line.Clear();
                    if (text.StartsWith("HTTP/1.1", StringComparison.Ordinal))
                        text.ShouldStartWith("HTTP/1.1 200");
                    if (!text.StartsWith("id: n", StringComparison.Ordinal))
                        continue;
                    var told = int.Parse(text["id: n".Length..], CultureInfo.InvariantCulture);
                    told.ShouldBeGreaterThan(Seen);
                    Seen = told;
                }
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
