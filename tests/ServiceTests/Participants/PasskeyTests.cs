using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.TwoFactor;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class PasskeyTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Passkeys = $"{Api}/account/passkeys";

    private async Task<(string Options, string State)> OptionsAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var asked = await answer.JsonAsync();
        return (asked.GetProperty("options").GetString()!, asked.GetProperty("state").GetString()!);
    }

    private async Task<(string Options, string State)> AskAsync(string? challenge = null) =>
        await OptionsAsync(await service.Anonymous().PostAsJsonAsync($"{Api}/sessions/passkey-options", new { challenge }));

    private Task<HttpResponseMessage> SignInAsync(string state, string credential) => service.Anonymous().PostAsJsonAsync($"{Api}/sessions/passkey", new { state, credential });

    internal static async Task<Guid> AddAsync(Person person, SoftwareAuthenticator device, string name = "Mi teléfono")
    {
        var begun = await (await person.Client.PostAsJsonAsync($"{Passkeys}/options", new { currentPassword = Password })).JsonAsync();
        var credential = device.Create(begun.GetProperty("options").GetString()!);
        var added = await person.Client.PostAsJsonAsync(Passkeys, new { name, state = begun.GetProperty("state").GetString(), credential });
        added.StatusCode.ShouldBe(HttpStatusCode.Created, await added.Content.ReadAsStringAsync());
        return (await added.JsonAsync()).GetProperty("id").GetGuid();
    }

    private async Task<(Person Person, SoftwareAuthenticator Device, Guid Id)> WithPasskeyAsync()
    {
        await service.ConfiguredAsync();
        var (person, device) = (await service.PersonAsync(), new SoftwareAuthenticator());
        return (person, device, await AddAsync(person, device));
    }

    [Fact]
    public async Task A_passkey_signs_in_without_address_and_password_until_it_is_removed()
    {
        var (person, device, id) = await WithPasskeyAsync();
        (await service.MailsToAsync(person.Email)).Count(mail => mail.Kind == PersonalMailKinds.SignInChanged).ShouldBe(1);
        var (options, state) = await AskAsync();
        options.ShouldContain("\"rpId\":\"abierto.example.mx\"");
        options.ShouldContain("\"userVerification\":\"required\"");
        var signedIn = await SignInAsync(state, device.Get(options));
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK, await signedIn.Content.ReadAsStringAsync());
        var session = await service.SignedInAsync((await signedIn.JsonAsync()).GetProperty("sessionToken").GetString()!);
        (await (await session.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("account").GetProperty("id").GetGuid().ShouldBe(person.Id);
        var listed = (await (await person.Client.GetAsync(Passkeys)).JsonAsync()).GetProperty("items").EnumerateArray().Single();
        listed.GetProperty("name").GetString().ShouldBe("Mi teléfono");
        listed.GetProperty("lastUsedAt").ValueKind.ShouldNotBe(JsonValueKind.Null);
        (await service.CountAsync($"select count(*) from passkey where account_id = '{person.Id}' and transports = array['internal']")).ShouldBe(1);

        await (await person.Client.PostAsJsonAsync($"{Passkeys}/{id}/removal", new { currentPassword = "no es la frase" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "current_password_wrong");
        var stranger = await service.PersonAsync();
        (await stranger.Client.PostAsJsonAsync($"{Passkeys}/{id}/removal", new { currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await person.Client.PostAsJsonAsync($"{Passkeys}/{id}/removal", new { currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (options, state) = await AskAsync();
        await (await SignInAsync(state, device.Get(options))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "passkey_failed");
        (await service.CountAsync($"select count(*) from audit_log where subject_id = '{person.Id}' and action in ('passkey_added', 'passkey_removed')")).ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_opens_once_and_not_after_five_minutes()
    {
        var (_, device, _) = await WithPasskeyAsync();
        // As keys that their maker keeps copies of: they do not count, so that nothing but the challenge stops a repetition.
        var (options, state) = await AskAsync();
        var credential = device.Get(options);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignInAsync(state, credential)));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        await (await SignInAsync(state, credential)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "passkey_expired");

        (options, state) = await AskAsync();
        service.Clock.Advance(TimeSpan.FromMinutes(5));
        await (await SignInAsync(state, device.Get(options))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "passkey_expired");
    }

    [Fact]
    public async Task Another_site_another_key_no_verified_user_or_a_copied_device_opens_nothing()
    {
        var (_, device, _) = await WithPasskeyAsync();
        async Task ShouldFailAsync(Func<string, string> answer)
        {
            var (options, state) = await AskAsync();
            await (await SignInAsync(state, answer(options))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "passkey_failed");
        }

        device.Origin = "https://abierto.example.mx.intrusos.example";
        await ShouldFailAsync(options => device.Get(options));
        device.Origin = "http://abierto.example.mx";
        await ShouldFailAsync(options => device.Get(options));
        device.Origin = "https://abierto.example.mx";
        device.RelyingParty = "intrusos.example";
        await ShouldFailAsync(options => device.Get(options));
        device.RelyingParty = "abierto.example.mx";
        device.VerifiesUser = false;
        await ShouldFailAsync(options => device.Get(options));
        device.VerifiesUser = true;
        await ShouldFailAsync(options => device.Get(options, sealsWell: false));
        await ShouldFailAsync(options => device.Get(options.Replace("\"challenge\":\"", "\"challenge\":\"AAAA", StringComparison.Ordinal)));
        await ShouldFailAsync(_ => "{}");
        await ShouldFailAsync(_ => "null");
        await ShouldFailAsync(_ => "no es JSON");
        await ShouldFailAsync(_ => new string('a', 20_000));
        using var invented = new SoftwareAuthenticator();
        invented.Create("""{"user":{"id":"AAAA"},"rp":{"id":"abierto.example.mx"},"challenge":"AAAA"}""");
        await ShouldFailAsync(options => invented.Get(options));

        var (good, fresh) = await AskAsync();
        (await SignInAsync(fresh, device.Get(good))).StatusCode.ShouldBe(HttpStatusCode.OK);
        device.Counter -= 3;
        await ShouldFailAsync(options => device.Get(options));
    }

    [Fact]
    public async Task A_passkey_may_stand_in_for_the_code_of_its_own_account_only()
    {
        var (person, device, _) = await WithPasskeyAsync();
        var (stranger, strangers, _) = await WithPasskeyAsync();
        var secret = (await (await person.Client.PostAsJsonAsync($"{Api}/account/second-factor", new { currentPassword = Password })).JsonAsync()).GetProperty("secret").GetString()!;
        var code = Totp.Code(SecondFactorTests.FromBase32(secret), Totp.StepOf(service.Clock.GetUtcNow()));
        (await person.Client.PostAsJsonAsync($"{Api}/account/second-factor/confirmation", new { code })).StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<string> ChallengeAsync()
        {
            var answer = await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = Password });
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var asked = await answer.JsonAsync();
            asked.GetProperty("hasPasskey").GetBoolean().ShouldBeTrue();
            return asked.GetProperty("challenge").GetString()!;
        }

        var (options, state) = await AskAsync(await ChallengeAsync());
        await (await SignInAsync(state, strangers.Get(options))).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "passkey_failed");
        (options, state) = await AskAsync(await ChallengeAsync());
        (await SignInAsync(state, device.Get(options))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions/passkey-options", new { challenge = "inventado" })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "second_step_expired");
        stranger.Id.ShouldNotBe(person.Id);
    }

    [Fact]
    public async Task A_passkey_is_added_with_the_password_under_a_name_and_to_one_account()
    {
        var (person, device, _) = await WithPasskeyAsync();
        await (await person.Client.PostAsJsonAsync($"{Passkeys}/options", new { currentPassword = "no es la frase" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "current_password_wrong");
        var (options, state) = await OptionsAsync(await person.Client.PostAsJsonAsync($"{Passkeys}/options", new { currentPassword = Password }));
        options.ShouldContain("excludeCredentials");
        // The same key again, a state of somebody else, and no name.
        await (await person.Client.PostAsJsonAsync(Passkeys, new { name = "", state, credential = "{}" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        await (await person.Client.PostAsJsonAsync(Passkeys, new { name = "otra vez", state, credential = device.Create(options) })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "passkey_not_made");
        var stranger = await service.PersonAsync();
        (options, state) = await OptionsAsync(await person.Client.PostAsJsonAsync($"{Passkeys}/options", new { currentPassword = Password }));
        using var another = new SoftwareAuthenticator();
        await (await stranger.Client.PostAsJsonAsync(Passkeys, new { name = "ajena", state, credential = another.Create(options) })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "passkey_expired");
        (await service.CountAsync($"select count(*) from passkey where account_id in ('{person.Id}', '{stranger.Id}')")).ShouldBe(1);
    }

    [Fact]
    public async Task A_reset_password_removes_passkeys()
    {
        var (person, device, _) = await WithPasskeyAsync();
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email = person.Email })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets/{token}", new { password = "otra frase bastante larga 9" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (options, state) = await AskAsync();
        (await SignInAsync(state, device.Get(options))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
