using System.Globalization;
using System.Resources;
using System.Text;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Commitments;
using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.Subscriptions;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Notifications;

public sealed class MailWriterTests
{
    private const string Identifier = "MX-MEX-PAL01-C01";
    private static readonly EmailAddress Reader = EmailAddress.Parse("ana@ejemplo.mx", "to").Value;
    private static readonly ResourceManager MailResources = new("OpenGov.Notifications.Messages", typeof(MailWriter).Assembly);
    private readonly LinkTokens links = new(LinkTokensTests.Key("an instance key of the tests, long enough"));
    private readonly Guid delivery = Guid.CreateVersion7();
    private readonly Guid subscription = Guid.CreateVersion7();

    private static readonly NoticeContent Progress = new()
    {
        Activity = "Diseñar la plataforma",
        From = ActivityStatus.NotStarted,
        To = ActivityStatus.InProgress,
        Text = "Primera línea.\nSegunda <b>línea</b> & fin.",
        Period = "2021-Q1",
        By = "Infoem",
        EvidenceCount = 2,
        Verified = new ExactFraction("0", "1"),
        Reported = new ExactFraction("200", "7"),
    };

    private ReceivedMail Write(
        DeliveryKind kind = DeliveryKind.ProgressReported, string language = "es", string title = "Cultura de gobierno abierto", string fromName = "Avisos",
        string instance = "Gobierno abierto del Estado de México", NoticeContent? notice = null, string? token = null)
    {
        var sender = new MailServerSettings("localhost", 25, MailSecurity.None, null, null, EmailAddress.Parse("avisos@ejemplo.mx", "from").Value, fromName, null);
        var bytes = new MailWriter(TimeProvider.System, links).Write(
            sender, new MailInstance(instance, "https://abierto.ejemplo.mx"),
            new Letter(delivery, kind, subscription, Reader, language, Identifier, title, token, notice ?? (kind >= DeliveryKind.ProgressReported ? Progress : null)));
        bytes.ShouldAllBe(octet => octet == '\r' || octet == '\n' || (octet >= 32 && octet < 127));
        var source = Encoding.ASCII.GetString(bytes);
        source.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n');
        source.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\r');
        source.Split("\r\n").ShouldAllBe(line => line.Length <= 998);
        return new ReceivedMail("", "", source, false, null);
    }

    [Fact]
    public void A_progress_mail_says_what_changed_where_to_read_it_why_it_comes_and_how_to_stop()
    {
        var mail = Write();
        var unsubscribe = "https://abierto.ejemplo.mx/avisos/baja/" + links.Unsubscribe(subscription);
        mail.Header("Subject").ShouldBe($"[{Identifier}] Avance: Cultura de gobierno abierto");
        mail.Header("List-Unsubscribe").ShouldBe($"<{unsubscribe}>");
        mail.Header("List-Unsubscribe-Post").ShouldBe("List-Unsubscribe=One-Click");
        mail.Header("Auto-Submitted").ShouldBe("auto-generated");
        mail.Header("Message-ID").ShouldBe($"<{delivery:N}@abierto.ejemplo.mx>");
        foreach (var expected in new[]
                 {
                     "Diseñar la plataforma", "de «No iniciada» a «En proceso»", "2021-Q1", "Infoem", "28.6 %", "Evidencias", "Primera línea.",
                     "porque pidió seguir", Identifier, "https://abierto.ejemplo.mx/compromisos/" + Identifier, unsubscribe,
                 })
        {
            mail.Text.ShouldContain(expected);
            mail.Html.ShouldContain(System.Net.WebUtility.HtmlEncode(expected));
        }

        mail.Html.ShouldContain("&lt;b&gt;l&#237;nea&lt;/b&gt; &amp; fin.");
        mail.Html.ShouldNotContain("<img");
    }

    [Fact]
    public void A_reader_who_chose_English_gets_English()
    {
        var mail = Write(language: "en");
        mail.Header("Subject").ShouldBe($"[{Identifier}] Progress: Cultura de gobierno abierto");
        mail.Text.ShouldContain("from “Not started” to “In progress”");
        mail.Text.ShouldContain("28.6 %");
        mail.Header("Content-Language").ShouldBe("en");
    }

    [Fact]
    public void The_confirmation_carries_its_link_and_nothing_to_unsubscribe_from()
    {
        var mail = Write(DeliveryKind.Confirmation, token: "secreto");
        mail.Link("https://abierto.ejemplo.mx/avisos/").ShouldBe("https://abierto.ejemplo.mx/avisos/confirmar/secreto");
        mail.Header("List-Unsubscribe").ShouldBeNull();
        mail.Text.ShouldContain("no haga nada");
    }

    [Theory]
    [InlineData(DeliveryKind.Confirmation)]
    [InlineData(DeliveryKind.AlreadyFollowing)]
    [InlineData(DeliveryKind.ProgressReported)]
    [InlineData(DeliveryKind.ActivityVerified)]
    [InlineData(DeliveryKind.CommitmentWithdrawn)]
    public void Every_kind_of_mail_is_written_in_both_languages(DeliveryKind kind)
    {
        var notice = kind == DeliveryKind.CommitmentWithdrawn
            ? new NoticeContent { Text = "Sin presupuesto", Resolution = "R-7/2026", ResolutionDate = new DateOnly(2026, 5, 4) }
            : null;
        foreach (var language in new[] { "es", "en" })
        {
            var mail = Write(kind, language, token: "secreto", notice: notice);
            mail.Header("Subject").ShouldNotBeNullOrWhiteSpace();
            mail.Text.ShouldContain("Cultura de gobierno abierto");
            mail.Text.ShouldNotContain("{0}");
        }
    }

    [Fact]
    public void A_personal_mail_carries_its_link_the_words_it_quotes_and_no_list_headers()
    {
        var mail = WritePersonal(new("ana@ejemplo.mx", PersonalMailKinds.PasswordReset, "es", "/cuenta/restablecer/secreto", Quote: "Con <b>signos</b>"));
        mail.Header("To").ShouldBe("ana@ejemplo.mx");
        mail.Header("Subject").ShouldBe("Cambie su contraseña en Gobierno abierto del Estado de México");
        mail.Link("https://abierto.ejemplo.mx/cuenta/").ShouldBe("https://abierto.ejemplo.mx/cuenta/restablecer/secreto");
        mail.Text.ShouldContain("> Con <b>signos</b>");
        mail.Html.ShouldContain("Con &lt;b&gt;signos&lt;/b&gt;");
        mail.Header("List-Unsubscribe").ShouldBeNull();
        mail.Header("Message-ID").ShouldBe($"<{delivery:N}@abierto.ejemplo.mx>");
    }

    [Fact]
    public void Every_kind_of_personal_mail_is_written_in_both_languages()
    {
        foreach (var kind in typeof(PersonalMailKinds).GetFields().Select(field => (string)field.GetValue(null)!))
        {
            var hasLink = MailResources.GetString($"mail_personal_{kind}_link", CultureInfo.InvariantCulture) is not null;
            foreach (var language in new[] { "es", "en" })
            {
                var mail = WritePersonal(new("ana@ejemplo.mx", kind, language, hasLink ? "/cuenta" : null, ["uno", "dos", "tres", "cuatro"]));
                mail.Header("Content-Language").ShouldBe(language == "en" ? "en" : "es-MX");
                mail.Text.ShouldNotContain("{");
                mail.Text.ShouldContain("Gobierno abierto del Estado de México");
            }
        }
    }

    private ReceivedMail WritePersonal(PersonalMailContent content)
    {
        var sender = new MailServerSettings("localhost", 25, MailSecurity.None, null, null, EmailAddress.Parse("avisos@ejemplo.mx", "from").Value, "Avisos", null);
        var bytes = new MailWriter(TimeProvider.System, links).Write(
            sender, new MailInstance("Gobierno abierto del Estado de México", "https://abierto.ejemplo.mx"), Letter.Of(delivery, content));
        return new ReceivedMail("", "", Encoding.ASCII.GetString(bytes), false, null);
    }

    [Theory]
    [InlineData("x\r\nBcc: eva@ejemplo.mx")]
    [InlineData("x\nBcc: eva@ejemplo.mx")]
    [InlineData("x\rBcc: eva@ejemplo.mx")]
    [InlineData("x\u2028Bcc: eva@ejemplo.mx")]
    [InlineData("x\u0085Bcc: eva@ejemplo.mx")]
    [InlineData("x\0Bcc: eva@ejemplo.mx")]
    [InlineData("=?utf-8?B?DQpCY2M6IGV2YUBlamVtcGxvLm14?=")]
    [InlineData("\"x\" <eva@ejemplo.mx>,")]
    public void No_text_begins_a_header_or_names_another_reader(string hostile)
    {
        foreach (var mail in new[] { Write(title: hostile), Write(fromName: hostile), Write(instance: hostile), Write(notice: Progress with { Activity = hostile, By = hostile }) })
        {
            mail.Header("Bcc").ShouldBeNull();
            var names = mail.Source[..mail.Source.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n").Where(line => line[0] != ' ').Select(line => line.Split(':')[0]);
            names.ShouldBe(["From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"]);
            mail.Header("To").ShouldBe("ana@ejemplo.mx");
            mail.Header("From")!.ShouldEndWith("<avisos@ejemplo.mx>");
        }
    }

    [Fact]
    public void An_encoded_word_in_a_title_is_shown_and_not_read() =>
        Write(title: "=?utf-8?B?SG9sYQ==?=").Source.ShouldNotContain("=?utf-8?B?SG9sYQ==?=");

    [Fact]
    public void Long_subjects_beyond_ASCII_come_back_whole_in_lines_of_76()
    {
        var title = string.Concat(Enumerable.Repeat("Año de participación 🇲🇽 ciudadana ñandú ", 12)).Trim();
        var mail = Write(title: title);
        mail.Header("Subject").ShouldBe($"[{Identifier}] Avance: {title}");
        mail.Source.Split("\r\n").Where(line => line.StartsWith(" =?", StringComparison.Ordinal)).ShouldAllBe(line => line.Length <= 76);
    }

    [Fact]
    public void Bodies_come_back_whole_from_quoted_printable()
    {
        var random = new Random(7);
        const string Alphabet = "abc =.ñÁé€🇲\t";
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => Alphabet.EnumerateRunes().ElementAt(random.Next(11)).ToString()));
            var encoded = MimeText.QuotedPrintable(text);
            encoded.Split("\r\n").ShouldAllBe(line => line.Length <= 76);
            var source = "boundary=\"b\"\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + encoded + "--b--";
            MailText.Part(source, "text/plain").ShouldBe(text + "\r\n");
        }
    }

    [Fact]
    public void Fractions_of_the_mail_follow_the_readers_culture_of_Mexico() =>
        Percent.Text(new ExactFraction("200", "7"), CultureInfo.GetCultureInfo("es-MX")).ShouldBe("28.6");
}
