using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class AccountsTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task An_invitation_greets_sets_the_password_once_and_is_then_nothing()
    {
        var administrator = await service.ConfiguredAsync();
        var made = await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "Enlace@Ayuntamiento.example", displayName = "Enlace municipal" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var invited = await made.JsonAsync();
        var link = invited.GetProperty("invitationLink").GetString()!;
        link.ShouldMatch("^https://abierto\\.example\\.mx/cuenta/invitacion/[A-Za-z0-9_-]{43}$");
        var token = link.Split('/')[^1];
        (await (await administrator.GetAsync(made.Headers.Location)).JsonAsync()).GetProperty("finished").GetBoolean().ShouldBeFalse();

        var anonymous = service.Anonymous();
        (await (await anonymous.GetAsync($"{Api}/invitations/{token}")).Content.ReadAsStringAsync()).ShouldBe("{\"displayName\":\"Enlace municipal\"}");
        var privacyNoticeId = await service.NoticeAsync();
        await (await anonymous.PostAsJsonAsync($"{Api}/invitations/{token}", new { password = "corta", privacyNoticeId })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "password_too_short");
        await (await anonymous.PostAsJsonAsync($"{Api}/invitations/{token}", new { privacyNoticeId })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        var accepted = await anonymous.PostAsJsonAsync($"{Api}/invitations/{token}", new { password = Password, privacyNoticeId });
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK, await accepted.Content.ReadAsStringAsync());
        var me = await (await service.SignedInAsync((await accepted.JsonAsync()).GetProperty("sessionToken").GetString()!)).GetAsync($"{Api}/sessions/current");
        (await me.JsonAsync()).GetProperty("account").GetProperty("id").GetGuid().ShouldBe(invited.GetProperty("id").GetGuid());

        await (await anonymous.GetAsync($"{Api}/invitations/{token}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await anonymous.PostAsJsonAsync($"{Api}/invitations/{token}", new { password = "otra frase distinta", privacyNoticeId })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await anonymous.PostAsJsonAsync($"{Api}/sessions", new { email = "enlace@ayuntamiento.example", password = Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_used_twice_at_once_is_used_once()
    {
        var administrator = await service.AdministratorAsync();
        var token = await InviteAsync(administrator, "doble@garante.example");
        var privacyNoticeId = await service.NoticeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => service.Anonymous().PostAsJsonAsync($"{Api}/invitations/{token}", new { password = $"{Password} {n}", privacyNoticeId })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.NotFound).ShouldBe(3);
    }

    [Fact]
    public async Task An_invitation_expires_after_seven_days_and_a_newer_one_voids_it()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.AdministratorAsync();
        var privacyNoticeId = await own.NoticeAsync();
        var first = await InviteAsync(administrator, "tarde@garante.example");
        var id = (await (await administrator.GetAsync($"{Api}/accounts")).JsonAsync()).GetProperty("items").EnumerateArray().Last().GetProperty("id").GetGuid();
        var again = await (await administrator.PostAsync($"{Api}/accounts/{id}/invitations", null)).JsonAsync();
        var second = again.GetProperty("invitationLink").GetString()!.Split('/')[^1];
        (await own.Anonymous().GetAsync($"{Api}/invitations/{first}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await own.Anonymous().GetAsync($"{Api}/invitations/{second}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        own.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        (await own.Anonymous().GetAsync($"{Api}/invitations/{second}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await own.Anonymous().PostAsJsonAsync($"{Api}/invitations/{second}", new { password = Password, privacyNoticeId })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task INV_50_an_accepted_invitation_names_the_notice_in_force_and_keeps_it()
    {
        var administrator = await service.ConfiguredAsync();
        var link = $"{Api}/invitations/{await InviteAsync(administrator, "con.aviso@garante.example")}";
        (await (await service.Anonymous().PostAsJsonAsync(link, new { password = Password })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required"))
            .ShouldBe([("privacyNoticeId", "notice_required")]);
        await (await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = Guid.NewGuid() })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_not_in_force");
        (await service.CountAsync("select count(*) from account where email = 'con.aviso@garante.example' and password_hash is null")).ShouldBe(1);
        var notice = await service.NoticeAsync();
        (await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from account where email = 'con.aviso@garante.example' and privacy_notice_id = '{notice}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Only_administrators_see_or_make_accounts()
    {
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        foreach (var address in (string[])["accounts", $"accounts/{secretary.Id}", $"staff-posts/{Guid.CreateVersion7()}", $"mandates/{Guid.CreateVersion7()}"])
        {
            await (await service.Anonymous().GetAsync($"{Api}/{address}")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
            await (await secretary.Client.GetAsync($"{Api}/{address}")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        }

        await (await secretary.Client.PostAsJsonAsync($"{Api}/accounts", new { email = "x@garante.example", displayName = "X" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await secretary.Client.PostAsJsonAsync($"{Api}/accounts/{secretary.Id}/staff-posts", new { role = "ADMINISTRATOR" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_refused_account_names_its_fields_and_stores_nothing()
    {
        var administrator = await service.AdministratorAsync();
        var accounts = await service.CountAsync("select count(*) from account");
        var refused = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "sin arroba", displayName = " " })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed");
        refused.ShouldBe([("email", "email_invalid"), ("displayName", "field_required")]);
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "TITULAR@garante.example", displayName = "Otra" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "email_taken"))
            .ShouldBe([("email", "email_taken")]);
        await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { mail = "x@garante.example" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
        (await service.CountAsync("select count(*) from account")).ShouldBe(accounts);
    }

    [Fact]
    public async Task The_list_of_accounts_pages_without_gaps()
    {
        var administrator = await service.AdministratorAsync();
        for (var n = 0; n < 5; n++)
            await InviteAsync(administrator, $"lista{n}@garante.example");
        var all = await service.CountAsync("""
            select count(*) from account a where exists (select from staff_post where account_id = a.id) or exists (select from mandate where account_id = a.id)
                or exists (select from invitation where account_id = a.id and used_at is null and voided_at is null and expires_at > now())
            """);
        var seen = new List<Guid>();
        for (string? cursor = null; ;)
        {
            var page = await (await administrator.GetAsync($"{Api}/accounts?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            if ((cursor = page.GetProperty("next").GetString()) is null)
                break;
        }

        seen.Count.ShouldBe((int)all);
        seen.Distinct().Count().ShouldBe(seen.Count);
        await (await administrator.GetAsync($"{Api}/accounts?limit=201")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "limit_invalid");
        await (await administrator.GetAsync($"{Api}/accounts?cursor=zzz")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "cursor_invalid");
    }

    [Fact]
    public async Task Who_only_registered_is_not_listed_and_found_by_the_whole_address_and_the_look_is_written_down()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var (registrant, staff, representative) = (await own.PersonAsync(), await own.PersonAsync("OPERATOR"), await own.PersonAsync());
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Red en la lista", kind = "BUSINESS" })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{representative.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await InviteAsync(administrator, "esperada@garante.example");
        (await AddressesAsync()).ShouldBe(["titular@garante.example", staff.Email, representative.Email, "esperada@garante.example"], ignoreOrder: true);
        own.Clock.Advance(TimeSpan.FromDays(8));
        administrator = await own.SignInAsync("titular@garante.example");
        (await AddressesAsync()).ShouldBe(["titular@garante.example", staff.Email, representative.Email], ignoreOrder: true, "the link is over");

        (await own.CountAsync($"select count(*) from personal_data_access where subject_id = '{registrant.Id}'")).ShouldBe(0);
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts/search", new { email = registrant.Email[..^1] })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "account_unknown"))
            .ShouldBe([("email", "account_unknown")]);
        var found = await administrator.PostAsJsonAsync($"{Api}/accounts/search", new { email = registrant.Email });
        (await found.JsonAsync()).GetProperty("id").GetGuid().ShouldBe(registrant.Id);
        (await own.CountAsync($"select count(*) from personal_data_access where subject_id = '{registrant.Id}' and what = 'ACCOUNT'")).ShouldBe(1);

        async Task<List<string>> AddressesAsync() => [.. (await (await administrator.GetAsync($"{Api}/accounts")).JsonAsync()).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("email").GetString()!)];
    }

    [Fact]
    public async Task A_post_gives_its_right_from_its_start_and_takes_it_at_its_end()
    {
        var administrator = await service.AdministratorAsync();
        var person = await service.PersonAsync();
        var now = service.Clock.GetUtcNow();
        var later = await PostAsync(administrator, person.Id, new { role = "EXECUTIVE_SECRETARY", from = now.AddMinutes(30), until = now.AddHours(2) });
        (await person.Client.PostAsJsonAsync($"{Api}/organisations", Body("Antes"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        service.Clock.Advance(TimeSpan.FromMinutes(31));
        var client = await service.SignedInAsync(person.SessionToken);
        (await client.PostAsJsonAsync($"{Api}/organisations", Body("Durante"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        administrator = await service.AdministratorAsync();
        var ended = await administrator.PostAsync($"{Api}/staff-posts/{later}/end", null);
        ended.StatusCode.ShouldBe(HttpStatusCode.OK, await ended.Content.ReadAsStringAsync());
        (await client.PostAsJsonAsync($"{Api}/organisations", Body("Después"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await (await administrator.PostAsync($"{Api}/staff-posts/{later}/end", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "term_already_over");

        (await service.FactsAsync("StaffPostAssignedV1", later)).ShouldBe(1);
        (await service.FactsAsync("StaffPostEndedV1", later)).ShouldBe(1);
        var posts = (await (await administrator.GetAsync($"{Api}/accounts/{person.Id}")).JsonAsync()).GetProperty("staffPosts");
        posts.GetArrayLength().ShouldBe(1);
        posts[0].GetProperty("endedAt").ValueKind.ShouldNotBe(JsonValueKind.Null);

        static object Body(string name) => new { name = $"Dependencia {name}", kind = "EXECUTIVE" };
    }

    [Fact]
    public async Task Posts_of_one_role_do_not_overlap_and_terms_make_sense()
    {
        var administrator = await service.AdministratorAsync();
        var person = await service.PersonAsync("OPERATOR");
        var now = service.Clock.GetUtcNow();
        await (await TryPostAsync(administrator, person.Id, new { role = "OPERATOR", from = now.AddDays(5) })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "staff_post_held");
        await (await TryPostAsync(administrator, person.Id, new { role = "EXECUTIVE_SECRETARY", from = now.AddDays(2), until = now.AddDays(1) })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "until_before_from");
        await (await TryPostAsync(administrator, person.Id, new { role = "EXECUTIVE_SECRETARY", from = now.AddDays(-2), until = now.AddDays(-1) })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "until_in_past");
        await (await TryPostAsync(administrator, person.Id, new { role = "KING" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
        await (await TryPostAsync(administrator, Guid.CreateVersion7(), new { role = "OPERATOR" })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await service.CountAsync($"select count(*) from staff_post where account_id = '{person.Id}'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_last_administrator_stays_and_two_cannot_end_each_other_at_once()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var first = await own.AdministratorAsync();
        var firstPost = (await (await first.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("staffPosts")
            .EnumerateArray().Single(post => post.GetProperty("role").GetString() == "ADMINISTRATOR").GetProperty("id").GetGuid();
        await (await first.PostAsync($"{Api}/staff-posts/{firstPost}/end", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last_administrator");

        // Neither somebody who cannot sign in yet nor somebody whose post will run out is a successor.
        var unfinished = (await (await first.PostAsJsonAsync($"{Api}/accounts", new { email = "aun.no@garante.example", displayName = "Aún no" })).JsonAsync()).GetProperty("id").GetGuid();
        await PostAsync(first, unfinished, new { role = "ADMINISTRATOR" });
        var passing = await own.PersonAsync();
        await PostAsync(first, passing.Id, new { role = "ADMINISTRATOR", until = own.Clock.GetUtcNow().AddDays(1) });
        await (await first.PostAsync($"{Api}/staff-posts/{firstPost}/end", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "last_administrator");

        var second = await own.PersonAsync();
        var secondPost = await PostAsync(first, second.Id, new { role = "ADMINISTRATOR" });
        var answers = await Task.WhenAll(
            first.PostAsync($"{Api}/staff-posts/{secondPost}/end", null), second.Client.PostAsync($"{Api}/staff-posts/{firstPost}/end", null));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        (await own.CountAsync("select count(*) from staff_post p join account a on a.id = p.account_id where role = 'ADMINISTRATOR' and ended_at is null and valid_until is null and password_hash is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_mandate_ties_an_account_to_an_organisation_until_it_is_ended()
    {
        var administrator = await service.AdministratorAsync();
        var person = await service.PersonAsync();
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = $"Organismo {Guid.NewGuid():N}", kind = "AUTONOMOUS_BODY" })).JsonAsync()).GetProperty("id").GetGuid();
        var granted = await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation });
        granted.StatusCode.ShouldBe(HttpStatusCode.Created, await granted.Content.ReadAsStringAsync());
        var mandate = (await granted.JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.GetAsync(granted.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var own = (await (await person.Client.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("mandates");
        own[0].GetProperty("organisationId").GetGuid().ShouldBe(organisation);

        await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "mandate_held");
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = Guid.CreateVersion7() }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "organisation_unknown")).ShouldBe([("organisationId", "organisation_unknown")]);
        await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");

        (await administrator.PostAsync($"{Api}/mandates/{mandate}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await administrator.PostAsync($"{Api}/mandates/{mandate}/end", null)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "term_already_over");
        (await (await person.Client.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("mandates").GetArrayLength().ShouldBe(0);
        (await service.FactsAsync("MandateGrantedV1", mandate)).ShouldBe(1);
        (await service.FactsAsync("MandateEndedV1", mandate)).ShouldBe(1);
        // A new one may follow: the old one is over.
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync($"delete from mandate where id = '{mandate}'"));
    }

    [Fact]
    public async Task Names_and_addresses_of_people_are_in_no_fact_and_no_audit_value()
    {
        await service.PersonAsync("OPERATOR");
        (await service.CountAsync("select count(*) from event_log where payload::text ilike '%garante.example%' or payload::text ilike '%Persona%'")).ShouldBe(0);
        (await service.CountAsync("select count(*) from audit_log where concat(before, after, reason) ilike '%garante.example%' or concat(before, after, reason) ilike '%\"Persona\"%'")).ShouldBe(0);
    }

    private static async Task<string> InviteAsync(HttpClient administrator, string email) =>
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName = "Persona" })).JsonAsync()).GetProperty("invitationLink").GetString()!.Split('/')[^1];

    private static Task<HttpResponseMessage> TryPostAsync(HttpClient administrator, Guid account, object body) => administrator.PostAsJsonAsync($"{Api}/accounts/{account}/staff-posts", body);

    private static async Task<Guid> PostAsync(HttpClient administrator, Guid account, object body)
    {
        var answer = await TryPostAsync(administrator, account, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }
}
