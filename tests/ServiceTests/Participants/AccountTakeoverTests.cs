using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.TwoFactor;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Administrators give posts and mandates; they never become the people who hold them.</summary>
public sealed class AccountTakeoverTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Another = "otra frase muy distinta";

    [Fact]
    public async Task An_administrator_gets_no_link_to_a_finished_account_and_its_owner_gets_a_mail()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        await (await administrator.PostAsync($"{Api}/accounts/{person.Id}/invitations", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_finished");
        (await service.CountAsync($"select count(*) from invitation where account_id = '{person.Id}' and used_at is null")).ShouldBe(0);
        // Held by the database too.
        var forced = await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
            $"insert into invitation (id, account_id, token_hash, created_at, expires_at) values (gen_random_uuid(), '{person.Id}', sha256('x'), now(), now() + interval '1 day')"));
        forced.SqlState.ShouldBe(Npgsql.PostgresErrorCodes.IntegrityConstraintViolation);

        var sent = await administrator.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null);
        sent.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await sent.Content.ReadAsStringAsync()).ShouldBeEmpty("the link is its owner's");
        (await person.Client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.OK, "a link changes nothing until it is used");
        (await service.MailsToAsync(person.Email)).Select(mail => mail.Kind).ShouldBe([PersonalMailKinds.PasswordReset]);
        (await service.CountAsync($"select count(*) from audit_log where action = 'password_reset_sent' and subject_id = '{person.Id}'")).ShouldBe(1);
        var token = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets/{token}", new { password = Another })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await person.Client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await service.SignInAsync(person.Email, Another);

        // Nobody's mailbox is filled by it.
        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await (await administrator.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null)).ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too_many_attempts");
    }

    [Fact]
    public async Task The_second_step_stands_after_an_administrator_had_the_password_reset()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var secret = (await (await person.Client.PostAsJsonAsync($"{Api}/account/second-factor", new { currentPassword = Password })).JsonAsync()).GetProperty("secret").GetString()!;
        service.Clock.BeginCodeStep();
        var code = Totp.Code(SecondFactorTests.FromBase32(secret), Totp.StepOf(service.Clock.GetUtcNow()) - 1);
        (await person.Client.PostAsJsonAsync($"{Api}/account/second-factor/confirmation", new { code })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var key = await (await person.Client.PostAsJsonAsync($"{Api}/account/api-keys", new { name = "Programa", scopes = new[] { "participants:read" }, days = 30, currentPassword = Password })).JsonAsync();

        await (await administrator.PostAsync($"{Api}/accounts/{person.Id}/invitations", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_finished");
        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset);
        var reset = await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets/{token}", new { password = Another });
        (await reset.Content.ReadAsStringAsync()).ShouldNotContain("sessionToken");
        var signedIn = await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = Another });
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Accepted, "a code is asked for");
        (await signedIn.Content.ReadAsStringAsync()).ShouldNotContain("sessionToken");
        (await service.CountAsync($"select count(*) from api_key where id = '{key.GetProperty("id").GetGuid()}' and revoked_at is not null")).ShouldBe(1);
        (await service.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.PasswordChanged);
    }

    [Fact]
    public async Task An_invitation_that_was_left_open_does_not_open_an_account_that_was_finished_in_another_way()
    {
        var administrator = await service.ConfiguredAsync();
        var email = "otra.puerta@correo.example";
        var invited = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName = "Otra Puerta" })).JsonAsync();
        var left = invited.GetProperty("invitationLink").GetString()!.Split('/')[^1];
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Red de la otra puerta", kind = "BUSINESS" })).JsonAsync()).GetProperty("id").GetGuid();
        var representative = await service.PersonAsync();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{representative.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await representative.Client.PostAsJsonAsync($"{Api}/my/organisations/{organisation}/representatives", new { email, displayName = "Otra Puerta" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await service.LinkTokenAsync(email, PersonalMailKinds.RepresentativeInvited);
        var privacyNoticeId = await service.NoticeAsync();
        (await service.Anonymous().PostAsJsonAsync($"{Api}/representative-invitations/{token}", new { password = Password, privacyNoticeId })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await service.Anonymous().GetAsync($"{Api}/invitations/{left}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/invitations/{left}", new { password = Another, privacyNoticeId })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await service.SignInAsync(email);
    }

    [Fact]
    public async Task A_reset_is_sent_to_nobody_who_has_no_password_is_suspended_or_unknown()
    {
        var administrator = await service.ConfiguredAsync();
        var invited = (await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "sin.terminar@garante.example", displayName = "Sin Terminar" })).JsonAsync()).GetProperty("id").GetGuid();
        await (await administrator.PostAsync($"{Api}/accounts/{invited}/password-reset", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_not_finished");
        (await administrator.PostAsync($"{Api}/accounts/{invited}/invitations", null)).StatusCode.ShouldBe(HttpStatusCode.OK, "the first link may have been lost");
        var person = await service.PersonAsync();
        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await administrator.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_suspended");
        await (await administrator.PostAsync($"{Api}/accounts/{Guid.CreateVersion7()}/password-reset", null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await (await service.PersonAsync()).Client.PostAsync($"{Api}/accounts/{person.Id}/password-reset", null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        (await service.MailsToAsync(person.Email)).ShouldBeEmpty();
    }
}
