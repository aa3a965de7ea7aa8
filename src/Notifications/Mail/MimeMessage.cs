using System.Globalization;
using System.Text;
using OpenGov.Notifications.Subscriptions;

namespace OpenGov.Notifications.Mail;

/// <summary>A mail as RFC 5322 text: plain text and HTML of the same content (multipart/alternative), no image, no tracking.</summary>
internal sealed record MimeMessage
{
    public required MailServerSettings Sender { get; init; }
    public required EmailAddress To { get; init; }

    /// <summary>The same for every attempt, so that a receiver that sees a mail twice can know it (RFC 5322 §3.6.4).</summary>
    public required Guid Id { get; init; }

    /// <summary>Host of the instance, the right side of Message-ID and List-Id.</summary>
    public required string Host { get; init; }

    public required DateTimeOffset Date { get; init; }
    public required string Language { get; init; }
    public required string Subject { get; init; }
    public required string Text { get; init; }
    public required string Html { get; init; }

    /// <summary>Address of one-click unsubscribing (RFC 8058); null for mails that belong to no subscription.</summary>
    public string? Unsubscribe { get; init; }

    /// <summary>For filters of the reader's (RFC 2919), for example MX-MEX-PAL01-C03.</summary>
    public string? ListName { get; init; }

    public byte[] ToBytes()
    {
        var boundary = $"=_{Id:N}";
        var host = Host.Length == 0 ? Sender.From.Domain : Host;
        var mail = new StringBuilder();
        Add("From", MimeText.Mailbox(Sender.FromName, Sender.From));
        Add("To", To.ToString());
        if (Sender.ReplyTo is { } replyTo)
            Add("Reply-To", replyTo.ToString());
        Add("Subject", MimeText.Header(Subject));
        Add("Date", Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Add("Message-ID", $"<{Id:N}@{host}>");
        Add("Content-Language", Language);
        // RFC 3834: vacation programs and the like do not answer.
        Add("Auto-Submitted", "auto-generated");
        if (ListName is not null)
            Add("List-Id", $"<{ListName.ToLowerInvariant()}.{host}>");
        if (Unsubscribe is not null)
        {
            Add("List-Unsubscribe", $"<{Unsubscribe}>");
            Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        Add("MIME-Version", "1.0");
        Add("Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        mail.Append("\r\n");
        AddPart("text/plain", Text);
        AddPart("text/html", Html);
        mail.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());

        void Add(string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");

        void AddPart(string type, string content) => mail.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(type)
            .Append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n").Append(MimeText.QuotedPrintable(content));
    }
}
