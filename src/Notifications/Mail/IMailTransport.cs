using OpenGov.Notifications.Subscriptions;

namespace OpenGov.Notifications.Mail;

/// <summary>The one way out for mail.</summary>
public interface IMailTransport
{
    /// <summary>Connects, encrypts and signs in as the settings say.</summary>
    /// <param name="helloName">Host under which we introduce ourselves (RFC 5321 §4.1.1.1); empty where none is known.</param>
    /// <exception cref="MailException"/>
    Task<IMailSession> OpenAsync(MailServerSettings settings, string helloName, CancellationToken cancellationToken);
}

/// <summary>A connection that takes one message after another. Not for two threads.</summary>
public interface IMailSession : IAsyncDisposable
{
    /// <summary>False once a failure left the conversation at an unknown point: then open another session.</summary>
    bool IsUsable { get; }

    /// <summary>Hands one message over.</summary>
    /// <param name="message">RFC 5322 text, lines ended by CR LF.</param>
    /// <param name="handOver">
    /// Called when everything but the last line is sent, the last moment in which the server must discard the message if we go
    /// away (RFC 5321 §4.1.1.4). Answering false ends the connection instead: nothing is delivered.
    /// </param>
    /// <returns>The server's reply.</returns>
    /// <exception cref="MailException"/>
    Task<string> SendAsync(EmailAddress from, EmailAddress to, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> handOver, CancellationToken cancellationToken);
}

public enum MailFailure
{
    /// <summary>The server is away or does not accept us. Says nothing about the message or its reader.</summary>
    Server,

    /// <summary>The server went away (421) instead of taking this message: mostly its own trouble, now and then only with this one.</summary>
    Closed,

    /// <summary>Not now (4xx): full mailbox, greylisting, a broken connection.</summary>
    Transient,

    /// <summary>Never (5xx): no such mailbox, content refused.</summary>
    Permanent,

    /// <summary>The whole message is with the server, which says nothing: most probably delivered.</summary>
    Unconfirmed,

    /// <summary>We took it back before the last line: nothing was delivered.</summary>
    Withdrawn,
}

/// <summary>A message that was not taken. <see cref="Code"/> names the text for people; <see cref="Reply"/> is the server's own.</summary>
public sealed class MailException : Exception
{
    public MailException(MailFailure failure, string code, string? reply = null, Exception? inner = null)
        : base(code, inner) =>
        (Failure, Code, Reply) = (failure, code, reply);

    public MailFailure Failure { get; }
    public string Code { get; }

    /// <summary>One line of printable text, at most 300 characters.</summary>
    public string? Reply { get; }
}
