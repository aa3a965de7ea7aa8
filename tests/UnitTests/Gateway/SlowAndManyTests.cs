using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.UnitTests.Gateway.Caching;

namespace OpenGov.UnitTests.Gateway;

/// <summary>Hands that hold what they were given: kept answers that nobody takes, HTTP/2 streams that never end, connections without number.</summary>
public sealed class SlowAndManyTests
{
    /// <summary>
    /// Sixteen megabytes are asked for and none is taken; what the sockets' buffers hold is the machine's to say, and less. 42 seconds after
    /// they are full the gateway lets go.
    /// </summary>
    [Fact]
    public async Task A_reader_who_takes_nothing_of_a_large_kept_answer_is_let_go_as_any_other()
    {
        const int Size = 1000 * 1024;
        const int Asked = 16;
        await KeptAnswers.AwayFromTheTurnAsync(TimeSpan.FromSeconds(10));
        await using var system = await TestSystem.StartAsync();
        system.Portal.Handler = context =>
        {
            context.Response.Headers[PublicReads.Header] = "portal";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(new string('x', Size));
        };
        for (var i = 0; i < 3; i++)
        {
            using var whole = await system.SendAsync("GET", "/plan", ("Host", "x"));
            (await whole.Content.ReadAsByteArrayAsync()).Length.ShouldBe(Size);
        }

        var asked = system.Portal.Requests.Count;
        using var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
        await connection.ConnectAsync(IPAddress.Loopback, system.Address.Port);
        await connection.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /plan HTTP/1.1\r\nHost: x\r\n\r\n", Asked))));
        for (var second = 0; second < 75; second += 5)
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            using var other = await system.SendAsync("GET", "/plan", ("Host", "x"));
            other.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var (total, buffer) = (0L, new byte[64 * 1024]);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            int read;
            while ((read = await connection.ReceiveAsync(buffer, bound.Token)) > 0)
                total += read;
        }
        catch (SocketException)
        {
            // Let go with a reset; what came before it counts.
        }

        total.ShouldBeLessThan(Asked * Size);
        (system.Portal.Requests.Count - asked).ShouldBeLessThan(20, "kept answers were given");
    }

    [Fact]
    public async Task Beyond_the_limit_of_all_connections_one_more_is_closed_at_once_and_who_leaves_makes_room()
    {
        await using var system = await TestSystem.StartAsync(("Gateway:Limits:AllConnections", "30"));
        var held = new List<Socket>();
        for (var number = 0; number < 30; number++)
        {
            // Of several addresses, each far below what one may hold.
            held.Add(await OpenAsync(system, $"127.0.0.{2 + (number % 3)}"));
            // Connections are counted in no certain order: one that was answered has been.
            (await AskAsync(held[^1], "GET /plan HTTP/1.1\r\nHost: x\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");
        }

        (await IsAnsweredAsync(system)).ShouldBeFalse();

        held.ForEach(socket => socket.Dispose());
        for (var attempt = 0; !await IsAnsweredAsync(system); attempt++)
        {
            attempt.ShouldBeLessThan(100, "no room came back");
            await Task.Delay(100);
        }
    }

    private static async Task<Socket> OpenAsync(TestSystem system, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, system.Address.Port);
        return socket;
    }

    private static async Task<string> AskAsync(Socket socket, string request)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var buffer = new byte[4096];
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, bound.Token));
    }

    private static async Task<bool> IsAnsweredAsync(TestSystem system)
    {
        try
        {
            using var socket = await OpenAsync(system, "127.0.0.9");
            return (await AskAsync(socket, "GET /plan HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
