using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using OpenGov.SystemTests.Faults;
using OpenGov.SystemTests.Support;
using Xunit.Abstractions;

namespace OpenGov.SystemTests.Thread;

/// <summary>
/// A hall follows the live page through the whole system while forty seats vote: the gateway's reader, the portal's parts and the service's votes
/// at once. How much of a hall the gateway alone carries is measured elsewhere (docs/benchmarks.md).
/// </summary>
[Collection(SampleSystemCollection.Name)]
public sealed class WatchedVoteTests(SampleSystem system, ITestOutputHelper output)
{
    private const int Many = 1000;

    /// <summary>Of one address, the gateway takes a thousand: the hall sits at several.</summary>
    private const int AtOneAddress = 250;

    /// <summary>Thirty of forty, as the page says it.</summary>
    private const string Result = "A favor: 30. En contra: 10. Abstenciones: 0. Ausentes: 0.";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(12);

    [LongFact]
    public async Task Everybody_who_watches_sees_the_result_of_forty_seats_that_vote_at_once()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var office = await ApiClient.SignInAsync(system, "administration");
        var stl = await ComposedSecretariat.ComposeAsync(system, office, "Secretariado de cuarenta asientos (prueba)", civilSociety: 20, publicBodies: 19, guarantors: 1, accounts: true);
        await stl.InstallAsync();
        var session = await stl.OpenSessionAsync("Hoja de ruta");
        var at = ComposedSecretariat.Session(session);
        var item = (await office.GetAsync(at))["agenda"]![0]!["id"]!.GetValue<string>();
        var motion = (await ComposedSecretariat.PostAsync(office, $"{at}/motions", new JsonObject { ["agendaItemId"] = item, ["text"] = "Se aprueba la hoja de ruta." }))["motions"]![0]!["id"]!.GetValue<string>();
        await ComposedSecretariat.PostAsync(office, $"{at}/motions/{motion}/ballots", null);

        var watch = Stopwatch.StartNew();
        var hall = new List<Spectator>();
        // A hundred at a time: the listener's queue is for bursts, not for halls.
        foreach (var some in Enumerable.Range(0, Many).Chunk(100))
            hall.AddRange(await Task.WhenAll(some.Select(one => Spectator.ComeAsync(system.Origin, session, one / AtOneAddress, limit.Token))));
        var came = watch.ElapsedMilliseconds;
        var following = Task.WhenAll(hall.Select(spectator => spectator.SeesAsync(Result, limit.Token)));

        watch.Restart();
        await Task.WhenAll(stl.Members.Select((member, index) =>
            ComposedSecretariat.PostAsync(member, $"{at}/motions/{motion}/votes", new JsonObject { ["round"] = 1, ["choice"] = index < 30 ? "IN_FAVOUR" : "AGAINST" })));
        var voted = watch.ElapsedMilliseconds;
        watch.Restart();
        await ComposedSecretariat.PostAsync(office, $"{at}/motions/{motion}/ballots/close", null);
        await following;
        var seen = watch.ElapsedMilliseconds;

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Many} spectators came in {came} ms; {stl.Members.Count} seats voted in {voted} ms; all saw the result {seen} ms after the ballot was closed; each was told {hall.Min(one => one.Told)} to {hall.Max(one => one.Told)} states"));
        hall.ShouldAllBe(spectator => spectator.Told >= 2, "the votes as they came, and the result");
        await ComposedSecretariat.PostAsync(office, $"{at}/closing", null);
        foreach (var spectator in hall)
            spectator.Dispose();
        foreach (var member in stl.Members)
            member.Dispose();
    }

    /// <summary>One connection and a small buffer: a thousand clients of the framework would take the machine from the system.</summary>
    private sealed class Spectator : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] buffer = new byte[8192];
        private readonly List<byte> line = [];

        /// <summary>States of the page that it was told.</summary>
        public int Told { get; private set; }

        public static async Task<Spectator> ComeAsync(Uri origin, string session, int row, CancellationToken cancellationToken)
        {
            var spectator = new Spectator();
            spectator.socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(10 + row)]), 0));
            await spectator.socket.ConnectAsync(IPAddress.Loopback, origin.Port, cancellationToken);
            await spectator.socket.SendAsync(Encoding.ASCII.GetBytes($"GET /sesiones/{session}/en-vivo HTTP/1.1\r\nHost: {origin.Authority}\r\nAccept: text/event-stream\r\n\r\n"), cancellationToken);
            await spectator.SeesAsync("data:", cancellationToken);
            return spectator;
        }

        public async Task SeesAsync(string text, CancellationToken cancellationToken)
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer, cancellationToken);
                if (read == 0)
                    throw new IOException($"The stream ended before it said \"{text}\".");
                var sees = false;
                foreach (var next in buffer.AsSpan(0, read))
                {
                    if (next != '\n')
                    {
                        line.Add(next);
                        continue;
                    }

                    var said = Encoding.UTF8.GetString([.. line]);
                    line.Clear();
                    if (said.StartsWith("HTTP/1.1", StringComparison.Ordinal))
                        said.ShouldStartWith("HTTP/1.1 200");
                    if (said.StartsWith("id:", StringComparison.Ordinal))
                        Told++;
                    sees |= said.Contains(text, StringComparison.Ordinal);
                }

                if (sees)
                    return;
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
