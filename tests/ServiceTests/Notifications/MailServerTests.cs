using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests.Notifications;

public sealed class MailServerTests : IAsyncLifetime
{
    private const string Address = $"{NotificationsHost.Api}/mail-server";
    private const string Password = "contraseña-muy-secreta";
    private readonly NotificationsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    private static object Settings(int port, string security = "NONE", string? user = null, string? password = null, string host = "127.0.0.1", bool accept = false) => new
    {
        host, port, security, userName = user, password, fromAddress = "avisos@ejemplo.mx", fromName = "Avisos", acceptUnencrypted = accept,
    };

    private async Task<HttpResponseMessage> PutAsync(object settings, int? version = null)
    {
        var client = service.Client(service.Administrator);
        using var put = new HttpRequestMessage(HttpMethod.Put, Address) { Content = JsonContent.Create(settings) };
        if (version is not null)
            put.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return await client.SendAsync(put);
    }

    private Task<HttpResponseMessage> TestAsync(string to = "ana@ejemplo.mx") =>
        service.Client(service.Administrator).PostAsJsonAsync($"{Address}/test", new { to });

    private static async Task<(string Code, string Title)> ProblemAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (problem.GetProperty("code").GetString()!, problem.GetProperty("title").GetString()!);
    }

    [Fact]
    public async Task Only_an_administrator_sees_sets_and_tests_the_server()
    {
        foreach (var (account, expected) in new[]
                 {
                     ((Guid?)null, HttpStatusCode.Unauthorized), (Guid.CreateVersion7(), HttpStatusCode.Forbidden), (service.Operator, HttpStatusCode.Forbidden),
                 })
        {
            using var client = service.Client(account);
            (await client.GetAsync(Address)).StatusCode.ShouldBe(expected);
            (await client.PutAsJsonAsync(Address, Settings(25))).StatusCode.ShouldBe(expected);
            (await client.PostAsJsonAsync($"{Address}/test", new { to = "ana@ejemplo.mx" })).StatusCode.ShouldBe(expected);
        }

        (await service.QueryAsync<long>("select count(*) from mail_server")).ShouldBe(0);
    }

    [Fact]
    public async Task The_password_is_nowhere_but_sealed_in_the_database_and_stays_only_for_the_same_server()
    {
        var port = service.Receiver.Port;
        var set = await PutAsync(Settings(port, user: "avisos", password: Password));
        set.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await set.Content.ReadAsStringAsync()).ShouldNotContain(Password);
        using var client = service.Client(service.Administrator);
        var read = await client.GetAsync(Address);
        read.Headers.ETag!.Tag.ShouldBe("\"1\"");
        var body = await read.Content.ReadAsStringAsync();
        body.ShouldNotContain(Password);
        body.ShouldContain("\"hasPassword\":true");
        foreach (var table in new[] { "mail_server", "audit_log", "event_log" })
            (await service.QueryAsync<string>($"select coalesce(string_agg(t::text, ''), '') from {table} t")).ShouldNotContain(Password);
        (await service.QueryAsync<bool>("select position($1::bytea in password_sealed) = 0 from mail_server", System.Text.Encoding.UTF8.GetBytes(Password))).ShouldBeTrue();

        (await PutAsync(Settings(port, user: "avisos"), 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var elsewhere in new[] { Settings(port + 1, user: "avisos"), Settings(port, user: "otro"), Settings(port, user: "avisos", host: "localhost") })
            (await ProblemAsync(await PutAsync(elsewhere, 1))).Code.ShouldBe("mail_password_required");
    }

    [Fact]
    public async Task A_change_names_the_version_that_it_changes()
    {
        (await PutAsync(Settings(25))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(Settings(26))).StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);
        (await PutAsync(Settings(26), 7)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync(Settings(26), 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.QueryAsync<int>("select port from mail_server")).ShouldBe(26);
    }

    [Fact]
    public async Task Unencrypted_mail_leaves_the_machine_only_when_said_expressly_and_never_with_a_password()
    {
        (await ProblemAsync(await PutAsync(Settings(25, host: "correo.ejemplo.mx")))).Code.ShouldBe("mail_encryption_required");
        (await ProblemAsync(await PutAsync(Settings(25, host: "correo.ejemplo.mx", user: "a", password: "b", accept: true)))).Code.ShouldBe("mail_password_needs_encryption");
        (await PutAsync(Settings(25, host: "correo.ejemplo.mx", accept: true))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"host":"a b","port":25,"security":"TLS","fromAddress":"a@ejemplo.mx","fromName":"A"}""", "host")]
    [InlineData("""{"host":"a.mx","port":0,"security":"TLS","fromAddress":"a@ejemplo.mx","fromName":"A"}""", "port")]
    [InlineData("""{"host":"a.mx","port":25,"fromAddress":"a@ejemplo.mx","fromName":"A"}""", "security")]
    [InlineData("""{"host":"a.mx","port":25,"security":"TLS","fromAddress":"a@ejemplo.mx, b@ejemplo.mx","fromName":"A"}""", "fromAddress")]
    [InlineData("""{"host":"a.mx","port":25,"security":"TLS","fromAddress":"a@ejemplo.mx","fromName":"A\r\nBcc: b@ejemplo.mx"}""", "fromName")]
    public async Task Wrong_settings_are_refused_with_their_field(string body, string field)
    {
        using var client = service.Client(service.Administrator);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await client.PutAsync(Address, content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
        (await service.QueryAsync<long>("select count(*) from mail_server")).ShouldBe(0);
    }

    [Fact]
    public async Task A_test_message_arrives_or_says_in_Spanish_why_not()
    {
        (await ProblemAsync(await TestAsync())).Code.ShouldBe("mail_server_missing");
        (await PutAsync(Settings(service.Receiver.Port))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var sent = await TestAsync();
        (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reply").GetString().ShouldBe("250 2.0.0 kept");
        (await service.Receiver.WaitForAsync("ana@ejemplo.mx"))[0].Header("Subject").ShouldBe("Correo de prueba de Gobierno abierto del Estado de México");
        (await TestAsync("ana@ejemplo.mx\r\nRCPT TO:<eva@ejemplo.mx>")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        foreach (var (verb, reply, code, words) in new[]
                 {
                     ("RCPT", "550 5.1.1 no such mailbox", "smtp_recipient_refused", "550 5.1.1 no such mailbox"),
                     ("MAIL", "553 5.7.1 not your address", "smtp_sender_refused", "El servidor no acepta la dirección del remitente"),
                     (".", "554 5.6.0 content", "smtp_refused", "554 5.6.0 content"),
                     (".", "", "smtp_connection_lost", "Se cortó la conexión"),
                     ("EHLO", "", "smtp_connection_lost", "Se cortó la conexión"),
                     ("GREETING", "no smtp here at all", "smtp_connection_lost", "Se cortó la conexión"),
                     ("GREETING", "554 go away", "smtp_refused", "554 go away"),
                 })
        {
            service.Receiver.Answer = step => step == verb ? reply : null;
            var answer = await TestAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var (found, title) = await ProblemAsync(answer);
            found.ShouldBe(code);
            title.ShouldContain(words);
        }

        await service.Receiver.StopAsync();
        var (unreachable, text) = await ProblemAsync(await TestAsync());
        unreachable.ShouldBe("smtp_unreachable");
        text.ShouldStartWith($"El servidor 127.0.0.1:{service.Receiver.Port} no responde");
    }

    [Fact]
    public async Task A_password_is_only_given_to_a_server_that_proved_its_name()
    {
        using var certificate = SelfSigned();
        foreach (var (security, atOnce) in new[] { ("STARTTLS", false), ("TLS", true) })
        {
            await using var receiver = new SmtpReceiver(certificate, atOnce) { Login = ("avisos", Password) };
            var version = await service.QueryAsync<int>("select coalesce(max(version), 0) from mail_server");
            (await PutAsync(Settings(receiver.Port, security, "avisos", Password, host: "localhost"), version == 0 ? null : version)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await ProblemAsync(await TestAsync())).Code.ShouldBe("smtp_tls_failed");
            receiver.Commands.ShouldNotContain(command => command.StartsWith("AUTH", StringComparison.Ordinal));
        }

        // A server, or somebody in between, that leaves STARTTLS out gets nothing either.
        var current = await service.QueryAsync<int>("select version from mail_server");
        (await PutAsync(Settings(service.Receiver.Port, "STARTTLS", "avisos", Password, host: "localhost"), current)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ProblemAsync(await TestAsync())).Code.ShouldBe("smtp_no_starttls");
        service.Receiver.Commands.ShouldNotContain(command => command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_password_is_said_and_a_right_one_sends()
    {
        service.Receiver.Login = ("avisos", Password);
        (await PutAsync(Settings(service.Receiver.Port, user: "avisos", password: "falsa"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (code, title) = await ProblemAsync(await TestAsync());
        code.ShouldBe("smtp_sign_in_refused");
        title.ShouldContain("535 5.7.8 authentication failed");
        (await PutAsync(Settings(service.Receiver.Port, user: "avisos", password: Password), 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TestAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        service.Receiver.Mails.ShouldHaveSingleItem().User.ShouldBe("avisos");
    }

    [Fact]
    public async Task Without_a_server_mails_wait_the_service_is_healthy_and_they_flow_when_one_is_set()
    {
        var commitment = await service.PublishAsync();
        var follower = (await service.AddFollowersAsync(commitment, 1))[0];
        await service.DeliverAsync(Owners.ActionPlans, NotificationsHost.Report(commitment));
        using var client = service.Client();
        (await client.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.QueryAsync<string>("select string_agg(state, ',') from delivery")).ShouldBe("WAITING");
        await service.UseReceiverAsync();
        await service.Receiver.WaitForAsync(follower);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
