using System.Net.Sockets;
using System.Text;

namespace OpenGov.UnitTests.Gateway;

/// <summary>Bytes as they are, for requests that no well-behaved client would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient connection = new();

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var raw = new RawConnection();
        await raw.connection.ConnectAsync(address.Host, address.Port);
        return raw;
    }

    public async Task SendAsync(string text) => await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>All until the other side closes; at most <paramref name="seconds"/>, then it fails.</summary>
    public async Task<string> ReadToEndAsync(int seconds = 30)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var all = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            int read;
            while ((read = await connection.GetStream().ReadAsync(buffer, bound.Token)) > 0)
                all.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Closed with a reset; what came before it counts.
        }

        return all.ToString();
    }

    public void Dispose() => connection.Dispose();
}
