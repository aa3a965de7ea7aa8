using System.Net.Sockets;
using System.Text;

namespace OpenGov.UnitTests.Gateway;

/// <summary>Bytes as they are, for requests that no well-behaved client would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient connection = new();
    private NetworkStream stream = null!;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var raw = new RawConnection();
        await raw.connection.ConnectAsync(address.Host, address.Port);
        // Kept: a connection that was reset has none to give, although there may be something in it.
        raw.stream = raw.connection.GetStream();
        return raw;
    }

    public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <returns>False where the connection is gone.</returns>
    public async Task<bool> TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What there is of the answer as soon as its first bytes are there; nothing where the connection was reset before.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[8192];
        try
        {
            return Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer, bound.Token));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>All until the other side closes; at most <paramref name="seconds"/>, then it fails.</summary>
    public async Task<string> ReadToEndAsync(int seconds = 30)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var all = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, bound.Token)) > 0)
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
