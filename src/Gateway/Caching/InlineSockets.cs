using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// Answers kept reads on the thread that learns of the request from the operating system. Handing each of them to the thread
/// pool costs as much as giving the answer, and on a small machine most of it is two threads waking each other. The
/// application must not run there: <see cref="FrontServer"/> hands over what is not kept.
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
        // processors one thread gave 1.1 to 1.3 times the answers that two gave (docs/benchmarks.md).
        SetUnlessSet(Threads, Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
        services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
    }

    private static void SetUnlessSet(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            Environment.SetEnvironmentVariable(name, value);
    }
}
