using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OpenGov.TestSupport;

/// <summary>One mail as it arrived: envelope and RFC 5322 text.</summary>
public sealed record ReceivedMail(string From, string To, string Source, bool Encrypted, string? User)
{
    /// <summary>A header's value, unfolded and with encoded words read (RFC 2047); null where it is missing.</summary>
    public string? Header(string name)
    {
        var head = Source[..Source.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal);
        var line = head.Split("\r\n").SingleOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase));
        return line is null ? null : MailText.Words(line[(name.Length + 2)..]);
    }

    public string Text => MailText.Part(Source, "text/plain");

    public string Html => MailText.Part(Source, "text/html");

    /// <summary>The one address in the text that begins with this.</summary>
    public string Link(string beginning) => Text.Split('\n', '\r', ' ').Single(word => word.StartsWith(beginning, StringComparison.Ordinal));
}

/// <summary>
/// A mail server (RFC 5321) on loopback and a free port, for tests: real sockets, keeps what it accepts, and can be told how to
/// answer. It takes a message as a server does, only when the line with the single dot has arrived.
/// </summary>
public sealed class SmtpReceiver : IAsyncDisposable
{
    public const string HangUp = "! ";

    private readonly ConcurrentQueue<ReceivedMail> mails = new();
    private readonly ConcurrentDictionary<TcpClient, bool> clients = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly CancellationTokenSource stopping = new();
    private readonly X509Certificate2? certificate;
    private readonly bool encryptAtOnce;
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;

    /// <param name="certificate">With one, STARTTLS is offered, or the conversation is encrypted from its start.</param>
    public SmtpReceiver(X509Certificate2? certificate = null, bool encryptAtOnce = false)
    {
        (this.certificate, this.encryptAtOnce) = (certificate, encryptAtOnce);
        Port = FreePorts.Next();
        Start();
    }

    public int Port { get; }

    /// <summary>
    /// Decides on a step: the command in upper case (<c>RCPT</c>), or <c>.</c> for the end of a message. Null: go on; a text: answer
    /// it; an empty text: close the connection without a word; a text that begins with <see cref="HangUp"/>: answer the rest and close.
    /// </summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>The same by the whole line of a command, asked first.</summary>
    public Func<string, string?> AnswerLine { get; set; } = _ => null;

    /// <summary>Runs when a whole message has arrived, before it is kept and answered.</summary>
    public Func<Task> OnMessage { get; set; } = () => Task.CompletedTask;

    /// <summary>What is kept of a mail that was taken; all of it by default.</summary>
    public Func<ReceivedMail, ReceivedMail> Keep { get; set; } = mail => mail;

    /// <summary>Name and password asked for; null: nobody needs to sign in.</summary>
    public (string User, string Password)? Login { get; set; }

    public IReadOnlyList<ReceivedMail> Mails => [.. mails];

    public int Connections { get; private set; }

    /// <summary>All commands that arrived, in order, without the texts of messages.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    /// <summary>Goes away: new connections are refused, open ones end.</summary>
    public async Task StopAsync()
    {
        listener?.Stop();
        foreach (var client in clients.Keys)
            client.Dispose();
        await accepting;
    }

    /// <summary>Waits until so many mails to the address have arrived, at most a minute.</summary>
    /// <param name="to">Null: to anybody.</param>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForAsync(string? to, int count = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            ReceivedMail[] found = [.. mails.Where(mail => to is null || mail.To == to)];
            if (found.Length >= count)
                return found;
            try
            {
                await arrived.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException exception)
            {
                throw new TimeoutException($"{found.Length} of {count} mails arrived.", exception);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await StopAsync();
        stopping.Dispose();
        arrived.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await from.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            Connections++;
            client.NoDelay = true;
            clients.TryAdd(client, true);
            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The other side went away, or this one was stopped.
            }
            finally
            {
                clients.TryRemove(client, out _);
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var encrypted = false;
        if (encryptAtOnce)
            stream = await EncryptAsync(stream);
        encrypted = encryptAtOnce;
        var (reader, from, to, user) = (Reader(stream), "", "", (string?)null);
        if (!await SayAsync(stream, Answer("GREETING") ?? "220 receiver.test ESMTP"))
            return;
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            Commands.Enqueue(line);
            if ((AnswerLine(line) ?? Answer(verb)) is { } told)
            {
                if (!await SayAsync(stream, told))
                    return;
                continue;
            }

            switch (verb)
            {
                case "EHLO":
                    var offers = (certificate is not null && !encrypted ? "250-STARTTLS\r\n" : "") + (Login is null ? "" : "250-AUTH PLAIN LOGIN\r\n");
                    await SayAsync(stream, $"250-receiver.test\r\n{offers}250 8BITMIME");
                    break;
                case "STARTTLS" when certificate is not null:
                    await SayAsync(stream, "220 go on");
                    stream = await EncryptAsync(stream);
                    encrypted = true;
                    reader = Reader(stream);
                    break;
                case "AUTH" when Login is { } login:
                    var given = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2]));
                    user = given == $"\0{login.User}\0{login.Password}" ? login.User : null;
                    await SayAsync(stream, user is null ? "535 5.7.8 authentication failed" : "235 welcome");
                    break;
                case "MAIL" when Login is not null && user is null:
                    await SayAsync(stream, "530 5.7.0 sign in first");
                    break;
                case "MAIL":
                    from = Address(line);
                    await SayAsync(stream, "250 ok");
                    break;
                case "RCPT":
                    to = Address(line);
                    await SayAsync(stream, "250 ok");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    if (await ReadMessageAsync(reader) is not { } source)
                        return;
                    await OnMessage();
                    var refusal = Answer(".");
                    if (refusal is null)
                    {
                        mails.Enqueue(Keep(new ReceivedMail(from, to, source, encrypted, user)));
                        arrived.Release();
                    }

                    if (!await SayAsync(stream, refusal ?? "250 2.0.0 kept"))
                        return;
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, verb is "RSET" or "NOOP" ? "250 ok" : "502 unknown");
                    break;
            }
        }
    }

    private async Task<SslStream> EncryptAsync(Stream plain)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(certificate!);
        return secure;
    }

    /// <returns>The text, or null when the connection ended before the single dot: then nothing was sent.</returns>
    private async Task<string?> ReadMessageAsync(StreamReader reader)
    {
        var source = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            if (line == ".")
                return source.ToString();
            source.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return null;
    }

    private static StreamReader Reader(Stream stream) => new(stream, Encoding.Latin1, false, 1024, leaveOpen: true);

    private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private static async Task<bool> SayAsync(Stream stream, string line)
    {
        if (line.Length == 0)
            return false;
        var hangsUp = line.StartsWith(HangUp, StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.ASCII.GetBytes((hangsUp ? line[HangUp.Length..] : line) + "\r\n"));
        await stream.FlushAsync();
        return !hangsUp;
    }
}
