using System.Net;
using System.Net.Sockets;

namespace OpenGov.TestSupport;

/// <summary>
/// Ports for servers of tests. They lie below those that the kernel gives to outgoing connections (32768 up) and below those of the engine
/// (20000 up), and each is given once in a process: nobody takes one before its server listens, nor while it is away.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000, Count = 10_000;

    // Another process of tests begins elsewhere.
    private static int last = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's.
            }
        }

        throw new InvalidOperationException($"No port is free from {First} to {First + Count - 1}.");
    }
}
