using OpenGov.Gateway.Tls;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Gateway.Status;

/// <summary>Until when browsers will believe this gateway. Without a certificate of its own it says that.</summary>
internal sealed class CertificateFigures(IServiceProvider services) : IFigures
{
    public Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Figure>>(
        services.GetService<ServerCertificate>() is { } certificate
            ? [new Figure("certificate_end", Time: new DateTimeOffset(certificate.Context.TargetCertificate.NotAfter.ToUniversalTime()))]
            : [new Figure("certificate_none")]);
}
