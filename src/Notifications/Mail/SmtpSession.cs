using System.Globalization;
using System.Text;
using OpenGov.Notifications.Subscriptions;

namespace OpenGov.Notifications.Mail;

/// <summary>One conversation with a mail server (RFC 5321).</summary>
internal sealed class SmtpSession(Stream stream) : IMailSession
{
    // RFC 5321 §4.5.3.2 asks for minutes, meant for the open internet; ours is a relay that the administrator chose, and a
    // worker must be done before its lease ends (DeliveryQueue.Lease).
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A relay looks through a message before it takes it. Who sends from the queue has less, by their lease.</summary>
    private static readonly TimeSpan LastWordTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LastWordGrace = TimeSpan.FromSeconds(2);

    /// <summary>The server goes away, whatever it was asked, and may hang up with it (RFC 5321 §3.8).</summary>
    private const int Closing = 421;

    private const int LongestReply = 300;
    private static readonly byte[] EndOfData = ".\r\n"u8.ToArray();
    private readonly SmtpReplies replies = new(stream);
    private string[] extensions = [];

    public bool IsUsable { get; private set; } = true;

    public async Task GreetAsync(string helloName, CancellationToken cancellationToken)
    {
        Expect(await ReadAsync(cancellationToken), 220, "smtp_refused");
        await HelloAsync(helloName, cancellationToken);
    }

    public async Task HelloAsync(string helloName, CancellationToken cancellationToken)
    {
        var name = Uri.CheckHostName(helloName) == UriHostNameType.Dns ? helloName : "[127.0.0.1]";
        var reply = await CommandAsync($"EHLO {name}", cancellationToken);
        Expect(reply, 250, "smtp_refused");
        extensions = reply.Lines[1..];
    }

    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!Offers("STARTTLS"))
            throw new MailException(MailFailure.Server, "smtp_no_starttls");
        Expect(await CommandAsync("STARTTLS", cancellationToken), 220, "smtp_tls_failed");
        // Whatever came with the answer was sent in the clear, perhaps by somebody in between, and must not be read as encrypted.
        if (replies.HasMore)
            throw new MailException(MailFailure.Server, "smtp_tls_failed");
    }

    public async Task SignInAsync(string userName, string password, CancellationToken cancellationToken)
    {
        var mechanisms = extensions.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.ToUpperInvariant().Split(' ') ?? [];
        SmtpReply reply;
        if (mechanisms.Contains("PLAIN"))
        {
            reply = await CommandAsync("AUTH PLAIN " + Base64($"\0{userName}\0{password}"), cancellationToken);
        }
        else if (mechanisms.Contains("LOGIN"))
        {
            Expect(await CommandAsync("AUTH LOGIN", cancellationToken), 334, "smtp_sign_in_refused");
            Expect(await CommandAsync(Base64(userName), cancellationToken), 334, "smtp_sign_in_refused");
            reply = await CommandAsync(Base64(password), cancellationToken);
        }
        else
        {
            throw new MailException(MailFailure.Server, "smtp_sign_in_unsupported");
        }

        Expect(reply, 235, "smtp_sign_in_refused");
    }

    public async Task<string> SendAsync(
        EmailAddress from, EmailAddress to, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> handOver, CancellationToken cancellationToken)
    {
        // A refused sender is refused for every mail: a matter of settings, not of this message.
        Expect(await CommandAsync($"MAIL FROM:<{from}>", cancellationToken), 250, "smtp_sender_refused");
        var recipient = await CommandAsync($"RCPT TO:<{to}>", cancellationToken);
        if (recipient.Code is not (250 or 251))
        {
            await ResetAfterAsync(recipient, cancellationToken);
            throw Refused(recipient, "smtp_recipient_refused");
        }

        var start = await CommandAsync("DATA", cancellationToken);
        if (start.Code != 354)
        {
            await ResetAfterAsync(start, cancellationToken);
            throw Refused(start, "smtp_refused");
        }

        // From here until the server's answer the conversation cannot be continued after a failure.
        IsUsable = false;
        await GuardAsync(async token => await stream.WriteAsync(DotStuffed(message.Span), token), cancellationToken);
        await GuardAsync(stream.FlushAsync, cancellationToken);
        if (!await handOver(cancellationToken))
            throw new MailException(MailFailure.Withdrawn, "withdrawn");

        await GuardAsync(async token => await stream.WriteAsync(EndOfData, token), cancellationToken);
        await GuardAsync(stream.FlushAsync, cancellationToken);
        var reply = await ReadLastWordAsync(cancellationToken);
        IsUsable = reply.Code != Closing;
        return reply.Code == 250 ? reply.Text : throw Refused(reply, "smtp_refused");
    }

    /// <summary>
    /// A process that was stopped for a while finds its limits passed when it goes on, although the server answered long ago. To
    /// take that for silence would be wrong. A server that is silent all the same has the whole message and most probably takes it.
    /// </summary>
    private async Task<SmtpReply> ReadLastWordAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken, LastWordTimeout);
        }
        catch (Exception exception) when (exception is OperationCanceledException or MailException { Code: "smtp_timeout" })
        {
            using var grace = new CancellationTokenSource(LastWordGrace);
            try
            {
                return await ReadAsync(grace.Token);
            }
            catch (OperationCanceledException silence)
            {
                throw new MailException(MailFailure.Unconfirmed, "smtp_unconfirmed", null, silence);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (IsUsable)
                await CommandAsync("QUIT", CancellationToken.None);
        }
        catch (MailException)
        {
            // The server is gone already.
        }

        await stream.DisposeAsync();
    }

    /// <summary>One line of a server's text that may be shown and stored.</summary>
    public static string Printable(string text)
    {
        var line = new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]).Trim();
        if (line.Length <= LongestReply)
            return line;
        // Half a character could not be stored.
        return line[..(char.IsHighSurrogate(line[LongestReply - 1]) ? LongestReply - 1 : LongestReply)];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>RFC 5321 §4.5.2: a line that begins with a dot gets a second one. The text ends with CR LF.</summary>
    private static byte[] DotStuffed(ReadOnlySpan<byte> message)
    {
        var stuffed = new List<byte>(message.Length + 16);
        var startOfLine = true;
        foreach (var octet in message)
        {
            if (startOfLine && octet == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(octet);
            startOfLine = octet == '\n';
        }

        return [.. stuffed];
    }

    private static MailException Refused(SmtpReply reply, string code) => new(
        reply.Code switch { Closing => MailFailure.Closed, >= 500 => MailFailure.Permanent, _ => MailFailure.Transient }, CodeOf(reply, code), Printable(reply.Text));

    /// <summary>A server that goes away says nothing about sender or recipient.</summary>
    private static string CodeOf(SmtpReply reply, string refusal) => reply.Code == Closing ? "smtp_refused" : refusal;

    /// <summary>For steps that are the same for every message: a refusal says nothing about one of them.</summary>
    private void Expect(SmtpReply reply, int code, string refusal)
    {
        if (reply.Code == code)
            return;
        IsUsable = false;
        throw new MailException(MailFailure.Server, CodeOf(reply, refusal), Printable(reply.Text));
    }

    private bool Offers(string extension) => extensions.Any(line => line.Split(' ')[0].Equals(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Makes the conversation ready for the next message. What the server said of this one stands, also where it hangs up now: its
    /// silence would otherwise be taken for the answer.
    /// </summary>
    private async Task ResetAfterAsync(SmtpReply refusal, CancellationToken cancellationToken)
    {
        IsUsable = false;
        if (refusal.Code == Closing)
            return;
        try
        {
            IsUsable = (await CommandAsync("RSET", cancellationToken)).Code == 250;
        }
        catch (Exception exception) when (exception is MailException or OperationCanceledException)
        {
            // Another connection for the next message.
        }
    }

    private async Task<SmtpReply> CommandAsync(string line, CancellationToken cancellationToken)
    {
        await GuardAsync(async token => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), token), cancellationToken);
        await GuardAsync(stream.FlushAsync, cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    private async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken, TimeSpan? atMost = null)
    {
        SmtpReply? reply = null;
        await GuardAsync(async token => reply = await replies.ReadAsync(token), cancellationToken, atMost);
        return reply!;
    }

    /// <summary>Bounds one step and turns a broken or silent connection into a failure that can be tried again.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken, TimeSpan? atMost = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost ?? CommandTimeout);
        try
        {
            await step(limit.Token);
        }
        catch (Exception exception) when (exception is IOException or FormatException or ObjectDisposedException)
        {
            IsUsable = false;
            throw new MailException(MailFailure.Transient, "smtp_connection_lost", null, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            IsUsable = false;
            throw new MailException(MailFailure.Transient, "smtp_timeout", CommandTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture), exception);
        }
    }
}
