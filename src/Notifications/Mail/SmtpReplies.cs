using System.Globalization;
using System.Text;

namespace OpenGov.Notifications.Mail;

/// <param name="Lines">The texts after the code, one for each line.</param>
internal sealed record SmtpReply(int Code, string[] Lines)
{
    public string Text => $"{Code.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', Lines)}";
}

/// <summary>Reads replies of one or more lines (RFC 5321 §4.2.1) and no more of them than a server has reason to send.</summary>
internal sealed class SmtpReplies(Stream stream)
{
    private const int MaxLines = 100;
    private readonly byte[] buffer = new byte[4096];
    private int start;
    private int end;

    /// <summary>Octets arrived that no reply asked for.</summary>
    public bool HasMore => start < end;

    /// <exception cref="FormatException">Not SMTP.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw new FormatException("The other side does not speak SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
                return new(code, [.. lines]);
        }

        throw new FormatException("The reply does not end.");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var lineEnd = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (lineEnd >= 0)
            {
                var line = Encoding.UTF8.GetString(buffer, start, lineEnd).TrimEnd('\r');
                start += lineEnd + 1;
                return line;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
                throw new FormatException("The line does not end.");
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
                throw new IOException("The server closed the connection.");
            end += read;
        }
    }
}
