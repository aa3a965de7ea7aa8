using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenGov.Gateway.Live;

namespace OpenGov.UnitTests.Gateway.Live;

/// <summary>A spectator that does not read, beside one that does.</summary>
public sealed class SlowSpectatorTests
{
    /// <summary>Far past the ten seconds after which one who takes nothing is let go.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly Guid Session = Guid.CreateVersion7();

    /// <summary>More than the buffers on both sides hold, after a few changes.</summary>
    private static readonly string Large = new('x', 1024 * 1024);

    private int shown;

    [Fact]
    public async Task Who_takes_nothing_is_let_go_and_the_others_see_every_change()
    {
        await using var system = await TestSystem.StartAsync();
        system.Portal.Handler = AnswerAsync;
        using var limit = new CancellationTokenSource(Limit);
        using var reads = await Spectator.OpenAsync(system.Client, Session);
        (await reads.ChangeAsync()).Id.ShouldBe("n0");
        using var doesNot = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await doesNot.ConnectAsync(system.Address.Host, system.Address.Port, limit.Token);
        await doesNot.SendAsync(Encoding.ASCII.GetBytes($"GET /sesiones/{Session}/en-vivo HTTP/1.1\r\nHost: {system.Address.Authority}\r\n\r\n"), limit.Token);
        var meters = system.Part<LiveMeters>();
        await Caching.KeptAnswersTests.UntilAsync(() => meters.Spectators == 2);

        while (meters.Dropped == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            var next = Interlocked.Increment(ref shown);
            system.Participants.StateVersion = next.ToString(CultureInfo.InvariantCulture);
            (await reads.ChangeAsync()).Id.ShouldBe($"n{next}");
        }

        await Caching.KeptAnswersTests.UntilAsync(() => meters.Spectators == 1);
        meters.Dropped.ShouldBe(1);
        // Its connection is ended, so that its browser comes back: what is left in its own buffer, then nothing or a reset.
        var buffer = new byte[256 * 1024];
        try
        {
            while (await doesNot.ReceiveAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (SocketException reset)
        {
            reset.SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var now = Volatile.Read(ref shown);
        return context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["id"] = $"n{now}",
            ["over"] = false,
            ["parts"] = new JsonArray(new JsonObject { ["name"] = "mocion-1", ["html"] = $"{now} {Large}" }),
        });
    }
}
