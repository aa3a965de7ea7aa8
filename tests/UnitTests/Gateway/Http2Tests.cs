using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Gateway;

/// <summary>What one HTTP/2 connection may hold: frames written by hand, as no well-behaved client sends them.</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private const int StreamsPerConnection = 100;
    private readonly string folder = Directory.CreateTempSubdirectory("opengov-http2-").FullName;
    private readonly int port = FreePorts.Next();
    private TestSystem system = null!;

    public async Task InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=http2.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (pem, privateKey) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(privateKey, key.ExportPkcs8PrivateKeyPem());
        system = await TestSystem.StartAsync(("Gateway:Tls:Certificate", pem), ("Gateway:Tls:Key", privateKey), ("Gateway:Tls:Address", $"https://127.0.0.1:{port}"));
    }

    public async Task DisposeAsync()
    {
        await system.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Slow_bodies_of_many_streams_are_cut_off_and_the_services_are_freed_while_others_are_served()
    {
        var (begun, ended) = (0, 0);
        system.ActionPlans.Handler = async context =>
        {
            Interlocked.Increment(ref begun);
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                Interlocked.Increment(ref ended);
            }
        };
        await using var slow = await Connection.OpenAsync(port);
        for (var stream = 0; stream < 60; stream++)
        {
            await slow.HeadersAsync(Id(stream), "POST", "/api/action-plans/v1/plans", ends: false);
            await slow.DataAsync(Id(stream), "a");
        }

        await UntilAsync(() => begun == 60, 30, "all to be under way");
        using var other = await system.SendAsync("GET", "/plan");
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        // Ten seconds of grace, and what a busy machine adds.
        await UntilAsync(() => ended == 60, 60, "the services to be freed");
        await slow.Ended.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Of_more_streams_than_one_connection_may_have_the_rest_is_refused_and_others_are_served()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActionPlans.Handler = _ => gate.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await using var many = await Connection.OpenAsync(port);
        const int Asked = 150;
        for (var stream = 0; stream < Asked; stream++)
            await many.HeadersAsync(Id(stream), "GET", $"/api/action-plans/v1/plans?n={stream}", ends: true);
        await UntilAsync(() => many.Refused == Asked - StreamsPerConnection, 30, "the rest to be refused");
        await UntilAsync(() => system.ActionPlans.Requests.Count == StreamsPerConnection, 30, "the others to be under way");
        using var other = await system.SendAsync("GET", "/plan");
        other.StatusCode.ShouldBe(HttpStatusCode.OK);

        gate.SetResult();
        await UntilAsync(() => many.Answered == StreamsPerConnection, 30, "the others to be answered");
        many.Refused.ShouldBe(Asked - StreamsPerConnection);
        system.ActionPlans.Requests.Count.ShouldBe(StreamsPerConnection);
    }

    /// <summary>CVE-2023-44487: each stream is given up as soon as it is asked for, so that it never counts as open.</summary>
    [Fact]
    public async Task Whoever_asks_and_gives_up_without_end_is_let_go_and_others_are_served()
    {
        system.ActionPlans.Handler = context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var hasty = await Connection.OpenAsync(port);
        var sent = 0;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            for (; sent < 50_000 && !hasty.Ended.IsCompleted; sent++)
            {
                await hasty.HeadersAsync(Id(sent), "GET", "/api/action-plans/v1/plans", ends: true);
                await hasty.ResetAsync(Id(sent));
                if (sent % 500 == 0)
                {
                    using var served = await system.Client.GetAsync(new Uri("/plan", UriKind.Relative), bound.Token);
                    served.StatusCode.ShouldBe(HttpStatusCode.OK);
                }
            }
        }
        catch (IOException)
        {
            // Let go.
        }

        await hasty.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        sent.ShouldBeLessThan(50_000);
        using var other = await system.SendAsync("GET", "/plan");
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static int Id(int number) => (2 * number) + 1;

    private static async Task UntilAsync(Func<bool> holds, int seconds, string what)
    {
        var until = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        while (!holds())
        {
            TimeProvider.System.GetUtcNow().ShouldBeLessThan(until, $"waited for {what}");
            await Task.Delay(50);
        }
    }

    /// <summary>RFC 9113, as much of it as these tests need.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7;
        private readonly TcpClient client = new();
        private SslStream stream = null!;
        private int refused;
        private int answered;

        public int Refused => Volatile.Read(ref refused);

        /// <summary>Streams that the server has ended with an answer.</summary>
        public int Answered => Volatile.Read(ref answered);

        /// <summary>The server has ended the connection.</summary>
        public Task Ended { get; private set; } = Task.CompletedTask;

        public static async Task<Connection> OpenAsync(int port)
        {
            var connection = new Connection();
            await connection.client.ConnectAsync(IPAddress.Loopback, port);
            connection.stream = new SslStream(connection.client.GetStream());
            await connection.stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "http2.example",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=http2.example",
            });
            connection.stream.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http2);
            await connection.stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
            await connection.WriteAsync(Settings, 0, 0, []);
            connection.Ended = connection.ReadAsync();
            return connection;
        }

        public Task HeadersAsync(int id, string method, string path, bool ends)
        {
            var block = new List<byte>();
            foreach (var (name, value) in new[] { (":method", method), (":scheme", "https"), (":path", path), (":authority", "x") })
            {
                // Literal, without index and without Huffman (RFC 7541 §6.2.2).
                block.Add(0);
                Add(name);
                Add(value);
            }

            return WriteAsync(Headers, (byte)(4 | (ends ? 1 : 0)), id, block.ToArray());

            void Add(string text)
            {
                text.Length.ShouldBeLessThan(127);
                block.Add((byte)text.Length);
                block.AddRange(Encoding.ASCII.GetBytes(text));
            }
        }

        public Task DataAsync(int id, string text) => WriteAsync(Data, 0, id, Encoding.ASCII.GetBytes(text));

        public Task ResetAsync(int id) => WriteAsync(Reset, 0, id, [0, 0, 0, 8]);

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync();
            client.Dispose();
        }

        private async Task WriteAsync(byte type, byte flags, int id, byte[] payload)
        {
            var frame = new byte[9 + payload.Length];
            (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
            payload.CopyTo(frame, 9);
            await stream.WriteAsync(frame);
        }

        private async Task ReadAsync()
        {
            var head = new byte[9];
            try
            {
                while (true)
                {
                    await stream.ReadExactlyAsync(head);
                    var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                    await stream.ReadExactlyAsync(payload);
                    if (head[3] == Reset && BinaryPrimitives.ReadInt32BigEndian(payload) == 7)
                        Interlocked.Increment(ref refused);
                    if (head[3] is Data or Headers && (head[4] & 1) != 0)
                        Interlocked.Increment(ref answered);
                    if (head[3] == GoAway && BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)) != 0)
                        return;
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The end, without a word.
            }
        }
    }
}
