using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>SPEC 2.3: the executive secretary is the "functions of a seat or staff". What they are given is theirs from the office too, as long as they hold it.</summary>
public sealed class ElectedSecretaryTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private static readonly string[] Desks = ["registrations", "call-desk"];

    [Fact]
    public async Task The_elected_executive_secretary_of_the_states_own_secretariat_runs_calls_registrations_declaration_and_awareness_until_the_office_ends()
    {
        var own = await Assembly.InstalledAsync(service);
        var (account, _, client) = await Assembly.AccountAsync(service);
        var organisation = own.Members[1].OrganisationId;
        await RefusedEverywhereAsync(client);
        await Assembly.PostAsync(own.Office, own.Id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = organisation, accountId = account });

        (await Assembly.DoneAsync(await client.GetAsync($"{Api}/my/secretariat-offices"))).GetProperty("items")[0].GetProperty("runsExercise").GetBoolean().ShouldBeTrue();
        foreach (var desk in Desks)
            (await client.GetAsync($"{Api}/{desk}")).StatusCode.ShouldBe(HttpStatusCode.OK, desk);
        (await client.GetAsync($"{Api}/declaration-desk")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "let through; there is no declaration yet");
        var registered = await client.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName = "Registrada por la secretaría", identityCheck = "Conocida", privacyNoticeId = await service.NoticeAsync() });
        registered.StatusCode.ShouldBe(HttpStatusCode.Created, await registered.Content.ReadAsStringAsync());
        (await client.PostAsJsonAsync($"{Api}/assisted-people/search", new { name = "registrada" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var today = OpenGov.Participants.States.State.Find("15")!.Today(service.Clock.GetUtcNow());
        var draft = await client.PostAsJsonAsync($"{Api}/call-desk", new
        {
            kind = "CONSULTATION_OR_TABLES",
            title = "Mesas de la secretaría",
            description = "Se convoca a quienes quieran trabajar en las mesas de la prueba.",
            requirements = new[] { "Vivir en el estado" },
            opensOn = today,
            closesOn = today.AddDays(20),
            takesPeople = true,
        });
        draft.StatusCode.ShouldBe(HttpStatusCode.Created, await draft.Content.ReadAsStringAsync());
        (await client.GetAsync($"{Api}/call-desk/{(await draft.JsonAsync()).GetProperty("id").GetGuid()}/applications")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsJsonAsync($"{Api}/awareness-activities", new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "let through; what it lacks is said");
        // No more than SPEC gives: not the accounts, the rules, or the requests over personal data.
        foreach (var closed in new[] { "accounts", "personal-data-accesses", "arco-requests", "breaches" })
            (await client.GetAsync($"{Api}/{closed}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, closed);

        // The office passes to somebody else: from that request on nothing is open.
        var next = await Assembly.AccountAsync(service);
        await Assembly.PostAsync(own.Office, own.Id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = organisation, accountId = next.Account });
        (await service.CountAsync($"select count(*) from secretariat_office where account_id = '{account}' and ended_on is not null")).ShouldBe(1);
        await RefusedEverywhereAsync(client);
        (await next.Client.GetAsync($"{Api}/registrations")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Another secretariat's executive secretary runs its sessions, and not the exercise; nor does the chair of the state's own.
        var region = await Assembly.InstalledAsync(service);
        var (regional, _, regionals) = await Assembly.AccountAsync(service);
        await Assembly.PostAsync(region.Office, region.Id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = region.Members[1].OrganisationId, accountId = regional });
        (await Assembly.DoneAsync(await regionals.GetAsync($"{Api}/my/secretariat-offices"))).GetProperty("items")[0].GetProperty("runsExercise").GetBoolean().ShouldBeFalse();
        await RefusedEverywhereAsync(regionals);
        var (chair, _, chairs) = await Assembly.AccountAsync(service);
        await Assembly.PostAsync(own.Office, own.Id, "offices", new { office = "CHAIR", organisationId = own.Members[0].OrganisationId, accountId = chair });
        await RefusedEverywhereAsync(chairs);
    }

    [Fact]
    public async Task Who_has_the_rights_of_staff_by_the_office_is_asked_for_the_second_step_and_told_of_the_queue_as_they_are()
    {
        await using var host = new ParticipantsHost();
        await host.InitializeAsync();
        var own = await Assembly.InstalledAsync(host);
        var person = await host.PersonAsync();
        (await host.CountAsync($"select lacks_second_step('{person.Id}', now())::int::bigint")).ShouldBe(0);
        await host.ExecuteAsync("update sign_in_policy set second_step_for_staff = true");
        (await host.CountAsync($"select lacks_second_step('{person.Id}', now())::int::bigint")).ShouldBe(0, "they hold nothing yet");
        await Assembly.PostAsync(own.Office, own.Id, "offices", new { office = "EXECUTIVE_SECRETARY", organisationId = own.Members[1].OrganisationId, accountId = person.Id });
        (await host.CountAsync($"select lacks_second_step('{person.Id}', now())::int::bigint")).ShouldBe(1);

        await host.ExecuteAsync(
            $"""
            insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at, confirmed_at)
            values (gen_random_uuid(), 1, '{own.Members[0].AccountId}', 'CITIZEN', 'UNDER_REVIEW', 'WEB', 'CIVIL_SOCIETY', '{await host.NoticeAsync()}', false, false, true, now(), now())
            """);
        await host.HousekeepAsync();
        (await host.MailsToAsync(person.Email)).ShouldContain(mail => mail.Kind == PersonalMailKinds.RegistrationsWaiting);
    }

    private async Task RefusedEverywhereAsync(HttpClient client)
    {
        foreach (var desk in (string[])[.. Desks, "declaration-desk"])
            await (await client.GetAsync($"{Api}/{desk}")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await client.PostAsJsonAsync($"{Api}/awareness-activities", new { })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await client.PostAsJsonAsync($"{Api}/assisted-registrations", new { })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
    }
}
