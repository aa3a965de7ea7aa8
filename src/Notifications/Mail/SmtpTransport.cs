using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace OpenGov.Notifications.Mail;

/// <summary>
/// SMTP (RFC 5321) over TCP, with STARTTLS (RFC 3207) or TLS from the start (RFC 8314). Our own and not
/// <c>System.Net.Mail.SmtpClient</c>: that one cannot do TLS on port 465, waits about 44 ms for each message, and does not say
/// when the last line is about to go, which is what keeps a killed worker from sending twice (docs/decisions).
/// </summary>
internal sealed class SmtpTransport : IMailTransport
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public async Task<IMailSession> OpenAsync(MailServerSettings settings, string helloName, CancellationToken cancellationToken)
    {
        var stream = await ConnectAsync(settings, cancellationToken);
        try
        {
            if (settings.Security == MailSecurity.Tls)
                stream = await EncryptAsync(stream, settings.Host, cancellationToken);
            var session = new SmtpSession(stream);
            await session.GreetAsync(helloName, cancellationToken);
            if (settings.Security == MailSecurity.Starttls)
            {
                await session.StartTlsAsync(cancellationToken);
                stream = await EncryptAsync(stream, settings.Host, cancellationToken);
                session = new SmtpSession(stream);
                await session.HelloAsync(helloName, cancellationToken);
            }

            if (settings is { UserName: { } userName, Password: { } password })
                await session.SignInAsync(userName, password, cancellationToken);
            return session;
        }
        catch (Exception exception)
        {
            await stream.DisposeAsync();
            // Until a message is begun every failure is the server's.
            if (exception is MailException { Failure: not MailFailure.Server } early)
                throw new MailException(MailFailure.Server, early.Code, early.Reply, early);
            throw;
        }
    }

    private static async Task<Stream> ConnectAsync(MailServerSettings settings, CancellationToken cancellationToken)
    {
        // The last line of a message is a packet of its own and must not wait for the acknowledgement of the one before.
        var client = new TcpClient { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTimeout);
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, limit.Token);
            return client.GetStream();
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            client.Dispose();
            var code = exception is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }
                ? "smtp_host_unknown"
                : "smtp_unreachable";
            throw new MailException(MailFailure.Server, code, $"{settings.Host}:{settings.Port}", exception);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<Stream> EncryptAsync(Stream plain, string host, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(plain);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTimeout);
        try
        {
            await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, limit.Token);
            return encrypted;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await encrypted.DisposeAsync();
            throw new MailException(MailFailure.Server, "smtp_tls_failed", SmtpSession.Printable(exception.Message), exception);
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }
}
