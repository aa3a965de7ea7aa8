using System.Net;
using System.Net.Http.Json;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>What an administrator can do about an account in wrong hands.</summary>
public sealed class SuspensionTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task Nobody_signs_in_to_a_suspended_account_by_any_way_until_it_is_lifted()
    {
        var administrator = await service.AdministratorAsync();
        var person = await service.PersonAsync("OPERATOR");
        var key = await (await person.Client.PostAsJsonAsync($"{Api}/account/api-keys", new { name = "Programa", scopes = new[] { "participants:read" }, days = 30, currentPassword = Password })).JsonAsync();
        var waiting = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "espera.suspendida@garante.example", displayName = "Espera" })).JsonAsync();
        var (waits, invitation) = (waiting.GetProperty("id").GetGuid(), waiting.GetProperty("invitationLink").GetString()!.Split('/')[^1]);
        (await administrator.PostAsync($"{Api}/accounts/{waits}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_suspended");
        (await service.ExchangeAsync(person.SessionToken)).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        (await person.Client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = Password })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "account_suspended");
        // Who does not know the password learns nothing of it.
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = "no es la frase de nadie" })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_failed");
        (await service.Anonymous().PostAsJsonAsync($"{Api}/invitations/{invitation}", new { password = Password, privacyNoticeId = await service.NoticeAsync() })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await (await administrator.PostAsync($"{Api}/accounts/{waits}/invitations", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_suspended");
        (await service.CountAsync($"select count(*) from api_key where id = '{key.GetProperty("id").GetGuid()}' and revoked_at is not null")).ShouldBe(1);
        // Held by the database too.
        var forced = await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
            $"insert into session select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).* from session s where account_id = '{person.Id}' limit 1"));
        forced.SqlState.ShouldBe(Npgsql.PostgresErrorCodes.IntegrityConstraintViolation);

        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension/end", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension/end", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_not_suspended");
        var again = await service.SignInAsync(person.Email);
        (await (await again.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("staffPosts").GetArrayLength().ShouldBe(1, "posts stay as they were");
    }

    [Fact]
    public async Task A_sign_in_at_the_moment_of_the_suspension_does_not_outlive_it()
    {
        var administrator = await service.AdministratorAsync();
        for (var round = 0; round < 5; round++)
        {
            var person = await service.PersonAsync();
            var signIns = Enumerable.Range(0, 3).Select(_ => service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = Password })).ToList();
            (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (await Task.WhenAll(signIns)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK || answer.StatusCode == HttpStatusCode.Unauthorized || answer.StatusCode == HttpStatusCode.Conflict);
            (await service.CountAsync($"select count(*) from session where account_id = '{person.Id}' and ended_at is null")).ShouldBe(0);
        }
    }

    [Fact]
    public async Task An_administrator_ends_all_sign_ins_of_a_person_who_may_sign_in_again()
    {
        var administrator = await service.AdministratorAsync();
        var person = await service.PersonAsync();
        await service.SignInAsync(person.Email);
        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/sessions/end", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await service.CountAsync($"select count(*) from session where account_id = '{person.Id}' and ended_at is null")).ShouldBe(0);
        await service.SignInAsync(person.Email);
        (await administrator.PostAsync($"{Api}/accounts/{Guid.NewGuid()}/sessions/end", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_suspends_themselves_or_the_last_administrator()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var first = await own.AdministratorAsync();
        var id = (await (await first.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("account").GetProperty("id").GetGuid();
        await (await first.PostAsync($"{Api}/accounts/{id}/suspension", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_own");
        var (second, third) = (await own.PersonAsync("ADMINISTRATOR"), await own.PersonAsync());
        (await first.PostAsJsonAsync($"{Api}/accounts/{third.Id}/staff-posts", new { role = "ADMINISTRATOR", until = own.Clock.GetUtcNow().AddDays(1) })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await second.Client.PostAsync($"{Api}/accounts/{id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        // The third's post will run out.
        await (await third.Client.PostAsync($"{Api}/accounts/{second.Id}/suspension", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last_administrator");
    }

    [Fact]
    public async Task An_account_is_found_by_its_whole_address()
    {
        var administrator = await service.AdministratorAsync();
        var person = await service.PersonAsync();
        var found = await administrator.PostAsJsonAsync($"{Api}/accounts/search", new { email = person.Email.ToUpperInvariant() });
        (await found.JsonAsync()).GetProperty("id").GetGuid().ShouldBe(person.Id);
        await (await administrator.PostAsJsonAsync($"{Api}/accounts/search", new { email = "nadie@garante.example" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "account_unknown");
        (await administrator.PostAsJsonAsync($"{Api}/accounts/search", new { email = "nadie" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await service.CountAsync($"select count(*) from personal_data_access where subject_id = '{person.Id}'")).ShouldBeGreaterThan(0);
    }
}
