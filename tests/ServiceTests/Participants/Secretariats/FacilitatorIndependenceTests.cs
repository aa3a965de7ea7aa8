using System.Net;
using System.Net.Http.Json;
using Npgsql;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>INV-05, SPEC §2.4.3: whoever facilitates carries out no commitments and belongs to nobody with a seat, as long as they do.</summary>
public sealed class FacilitatorIndependenceTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task INV_05_whoever_facilitates_comes_to_represent_no_obligated_subject()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (body, university) = (await OrganisationAsync(stl, "Secretaría sin asiento", "EXECUTIVE"), await OrganisationAsync(stl, "Universidad sin asiento", "ACADEMIC_INSTITUTION"));
        await (await GrantAsync(stl, stl.Facilitator.Account, body)).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "facilitator_not_independent");
        (await GrantAsync(stl, stl.Facilitator.Account, university)).StatusCode.ShouldBe(HttpStatusCode.Created);

        // By the invitation of somebody who represents it: the same.
        var inviter = await service.PersonAsync();
        (await GrantAsync(stl, inviter.Id, body)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await inviter.Client.PostAsJsonAsync($"{Api}/my/organisations/{body}/representatives", new { email = $"{stl.Facilitator.Account}@miembro.example", displayName = "Quien facilita" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await service.LinkTokenAsync($"{stl.Facilitator.Account}@miembro.example", "representative_invited");
        await (await stl.Facilitator.Client.PostAsJsonAsync($"{Api}/representative-invitations/{token}", new { })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "facilitator_not_independent");

        // Who is to represent one from tomorrow on does not take the office today.
        var person = await service.PersonAsync();
        (await stl.Office.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = body, from = service.Clock.GetUtcNow().AddDays(1) })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/offices", new { office = "FACILITATOR", accountId = person.Id })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "facilitator_not_independent");
    }

    [Fact]
    public async Task INV_05_a_succession_does_not_make_whoever_facilitates_the_representative_of_who_sits()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (collective, colleague) = (await OrganisationAsync(stl, "Colectivo que se une", "CIVIL_SOCIETY_ORGANIZATION"), await service.PersonAsync());
        (await GrantAsync(stl, stl.Facilitator.Account, collective)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await GrantAsync(stl, colleague.Id, collective)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var seated = stl.Members[0].OrganisationId;
        var version = (await stl.Office.GetAsync($"{Api}/organisations/{collective}")).Headers.ETag!.Tag;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/organisations/{collective}/succession") { Content = JsonContent.Create(new { successorId = seated, basis = "Fusión", withRepresentatives = true }) };
        request.Headers.TryAddWithoutValidation("If-Match", version);
        await Assembly.DoneAsync(await stl.Office.SendAsync(request));

        // The succession is the law's: it happens, without them.
        (await service.CountAsync($"select count(*) from mandate where account_id = '{stl.Facilitator.Account}' and organisation_id = '{seated}'")).ShouldBe(0);
        (await service.CountAsync($"select count(*) from mandate where account_id = '{colleague.Id}' and organisation_id = '{seated}'")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from audit_log where action = 'mandate_not_granted' and subject_id = '{stl.Facilitator.Account}' and after ->> 'organisationId' = '{seated}' and after ->> 'rule' = 'facilitator_holds_no_seat'")).ShouldBe(1);
    }

    [Fact]
    public async Task INV_05_an_office_and_a_mandate_that_are_given_at_once_do_not_pass_each_other()
    {
        var stl = await Assembly.InstalledAsync(service);
        var (body, person) = (await OrganisationAsync(stl, "Secretaría de la carrera", "EXECUTIVE"), await service.PersonAsync());
        // The office is held up where it has read all that it reads before its own rows.
        await using var holder = await service.Database.OpenConnectionAsync();
        await using var hold = await holder.BeginTransactionAsync();
        await using (var rows = new NpgsqlCommand($"select 1 from secretariat where id = '{stl.Id}' for update", holder, hold))
            await rows.ExecuteNonQueryAsync();
        var office = stl.Office.PostAsJsonAsync($"{Api}/secretariats/{stl.Id}/offices", new { office = "FACILITATOR", accountId = person.Id });
        await Task.WhenAny(office, service.WaitsForALockAsync(1));
        var mandate = GrantAsync(stl, person.Id, body);
        await Task.WhenAny(mandate, service.WaitsForALockAsync(2));
        await hold.RollbackAsync();
        ((await office).StatusCode, (await mandate).StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task INV_05_the_database_refuses_it_whichever_transaction_ends_last()
    {
        var stl = await Assembly.InstalledAsync(service);
        var body = await OrganisationAsync(stl, "Secretaría que la base conoce", "EXECUTIVE");
        (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(Mandate(stl.Facilitator.Account, body)))).Message.ShouldContain("INV-05");
        (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(Mandate(stl.Facilitator.Account, stl.Members[0].OrganisationId)))).Message.ShouldContain("INV-05");
        (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(
            $"""
            update secretariat_office set ended_on = current_date where secretariat_id = '{stl.Id}' and office = 'FACILITATOR' and ended_on is null;
            insert into secretariat_office (id, secretariat_id, office, organisation_id, valid_from) values (gen_random_uuid(), '{stl.Id}', 'FACILITATOR', '{body}', current_date)
            """))).Message.ShouldContain("INV-05");

        var person = await service.PersonAsync();
        await using var first = await service.Database.OpenConnectionAsync();
        await using var second = await service.Database.OpenConnectionAsync();
        await using var office = await first.BeginTransactionAsync();
        await using var mandate = await second.BeginTransactionAsync();
        await RunAsync(first, office, $"update secretariat_office set ended_on = current_date where secretariat_id = '{stl.Id}' and office = 'FACILITATOR' and ended_on is null");
        await RunAsync(first, office, $"insert into secretariat_office (id, secretariat_id, office, account_id, valid_from) values (gen_random_uuid(), '{stl.Id}', 'FACILITATOR', '{person.Id}', current_date)");
        await RunAsync(second, mandate, Mandate(person.Id, body));
        await office.CommitAsync();
        (await Should.ThrowAsync<PostgresException>(() => mandate.CommitAsync())).Message.ShouldContain("INV-05");

        static string Mandate(Guid account, Guid organisation) =>
            $"insert into mandate (id, version, account_id, organisation_id, valid_from, granted_at) values (gen_random_uuid(), 1, '{account}', '{organisation}', now(), now())";
        static async Task RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static Task<HttpResponseMessage> GrantAsync(Assembly stl, Guid account, Guid organisation) => stl.Office.PostAsJsonAsync($"{Api}/accounts/{account}/mandates", new { organisationId = organisation });

    private static async Task<Guid> OrganisationAsync(Assembly stl, string name, string kind) =>
        (await Assembly.DoneAsync(await stl.Office.PostAsJsonAsync($"{Api}/organisations", new { name, kind }), HttpStatusCode.Created)).GetProperty("id").GetGuid();
}
