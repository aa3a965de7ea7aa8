using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>What an administrator can do about an account in wrong hands.</summary>
public sealed class SuspensionTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private static readonly object Key = new { name = "Programa", scopes = new[] { "participants:read" }, days = 30, currentPassword = Password };

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
    public async Task No_open_link_of_a_suspended_account_gives_it_another_address_password_or_representative_also_after_it_is_lifted()
    {
        var administrator = await service.ConfiguredAsync();
        var (person, inviter, invited) = (await service.PersonAsync(), await service.PersonAsync(), "invitada.por.otra.mano@correo.example");
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Red de enlaces abiertos", kind = "BUSINESS" })).JsonAsync()).GetProperty("id").GetGuid();
        var other = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Otra red de enlaces", kind = "BUSINESS" })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{inviter.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = other })).StatusCode.ShouldBe(HttpStatusCode.Created);
        // Whoever got hold of the password asks for their own mailbox, and brings somebody in.
        (await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email = "mano.ajena@correo.example", currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{other}/representatives", new { email = invited, displayName = "Invitada" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await inviter.Client.PostAsJsonAsync($"{Api}/my/organisations/{organisation}/representatives", new { email = person.Email, displayName = "Persona" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email = person.Email })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var links = new[]
        {
            $"address-confirmations/{await service.LinkTokenAsync("mano.ajena@correo.example", PersonalMailKinds.ConfirmNewAddress)}",
            $"password-resets/{await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset)}",
            $"representative-invitations/{await service.LinkTokenAsync(person.Email, PersonalMailKinds.RepresentativeInvited)}",
            $"representative-invitations/{await service.LinkTokenAsync(invited, PersonalMailKinds.RepresentativeInvited)}",
        };
        foreach (var link in links)
            (await service.Anonymous().GetAsync($"{Api}/{link}")).StatusCode.ShouldBe(HttpStatusCode.OK, link);

        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await NoneOpensAsync();
        (await service.CountAsync($"select count(*) from account_link where account_id = '{person.Id}' and new_address_sealed is not null")).ShouldBe(0);
        // A link that is asked for now is the mailbox's own, and waits as everything else does.
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email = person.Email })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var reset = $"{Api}/password-resets/{await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset)}";
        await (await service.Anonymous().PostAsJsonAsync(reset, new { password = "otra frase muy distinta" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_suspended");

        (await administrator.PostAsync($"{Api}/accounts/{person.Id}/suspension/end", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await NoneOpensAsync();
        await service.SignInAsync(person.Email);

        async Task NoneOpensAsync()
        {
            var privacyNoticeId = await service.NoticeAsync();
            foreach (var link in links)
            {
                object body = link.StartsWith("representative", StringComparison.Ordinal) ? new { password = "otra frase muy distinta", privacyNoticeId } : new { password = "otra frase muy distinta" };
                (await service.Anonymous().PostAsJsonAsync($"{Api}/{link}", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound, link);
            }
        }
    }

    [Theory]
    [InlineData("asked")]
    [InlineData("confirmed")]
    public async Task An_address_that_is_changed_at_the_moment_of_the_suspension_stays_what_it_was(string step)
    {
        await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var email = $"al.momento.{step}@correo.example";
        var token = "";
        if (step == "confirmed")
        {
            (await person.Client.PostAsJsonAsync($"{Api}/account/address", new { email, currentPassword = Password })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            token = await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmNewAddress);
        }

        // The suspension's first statement, in a transaction that has not committed.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var suspension = await connection.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("update account set suspended_at = now() where id = $1", connection, suspension) { Parameters = { new() { Value = person.Id } } })
            await command.ExecuteNonQueryAsync();
        var acting = step == "asked"
            ? person.Client.PostAsJsonAsync($"{Api}/account/address", new { email, currentPassword = Password })
            : service.Anonymous().PostAsJsonAsync($"{Api}/address-confirmations/{token}", new { });
        await service.WaitsForALockAsync();
        acting.IsCompleted.ShouldBeFalse();
        await suspension.CommitAsync();

        await (await acting.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_suspended");
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and email = '{person.Email}'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from account_link where account_id = '{person.Id}'")).ShouldBe(step == "asked" ? 0 : 1);
    }

    [Fact]
    public async Task A_key_that_is_made_at_the_moment_of_the_suspension_does_not_outlive_it_nor_is_one_exchanged_that_did()
    {
        await service.ConfiguredAsync();
        var (person, earlier) = (await service.PersonAsync(), await service.PersonAsync());
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var suspension = await connection.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("update account set suspended_at = now() where id = $1", connection, suspension) { Parameters = { new() { Value = person.Id } } })
            await command.ExecuteNonQueryAsync();
        var making = person.Client.PostAsJsonAsync($"{Api}/account/api-keys", Key);
        await service.WaitsForALockAsync();
        making.IsCompleted.ShouldBeFalse();
        await suspension.CommitAsync();
        await (await making.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "account_suspended");
        (await service.CountAsync($"select count(*) from api_key where account_id = '{person.Id}'")).ShouldBe(0);
        foreach (var sql in new[]
        {
            $"insert into api_key (id, version, account_id, name, key_hash, scopes, created_at, expires_at) values (gen_random_uuid(), 1, '{person.Id}', 'x', sha256('k'), '{{participants:read}}', now(), now() + interval '1 day')",
            $"insert into passkey select (jsonb_populate_record(null::passkey, jsonb_build_object('id', gen_random_uuid(), 'account_id', '{person.Id}'))).*",
        })
        {
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(sql))).SqlState.ShouldBe(Npgsql.PostgresErrorCodes.IntegrityConstraintViolation, sql);
        }

        var key = (await (await earlier.Client.PostAsJsonAsync($"{Api}/account/api-keys", Key)).JsonAsync()).GetProperty("key").GetString();
        (await ApiKeyTests.ExchangeAsync(service, key!)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.ExecuteAsync($"update account set suspended_at = now() where id = '{earlier.Id}'");
        (await ApiKeyTests.ExchangeAsync(service, key!)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_made_at_the_moment_of_a_password_reset_does_not_outlive_it(bool keyFirst)
    {
        await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        (await service.Anonymous().PostAsJsonAsync($"{Api}/password-resets", new { email = person.Email })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var reset = $"{Api}/password-resets/{await service.LinkTokenAsync(person.Email, PersonalMailKinds.PasswordReset)}";
        // Both come to the account while a third holds it, and then go on one after the other.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var third = await connection.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("select from account where id = $1 for update", connection, third) { Parameters = { new() { Value = person.Id } } })
            await command.ExecuteNonQueryAsync();
        List<Task<HttpResponseMessage>> acting = [];
        foreach (var key in new[] { keyFirst, !keyFirst })
        {
            acting.Add(key
                ? person.Client.PostAsJsonAsync($"{Api}/account/api-keys", Key)
                : service.Anonymous().PostAsJsonAsync(reset, new { password = "otra frase muy distinta" }));
            await service.WaitsForALockAsync(acting.Count);
        }

        await third.CommitAsync();
        var answers = await Task.WhenAll(acting).WaitAsync(TimeSpan.FromSeconds(30));
        answers[keyFirst ? 1 : 0].StatusCode.ShouldBe(HttpStatusCode.OK);
        answers[keyFirst ? 0 : 1].StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.Unauthorized);
        (await service.CountAsync($"select count(*) from api_key where account_id = '{person.Id}' and revoked_at is null")).ShouldBe(0);
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
