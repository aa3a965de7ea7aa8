using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class PasswordTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Next = "tres tristes tigres tragaban trigo";

    private Task<HttpResponseMessage> AskAsync(string email) => service.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email });

    private Task<HttpResponseMessage> ResetAsync(string token, string password) => service.Anonymous().PostAsJsonAsync($"{Api}/password-resets/{token}", new { password });

    private Task<HttpResponseMessage> SignInAsync(string email, string password, string? deviceToken = null) =>
        service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email, password, deviceToken });

    [Fact]
    public async Task A_forgotten_password_is_replaced_by_a_link_that_works_once_and_ends_every_session()
    {
        var person = await service.PersonAsync();
        (await AskAsync(person.Email.ToUpperInvariant())).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        (await service.CountAsync($"select count(*) from account_link where encode(token_hash, 'escape') like '%{token}%'")).ShouldBe(0);
        (await (await service.Anonymous().GetAsync($"{Api}/password-resets/{token}")).JsonAsync()).GetProperty("displayName").GetString().ShouldBe("Persona");

        await (await ResetAsync(token, "corta")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "password_too_short");
        (await ResetAsync(token, Next)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await ResetAsync(token, Next)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.Anonymous().GetAsync($"{Api}/password-resets/{token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await (await person.Client.GetAsync($"{Api}/sessions/current")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "token_invalid");
        (await SignInAsync(person.Email, Password)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SignInAsync(person.Email, Next)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.PasswordChanged);
    }

    [Fact]
    public async Task Passwords_are_kept_under_210_000_rounds_of_PBKDF2_with_SHA_512()
    {
        await using var deployed = new ParticipantsHost { HashesAsDeployed = true };
        await deployed.InitializeAsync();
        var person = await deployed.PersonAsync();
        // The framework's third format: a byte 1, then the hash function (2: SHA-512), then the rounds, four bytes each.
        (await deployed.CountAsync($"select ('x' || encode(substring(decode(password_hash, 'base64') for 9), 'hex'))::bit(72)::bit(40)::bigint from account where id = '{person.Id}'")).ShouldBe(0x01_0000_0002);
        (await deployed.CountAsync($"select ('x' || encode(substring(decode(password_hash, 'base64') from 6 for 4), 'hex'))::bit(32)::bigint from account where id = '{person.Id}'")).ShouldBe(210_000);
    }

    [Fact]
    public async Task A_newer_link_voids_the_older_and_each_expires_after_an_hour()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var person = await own.PersonAsync();
        Task<HttpResponseMessage> Ask() => own.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email = person.Email });
        Task<HttpResponseMessage> Read(string token) => own.Anonymous().GetAsync($"{Api}/password-resets/{token}");
        (await Ask()).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var first = await own.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        (await Ask()).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var second = await own.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        (await Read(first)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Read(second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        own.Clock.Advance(TimeSpan.FromMinutes(61));
        (await Read(second)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await (await own.Anonymous().PostAsJsonAsync($"{Api}/password-resets/{second}", new { password = Next })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_unknown_address_gets_the_same_answer_the_same_rows_and_a_mail_without_a_link()
    {
        const string Unknown = "nadie.conocido@garante.example";
        var before = await service.CountAsync("select count(*) from account_link");
        var answer = await AskAsync(Unknown);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
        (await service.CountAsync("select count(*) from account_link")).ShouldBe(before + 1);
        var mail = (await service.MailsToAsync(Unknown)).ShouldHaveSingleItem();
        mail.Kind.ShouldBe(PersonalMailKinds.PasswordResetUnknown);
        mail.Path.ShouldBeNull();
    }

    [Fact]
    public async Task Nobodys_mailbox_is_filled_by_asking_again_and_again()
    {
        var person = await service.PersonAsync();
        for (var time = 0; time < 8; time++)
            (await AskAsync(person.Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await service.MailsToAsync(person.Email)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_reset_opens_the_owners_browser_while_strangers_keep_the_address_locked()
    {
        var person = await service.PersonAsync();
        await AskAsync(person.Email);
        var token = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        var device = (await (await ResetAsync(token, Next)).JsonAsync()).GetProperty("deviceToken").GetString();
        for (var guess = 0; guess < 6; guess++)
            await SignInAsync(person.Email, "una frase equivocada");
        (await SignInAsync(person.Email, Next)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await SignInAsync(person.Email, Next, device)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Changing_the_password_asks_for_the_present_one_and_ends_the_other_sessions()
    {
        var person = await service.PersonAsync();
        var elsewhere = (await (await SignInAsync(person.Email, Password)).JsonAsync()).GetProperty("sessionToken").GetString()!;
        (await (await person.Client.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = "otra cosa distinta", password = Next }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "current_password_wrong")).ShouldBe([("currentPassword", "current_password_wrong")]);
        await (await person.Client.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = Password, password = "Contraseña123!" }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "password_common");
        (await person.Client.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = Password, password = Next })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await person.Client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.ExchangeAsync(elsewhere)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await SignInAsync(person.Email, Next)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.PasswordChanged);
    }

    [Fact]
    public async Task Five_wrong_present_passwords_lock_the_change()
    {
        var person = await service.PersonAsync();
        for (var guess = 0; guess < 5; guess++)
            await person.Client.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = $"equivocada {guess}", password = Next });
        await (await person.Client.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = Password, password = Next }))
            .ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "account_locked");
    }

    [Fact]
    public async Task A_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told()
    {
        var person = await service.PersonAsync();
        var next = $"nueva.{person.Email}";
        (await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email = next, currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await SignInAsync(next, Password)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.CountAsync($"select count(*) from account_link where encode(new_address_sealed, 'escape') like '%nueva%'")).ShouldBe(0);
        var token = await service.LinkTokenAsync(next, PersonalMailKinds.ConfirmNewAddress);
        (await (await service.Anonymous().GetAsync($"{Api}/address-confirmations/{token}")).JsonAsync()).GetProperty("address").GetString().ShouldBe("n***@garante.example");
        (await service.Anonymous().PostAsJsonAsync($"{Api}/address-confirmations/{token}", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/address-confirmations/{token}", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await SignInAsync(next, Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SignInAsync(person.Email, Password)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.AddressChanged && mail.Values!.Single() == "n***@garante.example");
    }

    [Fact]
    public async Task A_person_puts_their_own_name_right()
    {
        var person = await service.PersonAsync();
        var address = $"{Api}/account/name";
        (await (await person.Client.PutAsJsonAsync(address, new { displayName = " " })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required")).ShouldBe([("displayName", "field_required")]);
        await (await person.Client.PutAsJsonAsync(address, new { displayName = "Ana\u202Eana" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_invalid");
        await (await person.Client.PutAsJsonAsync(address, new { displayName = new string('a', 121) })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_too_long");
        await (await service.Anonymous().PutAsJsonAsync(address, new { displayName = "Nadie" })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        (await person.Client.PutAsJsonAsync(address, new { displayName = "Xóchitl  Hernández" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await (await person.Client.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("account").GetProperty("displayName").GetString().ShouldBe("Xóchitl Hernández");
        (await service.CountAsync($"select count(*) from audit_log where action = 'name_changed' and subject_id = '{person.Id}' and before is null and after is null")).ShouldBe(1);
    }

    [Fact]
    public async Task An_address_of_another_account_is_not_given_away_and_its_owner_is_told()
    {
        var (person, other) = (await service.PersonAsync(), await service.PersonAsync());
        (await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email = other.Email, currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var mail = (await service.MailsToAsync(other.Email)).ShouldHaveSingleItem();
        mail.Kind.ShouldBe(PersonalMailKinds.AlreadyRegistered);
        mail.Path.ShouldBe("/cuenta/entrar");
        await (await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email = person.Email, currentPassword = Password }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "email_unchanged");
    }

    [Fact]
    public async Task A_reset_link_confirms_no_address_and_an_address_link_resets_no_password()
    {
        var person = await service.PersonAsync();
        await AskAsync(person.Email);
        var reset = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email = $"otra.{person.Email}", currentPassword = Password });
        var confirm = await service.LinkTokenAsync($"otra.{person.Email}", PersonalMailKinds.ConfirmNewAddress);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/address-confirmations/{reset}", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ResetAsync(confirm, Next)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
