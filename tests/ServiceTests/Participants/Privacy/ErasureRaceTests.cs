using System.Net;
using System.Net.Http.Json;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>What begins while an erasure is under way waits for it, and is refused then.</summary>
public sealed class ErasureRaceTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Theory]
    [InlineData("sign-in", "session")]
    [InlineData("name", null)]
    [InlineData("registration", "registration")]
    [InlineData("consent", "consent")]
    [InlineData("key", "api_key")]
    [InlineData("request", "arco_request")]
    public async Task INV_52_what_a_person_does_at_the_moment_of_their_erasure_leaves_nothing(string what, string? table)
    {
        await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var notice = await service.NoticeAsync();
        await service.ExecuteAsync($"delete from session where account_id = '{person.Id}' and ended_at is not null");

        // The erasure's own statements about the account, in a connection of their own that has not committed.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var erasure = await connection.BeginTransactionAsync();
        var account = PersonalDataRegister.Of(Owners.Participants).Single(one => one.Name == "account");
        foreach (var sql in account.ErasingSql().Prepend("delete from session where account_id = $1"))
        {
#pragma warning disable CA2100 // The register's own.
            await using var command = new NpgsqlCommand(sql, connection, erasure) { Parameters = { new() { Value = person.Id } } };
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }

        var acting = what switch
        {
            "sign-in" => service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = person.Email, password = Password }),
            "name" => person.Client.PutAsJsonAsync($"{Api}/account/name", new { displayName = "Canaria Que Vuelve" }),
            "registration" => person.Client.PostAsJsonAsync($"{Api}/my/registrations", new { privacyNoticeId = notice, municipality = "Canaria" }),
            "consent" => person.Client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 2, privacyNoticeId = notice }),
            "key" => person.Client.PostAsJsonAsync($"{Api}/account/api-keys", new { name = "Canaria", scopes = new[] { "participants:read" }, days = 30, currentPassword = Password }),
            _ => person.Client.PostAsJsonAsync($"{Api}/my/arco-requests", new { right = "ACCESS", description = "Canaria pide sus datos", privacyNoticeId = notice }),
        };
        await service.WaitsForALockAsync();
        acting.IsCompleted.ShouldBeFalse();
        await erasure.CommitAsync();

        var answer = await acting.WaitAsync(TimeSpan.FromSeconds(30));
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Conflict, HttpStatusCode.PreconditionFailed);
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and display_name = '—' and password_hash is null")).ShouldBe(1);
        if (table is not null)
            (await service.CountAsync($"select count(*) from {table} where {(table is "consent" or "arco_request" ? "person_id" : "account_id")} = '{person.Id}'")).ShouldBe(0);
    }

    [Fact]
    public async Task INV_52_a_request_that_comes_at_the_moment_of_the_erasure_is_shown_first_and_not_ended_unseen()
    {
        var administrator = await service.ConfiguredAsync();
        var (person, other) = (await service.PersonAsync(), await service.PersonAsync());
        var request = (await ArcoTests.AskAsync(service, person.Client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        var access = (await ArcoTests.AskAsync(service, other.Client, "ACCESS", "Antes quiero ver mis datos")).GetProperty("id").GetGuid();

        // Found to be the person's own, in a transaction that has not committed.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var linking = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("update arco_request set person_id = $1 where id = $2", connection, linking) { Parameters = { new() { Value = person.Id }, new() { Value = access } } })
            await command.ExecuteNonQueryAsync();
        var ordering = administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null);
        await service.WaitsForALockAsync();
        ordering.IsCompleted.ShouldBeFalse();
        await linking.CommitAsync();

        await (await ordering.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "arco_others_open");
        (await service.CountAsync($"select count(*) from arco_request where id = '{access}' and closed_on is null")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from account where id = '{person.Id}' and erased_at is null")).ShouldBe(1);
    }

    [Fact]
    public async Task INV_52_no_table_takes_anything_new_of_an_erased_account_nor_is_it_brought_back()
    {
        var administrator = await service.ConfiguredAsync();
        var person = await service.PersonAsync();
        var notice = await service.NoticeAsync();
        var request = (await ArcoTests.AskAsync(service, person.Client, "CANCELLATION", "Borren mis datos por favor")).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        (await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var sql in new[]
        {
            "insert into session (id, version, token_hash, account_id, started_at, last_seen_at, expires_at, browser, system) values (gen_random_uuid(), 1, sha256('a'), $1, now(), now(), now() + interval '1 day', 'OTHER', 'OTHER')",
            "insert into api_key (id, version, account_id, name, key_hash, scopes, created_at, expires_at) values (gen_random_uuid(), 1, $1, 'x', sha256('a'), '{participants:read}', now(), now() + interval '1 day')",
            $"insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, registered_at, confirmed_at) values (gen_random_uuid(), 1, $1, 'CITIZEN', 'ACCEPTED', 'WEB', 'CIVIL_SOCIETY', '{notice}', now(), now())",
            $"insert into consent (id, person_id, kind, text_version, privacy_notice_id, given_at) values (gen_random_uuid(), $1, 'PUBLISH_NAME', 2, '{notice}', now())",
            "insert into invitation (id, account_id, token_hash, created_at, expires_at) values (gen_random_uuid(), $1, sha256('a'), now(), now() + interval '1 day')",
            "insert into account_link (id, account_id, purpose, token_hash, created_at, expires_at) values (gen_random_uuid(), $1, 'RESET_PASSWORD', sha256('a'), now(), now() + interval '1 day')",
            "insert into second_factor (account_id, secret_sealed, created_at) values ($1, '\\x00', now())",
            "insert into recovery_code (account_id, code_hash) values ($1, sha256('a'))",
            "insert into address_change (id, account_id, at) values (gen_random_uuid(), $1, now())",
            $"update arco_request set person_id = $1 where id = '{request}'",
            "update account set display_name = 'Vuelve' where id = $1",
            "update account set email = 'vuelve@example.mx', normalized_email = 'VUELVE@EXAMPLE.MX' where id = $1",
            "update account set password_hash = 'x' where id = $1",
            "update account set erased_at = null where id = $1",
        })
        {
            await using var command = service.Database.CreateCommand(sql);
            command.Parameters.Add(new() { Value = person.Id });
            var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(), sql);
            refused.SqlState.ShouldBe(PostgresErrorCodes.IntegrityConstraintViolation, $"{sql}: {refused.MessageText}");
        }
    }
}
