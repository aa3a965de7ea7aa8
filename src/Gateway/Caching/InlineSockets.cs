using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// Answers kept reads on the thread that learns of the request from the operating system. Handing each of them to the thread
/// pool costs as much as giving the answer, and on a small machine most of it is two threads waking each other. Nothing that
/// takes long may run there: <see cref="FrontServer"/> hands over what is not kept, and <see cref="PooledStream"/> takes the
/// copying of bodies back to the pool each time that it has waited.
/// </summary>
internal static class InlineSockets
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Threads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>
    /// Before the first socket of the process: the runtime reads these once. It has no other way of setting them
    /// (dotnet/runtime, <c>SocketAsyncEngine.Unix.cs</c>). What an operator has set stays.
    /// </summary>
    public static void Use(IServiceCollection services)
    {
        SetUnlessSet(Inline, "1");
        // By default one for each processor, which leaves none for the rest of the system on a small machine: on two
        // processors one thread gave 1.1 to 1.3 times the answers that two gave.
        SetUnlessSet(Threads, Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
        services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
    }

    /// <summary>The application's part of the way: bodies from and to the caller.</summary>
    public static void UsePoolForBodies(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Request.Body = new PooledStream(context.Request.Body);
        context.Response.Body = new PooledStream(context.Response.Body);
        return next(context);
    });

    /// <summary>The other part: bodies from and to a service.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new PooledStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void SetUnlessSet(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            Environment.SetEnvironmentVariable(name, value);
    }
}
