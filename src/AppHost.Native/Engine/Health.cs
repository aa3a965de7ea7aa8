using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace OpenGov.AppHost.Native;

/// <summary>Asks processes whether they do their work.</summary>
internal static class Health
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>The health path answers as it should; without one, every endpoint accepts connections.</summary>
    public static async Task<bool> EndpointsAsync(Resource resource, int replica, CancellationToken cancellationToken)
    {
        if (resource.HttpHealth is { } check)
        {
            var endpoint = resource.Endpoint(check.Endpoint ?? "http");
            using var answer = await Http.GetAsync(
                new Uri(endpoint.Url(replica) + check.Path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == (HttpStatusCode)check.Status;
        }
        foreach (var endpoint in resource.Endpoints)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(endpoint.Host, endpoint.AllocatedPorts[replica], cancellationToken);
        }
        return true;
    }

    /// <summary>The broker answers the protocol header with a method frame (AMQP 0-9-1 §2.2.4), not just with an open port.</summary>
    public static async Task<bool> AmqpAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
        var answer = new byte[1];
        return await stream.ReadAsync(answer, cancellationToken) == 1 && answer[0] == 1;
    }
}
