using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpenGov.Gateway;
using OpenGov.Gateway.Tls;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Gateway;

public sealed class TlsTests : IDisposable
{
    private const string Key = "--OpenGov:InstanceKey=an instance key of the tests, long enough";
    private readonly string folder = Directory.CreateTempSubdirectory("opengov-tls-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task TLS_serves_HTTP2_with_HSTS_and_a_renewed_certificate_without_a_restart()
    {
        var first = WriteCertificate("first.example");
        var port = FreePorts.Next();
        await using var system = await TestSystem.StartAsync(
            ("Gateway:Tls:Certificate", Path.Combine(folder, "cert.pem")), ("Gateway:Tls:Key", Path.Combine(folder, "key.pem")), ("Gateway:Tls:Address", $"https://127.0.0.1:{port}"));

        var (version, thumbprint, hsts) = await AskAsync(port);
        version.ShouldBe(HttpVersion.Version20);
        thumbprint.ShouldBe(first);
        hsts.ShouldBe("max-age=31536000");
        system.Portal.Requests.ShouldHaveSingleItem()["X-Forwarded-Proto"].ShouldBe("https");
        // What the operator's page tells of it.
        var report = await system.Part<ProcessReporter>().ReadAsync(CancellationToken.None);
        report.Figures.Single(figure => figure.Code == "certificate_end").Time!.Value.ShouldBe(DateTimeOffset.UtcNow.AddDays(30), TimeSpan.FromHours(1));

        var second = WriteCertificate("second.example");
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await AskAsync(port)).Thumbprint != second)
            await Task.Delay(TimeSpan.FromMilliseconds(200), bound.Token);

        // Half a renewal: the last good pair stays.
        await File.WriteAllTextAsync(Path.Combine(folder, "cert.pem"), "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n");
        await Task.Delay(TimeSpan.FromSeconds(6));
        (await AskAsync(port)).Thumbprint.ShouldBe(second);
    }

    [Fact]
    public async Task Only_suites_with_forward_secrecy_and_authenticated_encryption_are_spoken()
    {
        WriteCertificate("suites.example");
        var port = FreePorts.Next();
        await using var system = await TestSystem.StartAsync(
            ("Gateway:Tls:Certificate", Path.Combine(folder, "cert.pem")), ("Gateway:Tls:Key", Path.Combine(folder, "key.pem")), ("Gateway:Tls:Address", $"https://127.0.0.1:{port}"));

        (await NegotiateAsync(port, null, SslProtocols.Tls13)).ShouldBeOneOf([.. TlsExtensions.Suites]);
        (await NegotiateAsync(port, null, SslProtocols.Tls12)).ShouldBeOneOf([.. TlsExtensions.Suites]);
        foreach (var old in new[] { TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256 })
            await Should.ThrowAsync<AuthenticationException>(() => NegotiateAsync(port, old, SslProtocols.Tls12));

        // Our own library would not even ask for what came before: the first message is written by hand.
        const byte Handshake = 22, Alert = 21, ProtocolVersion = 70;
        (await AnswerToHelloAsync(port, 0x0303))[0].ShouldBe(Handshake, "the same message with TLS 1.2 in it is understood");
        foreach (var version in new ushort[] { 0x0302, 0x0301 })
        {
            var answer = await AnswerToHelloAsync(port, version);
            (answer[0], answer[^1]).ShouldBe((Alert, ProtocolVersion), $"{version:x4}");
        }

        (await AnswerToHelloAsync(port, 0x0300))[0].ShouldBe(Alert);
    }

    /// <summary>A ClientHello (RFC 5246 §7.4.1.2) of the version; the first record that comes back.</summary>
    private static async Task<byte[]> AnswerToHelloAsync(int port, ushort version)
    {
        byte[] versionBytes = [(byte)(version >> 8), (byte)version];
        // ECDHE with AES-GCM (1.2) and with AES-CBC and SHA-1 (before), for both kinds of certificates; the groups P-256 and X25519; common signatures.
        byte[] suites = [0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x09, 0xC0, 0x13, 0x00, 0x2F];
        byte[] extensions = [0, 10, 0, 6, 0, 4, 0, 0x17, 0, 0x1D, 0, 11, 0, 2, 1, 0, 0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1];
        byte[] body = [.. versionBytes, .. RandomNumberGenerator.GetBytes(32), 0, 0, (byte)suites.Length, .. suites, 1, 0, 0, (byte)extensions.Length, .. extensions];
        byte[] hello = [1, 0, 0, (byte)body.Length, .. body];
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = socket.GetStream();
        await stream.WriteAsync((byte[])[22, 3, 1, 0, (byte)hello.Length, .. hello]);
        var head = new byte[5];
        await stream.ReadExactlyAsync(head);
        var record = new byte[(head[3] << 8) + head[4]];
        await stream.ReadExactlyAsync(record);
        return [.. head, .. record];
    }

    private static async Task<TlsCipherSuite> NegotiateAsync(int port, TlsCipherSuite? only, SslProtocols protocols)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using var secure = new SslStream(socket.GetStream());
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "suites.example",
            EnabledSslProtocols = protocols,
            CipherSuitesPolicy = only is { } suite ? new CipherSuitesPolicy([suite]) : null,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=suites.example",
        });
        return secure.NegotiatedCipherSuite;
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_ends_the_start_with_a_remedy()
    {
        var exception = Should.Throw<InvalidOperationException>(() => StartAsync(
            "--urls=http://127.0.0.1:0", $"--Gateway:Tls:Certificate={folder}/none.pem", $"--Gateway:Tls:Key={folder}/none.key", "--Gateway:Tls:Address=https://127.0.0.1:0"));
        exception.Message.ShouldContain("Gateway:Tls:Certificate");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("HTTP://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://abierto.example:0")]
    public void Plain_HTTP_beyond_loopback_is_refused_unless_told_otherwise(string urls) =>
        Should.Throw<InvalidOperationException>(() => GatewayApplication.Create([$"--urls={urls}"])).Message.ShouldContain("Gateway:AllowPlainHttp");

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:0")]
    [InlineData("http://[::1]:0")]
    public async Task Plain_HTTP_on_loopback_is_fine(string urls)
    {
        await using var app = GatewayApplication.Create([$"--urls={urls}", Key]);
        app.ShouldNotBeNull();
    }

    [Fact]
    public async Task Plain_HTTP_can_be_allowed()
    {
        await using var app = GatewayApplication.Create(["--urls=http://*:0", "--Gateway:AllowPlainHttp=true", Key]);
        app.ShouldNotBeNull();
    }

    [Fact]
    public async Task Only_trusted_proxies_are_believed()
    {
        (string Name, string Value)[] claims = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "abierto.example")];
        await using var trusting = await TestSystem.StartAsync(("Gateway:TrustedProxies", "10.0.0.0/8, 127.0.0.1"));
        using var believed = await trusting.SendAsync("GET", "/plan", claims);
        var seen = trusting.Portal.Requests.ShouldHaveSingleItem();
        seen["X-Forwarded-For"].ShouldBe("203.0.113.9");
        seen["X-Forwarded-Proto"].ShouldBe("https");
        seen["Host"].ShouldBe("abierto.example");
        believed.Headers.Contains("Strict-Transport-Security").ShouldBeTrue();

        await using var other = await TestSystem.StartAsync(("Gateway:TrustedProxies", "10.0.0.0/8"));
        using var ignored = await other.SendAsync("GET", "/plan", claims);
        other.Portal.Requests.ShouldHaveSingleItem()["X-Forwarded-For"].ShouldBe("127.0.0.1");
        other.Portal.Requests.ShouldHaveSingleItem()["X-Forwarded-Proto"].ShouldBe("http");
    }

    private static Task StartAsync(params string[] settings)
    {
        var app = GatewayApplication.Create([.. settings, Key, "--Logging:LogLevel:Default=None"]);
        return app.StartAsync();
    }

    private static async Task<(Version Version, string Thumbprint, string Hsts)> AskAsync(int port)
    {
        var thumbprint = "";
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            // Self-signed; which of the two it is, is what the test asks.
            thumbprint = ((X509Certificate2)certificate!).Thumbprint;
            return certificate.Subject.EndsWith(".example", StringComparison.Ordinal);
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{port}/plan") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        using var answer = await client.SendAsync(request);
        return (answer.Version, thumbprint, answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    private string WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        return certificate.Thumbprint;
    }
}
