using System.Globalization;
using System.Net;
using System.Text;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Commitments;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Notifications.Mail;

/// <summary>What a mail needs to know.</summary>
/// <param name="Token">Of the confirmation link; null for other kinds.</param>
/// <param name="Notice">The fact; null for mails that were asked for.</param>
/// <param name="Personal">A mail to one person, whom it is about: then only the first and fourth to fifth of the others are used.</param>
internal sealed record Letter(
    Guid DeliveryId, DeliveryKind Kind, Guid SubscriptionId, EmailAddress To, string Language, string Identifier, string Title,
    string? Token, NoticeContent? Notice, PersonalMailContent? Personal = null)
{
    public static Letter Of(Guid deliveryId, PersonalMailContent content) => new(
        deliveryId, DeliveryKind.Personal, Guid.Empty, EmailAddress.Parse(content.Recipient, "recipient").Value, content.Language, "", "", null, null, content);
}

/// <summary>
/// Writes mails in the reader's language: what happened, where to read it, why they get it, how to stop. Plain words, plain
/// text and HTML with the same content, links without parameters that follow anybody.
/// </summary>
internal sealed class MailWriter(TimeProvider clock, LinkTokens links)
{
    private const int MaxQuoted = 2000;

    public byte[] Write(MailServerSettings sender, MailInstance instance, Letter letter)
    {
        var texts = new Texts(CultureInfo.GetCultureInfo(letter.Language == "en" ? "en" : "es-MX"));
        if (letter.Personal is { } personal)
            return WritePersonal(sender, instance, letter, personal, texts);
        var page = new Uri($"{instance.PublicAddress}/compromisos/{Uri.EscapeDataString(letter.Identifier)}").AbsoluteUri;
        var name = $"{letter.Identifier} {letter.Title}";
        var key = $"mail_{letter.Kind.Code().ToLowerInvariant()}";
        var body = new MailBody(texts.Culture.Name);
        body.Paragraph(texts[$"{key}_intro", instance.Name]);
        body.Heading(name);
        if (letter.Notice is { } notice)
            Describe(notice, texts, body);

        string? unsubscribe = null;
        if (letter.Kind == DeliveryKind.Confirmation)
        {
            body.Link(texts["mail_confirm_link"], $"{instance.PublicAddress}/avisos/confirmar/{letter.Token}");
            body.Small(texts["mail_confirm_why"]);
        }
        else
        {
            unsubscribe = $"{instance.PublicAddress}/avisos/baja/{links.Unsubscribe(letter.SubscriptionId)}";
            body.Link(texts["mail_page_link"], page);
            body.Small(texts["mail_why", letter.Identifier]);
            body.Link(texts["mail_unsubscribe_link"], unsubscribe);
        }

        body.Small(instance.Name);
        return Build(sender, instance, letter.DeliveryId, letter.To, texts, texts[$"{key}_subject", letter.Identifier, letter.Title], body, unsubscribe, letter.Identifier);
    }

    /// <summary>No list headers: it is to one person, who can't unsubscribe from the safety of their own account.</summary>
    private byte[] WritePersonal(MailServerSettings sender, MailInstance instance, Letter letter, PersonalMailContent personal, Texts texts)
    {
        var key = $"mail_personal_{personal.Kind}";
        object[] values = [instance.Name, .. personal.Values ?? []];
        var body = new MailBody(texts.Culture.Name);
        // Where a text counts people, one person has a sentence of their own.
        body.Paragraph(texts[personal.Values is ["1", ..] && texts.Has($"{key}_intro_one") ? $"{key}_intro_one" : $"{key}_intro", values]);
        if (personal.Quote is { Length: > 0 } quote)
            body.Quote(quote.Length <= MaxQuoted ? quote : quote[..MaxQuoted] + "…");
        if (personal.Path is { } path)
            body.Link(texts[$"{key}_link", values], instance.PublicAddress + path);
        body.Small(texts[$"{key}_why", values]);
        body.Small(instance.Name);
        return Build(sender, instance, letter.DeliveryId, letter.To, texts, texts[$"{key}_subject", values], body, null, null);
    }

    public byte[] WriteTest(MailServerSettings sender, MailInstance instance, EmailAddress to, Guid id, CultureInfo culture)
    {
        var texts = new Texts(culture);
        var body = new MailBody(culture.Name);
        body.Paragraph(texts["mail_test_intro", instance.Name]);
        body.Small(texts["mail_test_why"]);
        return Build(sender, instance, id, to, texts, texts["mail_test_subject", instance.Name], body, null, null);
    }

    private byte[] Build(
        MailServerSettings sender, MailInstance instance, Guid id, EmailAddress to, Texts texts, string subject, MailBody body, string? unsubscribe, string? listName) =>
        new MimeMessage
        {
            Sender = sender,
            To = to,
            Id = id,
            Host = instance.Host,
            Date = clock.GetUtcNow(),
            Language = texts.Culture.Name,
            Subject = subject,
            Text = body.Text,
            Html = body.Html,
            Unsubscribe = unsubscribe,
            ListName = listName,
        }.ToBytes();

    private static void Describe(NoticeContent notice, Texts texts, MailBody body)
    {
        if (notice.Activity is { } activity)
            body.Fact(texts["mail_activity"], activity);
        if (notice is { From: { } from, To: { } to })
        {
            body.Fact(texts["mail_status"], from == to
                ? texts[$"status_{to.Code()}"]
                : texts["mail_from_to", texts[$"status_{from.Code()}"], texts[$"status_{to.Code()}"]]);
        }

        if (notice.Period is { Length: > 0 } period)
            body.Fact(texts["mail_period"], period);
        if (notice.By is { } by)
            body.Fact(texts["mail_by"], by);
        if (notice.Resolution is { } resolution)
            body.Fact(texts["mail_resolution"], texts["mail_resolution_of", resolution, notice.ResolutionDate]);
        if (notice is { Verified: { } verified, Reported: { } reported })
        {
            body.Fact(texts["mail_progress_verified"], Percent.Text(verified, texts.Culture) + " %");
            body.Fact(texts["mail_progress_reported"], Percent.Text(reported, texts.Culture) + " %");
        }

        if (notice.EvidenceCount > 0)
            body.Fact(texts["mail_evidence"], notice.EvidenceCount.ToString(texts.Culture));
        if (notice.Text is { Length: > 0 } text)
            body.Quote(text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…");
    }

    private sealed class Texts(CultureInfo culture)
    {
        public CultureInfo Culture => culture;

        public bool Has(string code) => Messages.Resources.GetString(code, culture) is not null;

        public string this[string code, params object?[] args]
        {
            get
            {
                var format = Messages.Resources.GetString(code, culture) ?? throw new InvalidOperationException($"There is no text {code}.");
                return args.Length == 0 ? format : string.Format(culture, format, args);
            }
        }
    }
}

/// <summary>The two renderings of one content, grown together so that neither says more than the other.</summary>
internal sealed class MailBody(string language)
{
    private readonly StringBuilder text = new();
    private readonly StringBuilder html = new();

    public string Text => text.ToString().TrimEnd() + "\n";

    public string Html =>
        $"""
        <!DOCTYPE html>
        <html lang="{language}"><head><meta charset="utf-8"><title></title></head>
        <body style="margin:0;padding:16px;font:16px/1.5 sans-serif;color:#0b0c0c;background:#ffffff"><div style="max-width:600px">
        {html}</div></body></html>

        """;

    public void Paragraph(string content) => Add(content, $"<p>{Encode(content)}</p>");

    public void Heading(string content) => Add(content, $"<h1 style=\"font-size:20px;line-height:1.3\">{Encode(content)}</h1>");

    public void Fact(string label, string value)
    {
        text.Append(label).Append(": ").Append(OneLine(value)).Append('\n');
        html.Append("<p style=\"margin:4px 0\"><strong>").Append(Encode(label)).Append(":</strong> ").Append(Encode(value)).Append("</p>\n");
    }

    public void Quote(string content)
    {
        text.Append('\n');
        foreach (var line in content.ReplaceLineEndings("\n").Split('\n'))
            text.Append("> ").Append(line).Append('\n');
        text.Append('\n');
        html.Append("<blockquote style=\"margin:12px 0;padding-left:12px;border-left:4px solid #b1b4b6;white-space:pre-line\">").Append(Encode(content)).Append("</blockquote>\n");
    }

    public void Link(string label, string address)
    {
        text.Append('\n').Append(label).Append(":\n").Append(address).Append('\n');
        html.Append("<p><a href=\"").Append(Encode(address)).Append("\" style=\"color:#1d70b8\">").Append(Encode(label)).Append("</a></p>\n");
    }

    public void Small(string content) => Add(content, $"<p style=\"font-size:14px;color:#505a5f\">{Encode(content)}</p>");

    private static string Encode(string content) => WebUtility.HtmlEncode(content);

    private static string OneLine(string content) => content.ReplaceLineEndings(" ");

    private void Add(string plain, string rich)
    {
        text.Append(text.Length > 0 ? "\n" : "").Append(OneLine(plain)).Append('\n');
        html.Append(rich).Append('\n');
    }
}
