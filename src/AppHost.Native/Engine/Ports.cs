using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OpenGov.AppHost.Native;

internal static class Ports
{
    // Below the range from which the kernel serves outgoing connections (32768 up): nobody takes a child's port while it restarts.
    private const int First = 20_000, Last = 32_000;

    /// <param name="taken">Ports given to others of this run.</param>
    /// <param name="preferred">The port of the run before, or 0.</param>
    public static int Free(IReadOnlySet<int> taken, int preferred)
    {
        if (preferred is >= First and < Last && !taken.Contains(preferred) && IsFree(IPAddress.Loopback, preferred))
            return preferred;
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (!taken.Contains(port) && IsFree(IPAddress.Loopback, port))
                return port;
        }
        throw new InvalidOperationException($"No free port between {First} and {Last}.");
    }

    public static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
