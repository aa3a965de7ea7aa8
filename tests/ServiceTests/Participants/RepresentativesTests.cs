using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts.Participants.V1;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Several representatives of one organisation, their mandates, and what stays when organisations and people change.</summary>
public sealed class RepresentativesTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private static int number;

    private async Task<Guid> OrganisationAsync(string name, string kind = "CIVIL_SOCIETY_ORGANIZATION")
    {
        var made = await (await service.ConfiguredAsync()).PostAsJsonAsync($"{Api}/organisations", new { name, kind });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (await made.JsonAsync()).GetProperty("id").GetGuid();
    }

    private async Task<Person> RepresentativeAsync(Guid organisation, DateTimeOffset? until = null)
    {
        var person = await service.PersonAsync();
        (await (await service.AdministratorAsync()).PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = organisation, until })).StatusCode.ShouldBe(HttpStatusCode.Created);
        return person;
    }

    private async Task<string> InviteAsync(HttpClient representative, Guid organisation, string email, object? until = null)
    {
        var invited = await representative.PostAsJsonAsync($"{Api}/my/organisations/{organisation}/representatives", new { email, displayName = "Segunda Persona", mandateUntil = until });
        invited.StatusCode.ShouldBe(HttpStatusCode.Accepted, await invited.Content.ReadAsStringAsync());
        return await service.LinkTokenAsync(email, PersonalMailKinds.RepresentativeInvited);
    }

    private static string NewEmail() => $"segunda{Interlocked.Increment(ref number)}@correo.example";

    [Fact]
    public async Task A_representative_invites_another_who_accepts_by_the_mails_link_and_acts()
    {
        var organisation = await OrganisationAsync("Red de dos");
        var first = await RepresentativeAsync(organisation);
        var email = NewEmail();
        var replaced = await InviteAsync(first.Client, organisation, email);
        var token = await InviteAsync(first.Client, organisation, email);
        (await service.Anonymous().GetAsync($"{Api}/representative-invitations/{replaced}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var link = $"{Api}/representative-invitations/{token}";
        (await (await service.Anonymous().GetAsync(link)).JsonAsync()).GetProperty("needsPassword").GetBoolean().ShouldBeTrue();
        // INV-50: who gives a password for the first time was shown the notice.
        await (await service.Anonymous().PostAsJsonAsync(link, new { password = Password })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required");
        var accepted = await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = await service.NoticeAsync() });
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK, await accepted.Content.ReadAsStringAsync());
        var answer = await accepted.JsonAsync();
        (await service.FactsAsync("MandateGrantedV1", answer.GetProperty("mandateId").GetGuid())).ShouldBe(1);
        (await service.Anonymous().PostAsJsonAsync(link, new { password = Password })).StatusCode.ShouldBe(HttpStatusCode.NotFound, "a link works once");

        var second = await service.SignedInAsync(answer.GetProperty("session").GetProperty("sessionToken").GetString()!);
        var text = await (await second.GetAsync($"{Api}/my/organisations/{organisation}")).Content.ReadAsStringAsync();
        text.ShouldContain("Segunda Persona");
        text.ShouldNotContain(first.Email, Case.Insensitive, "representatives see each other's names, not their addresses");
        await service.SignInAsync(email);
    }

    [Fact]
    public async Task Somebody_with_an_account_accepts_without_a_new_password_and_a_link_signs_nobody_in()
    {
        var organisation = await OrganisationAsync("Red con cuenta");
        var (first, known) = (await RepresentativeAsync(organisation), await service.PersonAsync());
        var token = await InviteAsync(first.Client, organisation, known.Email);
        var accepted = await service.Anonymous().PostAsJsonAsync($"{Api}/representative-invitations/{token}", new { password = "otra que no cuenta nada" });
        (await accepted.JsonAsync()).GetProperty("session").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await known.Client.GetAsync($"{Api}/my/organisations/{organisation}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.SignInAsync(known.Email);
        var again = await InviteAsync(first.Client, organisation, known.Email);
        await (await service.Anonymous().PostAsJsonAsync($"{Api}/representative-invitations/{again}", new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "mandate_held");
    }

    [Fact]
    public async Task An_expired_or_ended_mandate_acts_no_more_and_its_invitations_are_void()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var made = await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Red que termina", kind = "BUSINESS" })).JsonAsync();
        var organisation = made.GetProperty("id").GetGuid();
        var (stays, expires) = (await own.PersonAsync(), await own.PersonAsync());
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{stays.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{expires.Id}/mandates", new { organisationId = organisation, until = own.Clock.GetUtcNow().AddHours(1) })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var address = $"{Api}/my/organisations/{organisation}";
        (await expires.Client.PostAsJsonAsync($"{address}/representatives", new { email = "tercera@correo.example", displayName = "Tercera" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var token = await own.LinkTokenAsync("tercera@correo.example", PersonalMailKinds.RepresentativeInvited);

        own.Clock.Advance(TimeSpan.FromHours(2));
        var late = await own.SignedInAsync(expires.SessionToken);
        (await late.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await late.PostAsJsonAsync($"{address}/representatives", new { email = "x@correo.example", displayName = "X" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await own.Anonymous().GetAsync($"{Api}/representative-invitations/{token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "nobody gives what they no longer have");
        await (await own.Anonymous().PostAsJsonAsync($"{Api}/representative-invitations/{token}", new { password = Password, privacyNoticeId = await own.NoticeAsync() })).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");

        var staying = await own.SignedInAsync(stays.SessionToken);
        (await (await staying.GetAsync(address)).JsonAsync()).GetProperty("invited").GetArrayLength().ShouldBe(0, "an invitation that opens nothing is none");
        (await staying.PostAsJsonAsync($"{address}/representatives", new { email = "cuarta@correo.example", displayName = "Cuarta" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var open = await own.LinkTokenAsync("cuarta@correo.example", PersonalMailKinds.RepresentativeInvited);
        var mine = (await (await staying.GetAsync(address)).JsonAsync()).GetProperty("representatives").EnumerateArray().Single(one => one.GetProperty("isMe").GetBoolean()).GetProperty("mandateId").GetGuid();
        (await staying.PostAsJsonAsync($"{address}/representatives/{mine}/end", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await own.FactsAsync("MandateEndedV1", mine)).ShouldBe(1);
        (await staying.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await own.Anonymous().GetAsync($"{Api}/representative-invitations/{open}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // What ended stays on record.
        (await own.CountAsync($"select count(*) from mandate where organisation_id = '{organisation}'")).ShouldBe(2);

        // Who never answered is forgotten.
        own.Clock.Advance(TimeSpan.FromDays(9));
        await own.HousekeepAsync();
        (await own.CountAsync("select count(*) from account where email in ('tercera@correo.example', 'cuarta@correo.example')")).ShouldBe(0);
    }

    [Fact]
    public async Task A_mandate_that_somebody_was_invited_to_ends_no_later_than_the_inviters()
    {
        var organisation = await OrganisationAsync("Red con plazo");
        var end = service.Clock.GetUtcNow().AddDays(10);
        var inviter = await RepresentativeAsync(organisation, end);
        var late = await inviter.Client.PostAsJsonAsync($"{Api}/my/organisations/{organisation}/representatives", new { email = NewEmail(), displayName = "Tardía", mandateUntil = end.AddDays(1) });
        (await late.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "mandate_until_after_own")).ShouldBe([("mandateUntil", "mandate_until_after_own")]);

        var (open, early) = (NewEmail(), NewEmail());
        (await UntilAsync(await InviteAsync(inviter.Client, organisation, open))).ShouldBe(end, TimeSpan.FromMilliseconds(1), "no end was given: it is the inviter's");
        (await UntilAsync(await InviteAsync(inviter.Client, organisation, early, end.AddDays(-5)))).ShouldBe(end.AddDays(-5), TimeSpan.FromMilliseconds(1));

        async Task<DateTimeOffset> UntilAsync(string token)
        {
            var link = $"{Api}/representative-invitations/{token}";
            var greeted = (await (await service.Anonymous().GetAsync(link)).JsonAsync()).GetProperty("mandateUntil").GetDateTimeOffset();
            var accepted = await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = await service.NoticeAsync() });
            accepted.StatusCode.ShouldBe(HttpStatusCode.OK, await accepted.Content.ReadAsStringAsync());
            var mandate = (await accepted.JsonAsync()).GetProperty("mandateId").GetGuid();
            (await service.CountAsync($"select count(*) from mandate where id = '{mandate}' and valid_until between '{greeted.AddMilliseconds(-1):O}' and '{greeted.AddMilliseconds(1):O}'")).ShouldBe(1);
            return greeted;
        }
    }

    [Fact]
    public async Task Nobody_invites_themselves()
    {
        var organisation = await OrganisationAsync("Red de una");
        var only = await RepresentativeAsync(organisation, service.Clock.GetUtcNow().AddDays(1));
        var address = $"{Api}/my/organisations/{organisation}/representatives";
        (await (await only.Client.PostAsJsonAsync(address, new { email = only.Email.ToUpperInvariant(), displayName = "Yo" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "representative_is_you"))
            .ShouldBe([("email", "representative_is_you")]);
        (await service.CountAsync($"select count(*) from representative_invitation where organisation_id = '{organisation}'")).ShouldBe(0);
        var forced = await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
            $"insert into representative_invitation (id, organisation_id, account_id, invited_by, display_name, token_hash, created_at, expires_at) values (gen_random_uuid(), '{organisation}', '{only.Id}', '{only.Id}', 'Yo', sha256('y'), now(), now() + interval '1 day')"));
        forced.SqlState.ShouldBe(Npgsql.PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task INV_51_who_invites_an_address_learns_neither_whether_it_has_an_account_nor_its_owners_name()
    {
        var organisation = await OrganisationAsync("Red curiosa");
        var curious = await RepresentativeAsync(organisation);
        var (known, unknown) = (await service.PersonAsync(), NewEmail());
        await service.ExecuteAsync($"update account set display_name = 'Nombre Verdadero' where id = '{known.Id}'");
        foreach (var (email, displayName) in new[] { (known.Email, "Como la escribí"), (unknown, "Como lo escribí") })
            (await curious.Client.PostAsJsonAsync($"{Api}/my/organisations/{organisation}/representatives", new { email, displayName })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var shown = await curious.Client.GetAsync($"{Api}/my/organisations/{organisation}");
        (await shown.Content.ReadAsStringAsync()).ShouldNotContain("Verdadero");
        (await shown.JsonAsync()).GetProperty("invited").EnumerateArray().Select(name => name.GetString()).ShouldBe(["Como la escribí", "Como lo escribí"]);

        // Whoever accepts tells their name to the others.
        var token = await service.LinkTokenAsync(known.Email, PersonalMailKinds.RepresentativeInvited);
        (await service.Anonymous().PostAsJsonAsync($"{Api}/representative-invitations/{token}", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await curious.Client.GetAsync($"{Api}/my/organisations/{organisation}")).Content.ReadAsStringAsync()).ShouldContain("Nombre Verdadero");
    }

    [Fact]
    public async Task Nobody_acts_for_an_organisation_of_others()
    {
        var (one, other) = (await OrganisationAsync("Red propia"), await OrganisationAsync("Red ajena"));
        var person = await RepresentativeAsync(one);
        var theirs = await RepresentativeAsync(other);
        var mandate = (await (await theirs.Client.GetAsync($"{Api}/my/organisations/{other}")).JsonAsync()).GetProperty("representatives")[0].GetProperty("mandateId").GetGuid();
        (await person.Client.GetAsync($"{Api}/my/organisations/{other}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{other}/representatives", new { email = NewEmail(), displayName = "X" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{one}/representatives/{mandate}/end", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var bad = await person.Client.PostAsJsonAsync($"{Api}/my/organisations/{one}/representatives", new { email = "x", displayName = "", mandateUntil = DateTimeOffset.UtcNow.AddDays(-1) });
        (await bad.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed")).Select(error => error.Field).ShouldBe(["email", "displayName", "mandateUntil"]);
    }

    [Fact]
    public async Task An_organisation_keeps_its_former_names()
    {
        var id = await OrganisationAsync("Instituto de Antes");
        var administrator = await service.AdministratorAsync();
        var read = await administrator.GetAsync($"{Api}/organisations/{id}");
        (await administrator.PutMatchingAsync($"{Api}/organisations/{id}", new { name = "Instituto de Ahora", acronym = "IA", kind = "CIVIL_SOCIETY_ORGANIZATION", purpose = "Lo mismo" }, read.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var history = await (await service.Anonymous().GetAsync($"{Api}/organisations/{id}/history")).JsonAsync();
        history.GetProperty("formerNames")[0].GetProperty("name").GetString().ShouldBe("Instituto de Antes");
        history.GetProperty("hasRepresentative").GetBoolean().ShouldBeFalse();
        (await service.FactsAsync("OrganisationProfileChangedV1", id)).ShouldBe(1);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync($"update organisation_former_name set name = 'Otro' where organisation_id = '{id}'"));
    }

    [Fact]
    public async Task A_successor_stands_in_the_place_of_an_abolished_guarantor_whose_history_keeps_its_name()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var former = (await (await administrator.GetAsync($"{Api}/organisations?kind=GUARANTOR")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        var person = await own.PersonAsync();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = former })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var successor = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Transparencia para el Pueblo", kind = "GUARANTOR" })).JsonAsync()).GetProperty("id").GetGuid();
        var university = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Universidad", kind = "ACADEMIC_INSTITUTION" })).JsonAsync()).GetProperty("id").GetGuid();

        await (await SucceedAsync(former, new { successorId = university })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "guarantor_follows_guarantor");
        await (await SucceedAsync(former, new { successorId = former })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "succession_in_circle");
        await (await SucceedAsync(former, new { successorId = successor, on = "2199-01-01" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "moment_in_future");
        var done = await SucceedAsync(former, new { successorId = successor, on = "2026-01-27", basis = "Decreto 1", withRepresentatives = true });
        done.StatusCode.ShouldBe(HttpStatusCode.OK, await done.Content.ReadAsStringAsync());
        await (await SucceedAsync(former, new { successorId = successor })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "organisation_already_succeeded");
        await (await SucceedAsync(successor, new { successorId = former })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "succession_in_circle");

        (await own.FactsAsync("OrganisationSucceededV1", former)).ShouldBe(1);
        (await (await own.Anonymous().GetAsync($"{Api}/organisations/{former}")).JsonAsync()).GetProperty("name").GetString().ShouldBe("Instituto de Transparencia del Estado de México");
        (await (await own.Anonymous().GetAsync($"{Api}/instance")).JsonAsync()).GetProperty("guarantor").GetProperty("name").GetString().ShouldBe("Transparencia para el Pueblo");
        (await (await own.Anonymous().GetAsync($"{Api}/organisations/{successor}/history")).JsonAsync()).GetProperty("predecessors")[0].GetProperty("basis").GetString().ShouldBe("Decreto 1");
        (await (await person.Client.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("mandates").GetArrayLength().ShouldBe(2, "what is open under the old name goes on");

        async Task<HttpResponseMessage> SucceedAsync(Guid id, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/organisations/{id}/succession") { Content = JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("If-Match", (await administrator.GetAsync($"{Api}/organisations/{id}")).Headers.ETag!.Tag);
            return await administrator.SendAsync(request);
        }
    }

    [Fact]
    public async Task An_organisation_is_represented_from_the_day_of_a_mandate_on_by_the_states_calendar()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var id = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Red que espera", kind = "BUSINESS" })).JsonAsync()).GetProperty("id").GetGuid();
        var person = await own.PersonAsync();
        // 18:00 of a day in the state is the next day's first minute in UTC.
        var evening = own.Clock.GetUtcNow().Date.AddDays(2);
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = id, from = new DateTimeOffset(evening.AddHours(7), TimeSpan.Zero) })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await IsRepresentedAsync()).ShouldBeFalse("it begins the day after tomorrow");
        own.Clock.Advance(evening.AddHours(3) - own.Clock.GetUtcNow().UtcDateTime);
        (await IsRepresentedAsync()).ShouldBeFalse("in UTC it is that day already, in the state it is the evening before");
        own.Clock.Advance(TimeSpan.FromHours(3.5));
        (await IsRepresentedAsync()).ShouldBeTrue();

        async Task<bool> IsRepresentedAsync() =>
            (await (await own.Anonymous().GetAsync($"{Api}/organisations/{id}/history")).JsonAsync()).GetProperty("hasRepresentative").GetBoolean();
    }

    [Fact]
    public async Task A_succession_lies_in_plausible_time_and_one_that_was_wrong_is_undone()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var former = (await (await administrator.GetAsync($"{Api}/organisations?kind=GUARANTOR")).JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
        var person = await own.PersonAsync();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{person.Id}/mandates", new { organisationId = former })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var (wrong, third, origin) = (await GuarantorAsync("Autoridad equivocada"), await GuarantorAsync("Autoridad tercera"), await GuarantorAsync("Comisión de origen"));
        await (await PostAsync(former, "succession", new { successorId = wrong, on = "0001-01-01" })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "succession_too_early");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => own.ExecuteAsync($"update organisation set successor_id = '{wrong}', succeeded_on = '1900-01-01' where id = '{former}'"));
        (await PostAsync(origin, "succession", new { successorId = former, on = "2015-05-05" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await PostAsync(former, "succession", new { successorId = wrong, on = "2014-05-05" })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "succession_before_its_own");
        await (await PostAsync(former, "succession/undo", new { reason = "No hubo ninguna" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "organisation_not_succeeded");

        (await PostAsync(former, "succession", new { successorId = wrong, on = "2026-01-27", withRepresentatives = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(wrong, "succession", new { successorId = third, on = "2026-02-27" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await PostAsync(former, "succession/undo", new { reason = "Era otra autoridad" })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "succession_built_upon");
        (await PostAsync(wrong, "succession/undo", new { reason = "Tampoco esta" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await PostAsync(former, "succession/undo", new { reason = " " })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required")).ShouldBe([("reason", "field_required")]);
        var undone = await PostAsync(former, "succession/undo", new { reason = "Era otra autoridad" });
        undone.StatusCode.ShouldBe(HttpStatusCode.OK, await undone.Content.ReadAsStringAsync());
        (await undone.JsonAsync()).GetProperty("successorId").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        (await (await own.Anonymous().GetAsync($"{Api}/instance")).JsonAsync()).GetProperty("guarantor").GetProperty("id").GetGuid().ShouldBe(former);
        (await own.CountAsync($"select count(*) from mandate where organisation_id = '{wrong}' and ended_at is null")).ShouldBe(0);
        (await own.CountAsync($"select count(*) from mandate where organisation_id = '{former}' and ended_at is null")).ShouldBe(1);
        (await own.FactsAsync("OrganisationSuccessionUndoneV1", former)).ShouldBe(1);
        (await own.CountAsync($"select count(*) from audit_log where action = 'organisation_succession_undone' and subject_id = '{former}' and reason = 'Era otra autoridad'")).ShouldBe(1);
        var kept = (await (await own.Anonymous().GetAsync($"{Api}/organisations/{former}/history")).JsonAsync()).GetProperty("undone")[0];
        (kept.GetProperty("name").GetString(), kept.GetProperty("reason").GetString()).ShouldBe(("Autoridad equivocada", "Era otra autoridad"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => own.ExecuteAsync("update organisation_succession set basis = 'Otra'"));
        // The right one can be written down now.
        (await PostAsync(former, "succession", new { successorId = third, on = "2026-01-27" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<Guid> GuarantorAsync(string name) =>
            (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind = "GUARANTOR" })).JsonAsync()).GetProperty("id").GetGuid();
        async Task<HttpResponseMessage> PostAsync(Guid id, string act, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/organisations/{id}/{act}") { Content = JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("If-Match", (await administrator.GetAsync($"{Api}/organisations/{id}")).Headers.ETag!.Tag);
            return await administrator.SendAsync(request);
        }
    }

    [Fact]
    public async Task Counts_of_few_people_are_left_out_and_organisations_are_found_by_the_beginnings_of_words()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        foreach (var (name, municipality) in new[] { ("Observatorio Ñandú del Agua", "Toluca de Lerdo"), ("Observatorio del Aire", "Metepec") })
            (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind = "CITIZEN_COUNCIL", municipality })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await NamesAsync("q=agua%20OBSERV")).ShouldBe(["Observatorio Ñandú del Agua"]);
        (await NamesAsync("q=nandu")).ShouldBe(["Observatorio Ñandú del Agua"]);
        (await NamesAsync("q=gua")).ShouldBeEmpty("the beginnings of words, not their middle");
        (await NamesAsync("q=observ%27%20%7C%20!")).Count.ShouldBe(2, "operators of a query are nothing");
        (await NamesAsync("municipality=TOLUCA%20de%20lerdo")).ShouldBe(["Observatorio Ñandú del Agua"]);

        await own.ExecuteAsync("insert into account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at) select gen_random_uuid(), n || '@x.mx', n || '@X.MX', 'Una', '', '', now() from generate_series(1, 4) n");
        await own.ExecuteAsync("insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at) select gen_random_uuid(), 1, account.id, 'CITIZEN', 'ACCEPTED', 'WEB', 'CIVIL_SOCIETY', privacy_notice.id, false, false, false, now() from account, privacy_notice where email like '%@x.mx'");
        (await CitizensAsync()).ShouldBeNull("four people could be told from each other");
        await own.ExecuteAsync("insert into account (id, email, normalized_email, display_name, security_stamp, concurrency_stamp, created_at) select gen_random_uuid(), n || '@y.mx', n || '@Y.MX', 'Otra', '', '', now() from generate_series(1, 4) n");
        await own.ExecuteAsync("insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at) select gen_random_uuid(), 1, account.id, 'CITIZEN', 'ACCEPTED', 'WEB', 'CIVIL_SOCIETY', privacy_notice.id, false, false, false, now() from account, privacy_notice where email like '%@y.mx'");
        (await CitizensAsync()).ShouldBe(8);
        // Six of them agree to be named: the other two would follow from the two answers, so neither shows a count.
        await own.ExecuteAsync("insert into consent (id, person_id, kind, text_version, privacy_notice_id, given_at) select gen_random_uuid(), account_id, 'PUBLISH_NAME', 2, privacy_notice_id, now() from (select * from registration where kind = 'CITIZEN' order by account_id limit 6) chosen");
        (await UnnamedAsync()).ShouldBe((6, null));
        (await CitizensAsync()).ShouldBeNull();
        await own.ExecuteAsync("update consent set revoked_at = now()");
        (await UnnamedAsync()).ShouldBe((0, 8));
        (await CitizensAsync()).ShouldBe(8);

        async Task<List<string>> NamesAsync(string query) =>
            [.. (await (await own.Anonymous().GetAsync($"{Api}/organisations?{query}")).JsonAsync()).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
        async Task<(int, int?)> UnnamedAsync()
        {
            var figures = await (await own.Anonymous().GetAsync($"{Api}/public-names/figures")).JsonAsync();
            return (figures.GetProperty("named").GetInt32(), figures.GetProperty("unnamed").ValueKind == System.Text.Json.JsonValueKind.Null ? null : figures.GetProperty("unnamed").GetInt32());
        }

        async Task<int?> CitizensAsync()
        {
            // As old as an anonymous answer may be.
            own.Clock.Advance(TimeSpan.FromSeconds(1));
            var figures = (await (await own.Anonymous().GetAsync($"{Api}/organisations/figures")).JsonAsync()).EnumerateArray().Single(one => one.GetProperty("sector").GetString() == "CIVIL_SOCIETY");
            figures.GetProperty("organisations").GetInt32().ShouldBe(2);
            return figures.GetProperty("citizens").ValueKind == System.Text.Json.JsonValueKind.Null ? null : figures.GetProperty("citizens").GetInt32();
        }
    }
}
