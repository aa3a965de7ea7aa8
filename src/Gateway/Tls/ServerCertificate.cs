using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenGov.Gateway.Tls;

/// <summary>
/// The certificate from PEM files (<c>Gateway:Tls:Certificate</c> with its chain, <c>Gateway:Tls:Key</c>). The files are looked
/// at every few seconds, by content, because renewal tools replace links as often as files; a pair that does not fit is
/// reported and the last good one stays.
/// </summary>
internal sealed class ServerCertificate : IDisposable
{
    /// <summary>New connections after a renewal see it within this time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly string certificatePath;
    private readonly string keyPath;
    private readonly ILogger log;
    private readonly ITimer timer;
    private byte[] seen;
    private volatile SslStreamCertificateContext context;

    /// <exception cref="InvalidOperationException">The files cannot be read, or do not belong together.</exception>
    public ServerCertificate(string certificatePath, string keyPath, TimeProvider clock, ILogger log)
    {
        (this.certificatePath, this.keyPath, this.log) = (certificatePath, keyPath, log);
        try
        {
            seen = ContentHash();
            context = Load();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"The certificate cannot be used: {exception.Message} Check Gateway:Tls:Certificate and Gateway:Tls:Key.", exception);
        }

        timer = clock.CreateTimer(_ => Reload(), null, Interval, Interval);
    }

    public SslStreamCertificateContext Context => context;

    public void Dispose() => timer.Dispose();

    internal void Reload()
    {
        try
        {
            var now = ContentHash();
            if (now.AsSpan().SequenceEqual(seen))
                return;
            context = Load();
            seen = now;
            log.LogInformation("The certificate was renewed; it ends on {End}", context.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Also the moment between the replacing of one file and the other: looked at again after the interval.
            log.LogError("The changed certificate cannot be used, the last one stays: {Reason}", exception.Message);
        }
    }

    private byte[] ContentHash() => [.. SHA256.HashData(File.ReadAllBytes(certificatePath)), .. SHA256.HashData(File.ReadAllBytes(keyPath))];

    private SslStreamCertificateContext Load()
    {
        var leaf = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificatePath);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
