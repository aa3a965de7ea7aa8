using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.States;
using OpenGov.ServiceTests.Privacy;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>What time alone erases (SPEC §4.3). Each with a clock of its own.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Who_was_invited_and_never_came_is_erased_a_month_after_the_link_and_who_is_expected_is_not()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var came = await service.PersonAsync();
        var never = await InviteAsync(administrator, "Nadie Vino", "nadie.vino@example.mx");
        var expected = await InviteAsync(administrator, "Enlace Esperado", "enlace.esperado@example.mx");
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Organización que espera", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{expected}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);

        service.Clock.Advance(TimeSpan.FromDays(36));
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "Nadie Vino", "nadie.vino@example.mx")).ShouldNotBeEmpty("the link's seven days and a month are not over");

        service.Clock.Advance(TimeSpan.FromDays(2));
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "Nadie Vino", "nadie.vino@example.mx")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from erasure where person_id = '{never}' and reason = 'RETENTION'")).ShouldBe(1);
        (await TextSearch.FindAsync(service.Database, "enlace.esperado@example.mx")).ShouldNotBeEmpty();
        (await TextSearch.FindAsync(service.Database, came.Email)).ShouldNotBeEmpty();
        (await service.CountAsync("select count(*) from erasure")).ShouldBe(1);
    }

    [Fact]
    public async Task The_texts_of_a_closed_request_go_after_two_years_and_its_folio_and_dates_stay()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var recorded = await (await administrator.PostAsJsonAsync($"{Api}/arco-requests", new
        {
            right = "ACCESS",
            description = "Quiere saber qué se guarda de ella",
            applicantName = "Citlali Sin Cuenta",
            applicantContact = "Recoge en ventanilla",
            identityCheck = "Mostró su credencial",
            privacyNoticeId = await ArcoTests.NoticeAsync(service),
        })).JsonAsync();
        var id = recorded.GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, id, "answer", new { outcome = "DENIED", text = "No se guarda nada de Citlali" });

        service.Clock.Advance(TimeSpan.FromDays(700));
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from arco_request where applicant_name = 'Citlali Sin Cuenta'")).ShouldBe(1);
        service.Clock.Advance(TimeSpan.FromDays(40));
        await service.HousekeepAsync();
        (await TextSearch.FindAsync(service.Database, "Citlali", "Recoge en ventanilla", "Mostró su credencial", "Quiere saber qué")).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from arco_request where id = '{id}' and folio like 'ARCO-%' and outcome = 'DENIED' and answered_on is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task Administrators_are_reminded_of_a_breach_a_day_before_its_deadline_and_once_after_it_unless_all_were_told()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var (before, text) = (service.Clock.GetUtcNow(), new { what = "Se envió una lista a un tercero", dataKinds = "Nombres y correos", peopleAffected = 12, measures = "Se pidió borrar la lista" });
        (await administrator.PostAsJsonAsync($"{Api}/breaches", new { occurredOn = "2026-01-15", text.what, text.dataKinds, text.peopleAffected, text.measures })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await administrator.PostAsJsonAsync(
            $"{Api}/breaches",
            new { knownAt = before, occurredOn = "2026-01-15", text.what, text.dataKinds, text.peopleAffected, text.measures, authorityNotifiedAt = before, peopleNotifiedAt = before }))
            .StatusCode.ShouldBe(HttpStatusCode.Created);
        (await KindsAfterAsync(47)).ShouldBeEmpty();
        (await KindsAfterAsync(2)).ShouldBe([PersonalMailKinds.BreachDue]);
        (await KindsAfterAsync(1)).ShouldBe([PersonalMailKinds.BreachDue]);
        (await KindsAfterAsync(23)).ShouldBe([PersonalMailKinds.BreachDue, PersonalMailKinds.BreachOverdue]);
        (await KindsAfterAsync(24)).ShouldBe([PersonalMailKinds.BreachDue, PersonalMailKinds.BreachOverdue]);
        (await service.CountAsync("select count(*) from breach where version > 1")).ShouldBe(0, "who is completing the record meanwhile has read the latest");

        async Task<IReadOnlyList<string>> KindsAfterAsync(int hours)
        {
            service.Clock.Advance(TimeSpan.FromHours(hours));
            await service.HousekeepAsync();
            await service.HousekeepAsync();
            return [.. (await service.MailsToAsync("titular@garante.example")).Select(mail => mail.Kind).Where(kind => kind.StartsWith("breach_", StringComparison.Ordinal))];
        }
    }

    [Fact]
    public async Task A_breach_is_completed_with_who_was_told_and_when_and_then_nobody_is_reminded_of_it()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var known = service.Clock.GetUtcNow();
        var recorded = await administrator.PostAsJsonAsync($"{Api}/breaches", Breach("Se pidió borrar la lista"));
        var (address, etag) = ($"{Api}/breaches/{(await recorded.JsonAsync()).GetProperty("id").GetGuid()}", recorded.Headers.ETag!.Tag);
        service.Clock.Advance(TimeSpan.FromHours(73));
        administrator = await service.SignInAsync("titular@garante.example");
        (await (await administrator.GetAsync(address)).JsonAsync()).GetProperty("overdue").GetBoolean().ShouldBeTrue();
        var now = service.Clock.GetUtcNow();

        await (await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento"), etag: null)).ShouldBeRefusedAsync(HttpStatusCode.PreconditionRequired, "precondition_required");
        await (await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento"), "\"99\"")).ShouldBeRefusedAsync(HttpStatusCode.PreconditionFailed, "stale_version");
        (await (await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento", authority: now.AddHours(1)), etag)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "moment_in_future"))[0].Field.ShouldBe("authorityNotifiedAt");
        (await (await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento", people: known.AddHours(-1)), etag)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notified_before_known"))[0].Field.ShouldBe("peopleNotifiedAt");
        (await (await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento", knownAt: now.AddDays(1)), etag)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "moment_in_future"))[0].Field.ShouldBe("knownAt");

        // In the hour of the state, as a program in it would write it.
        var half = await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento", authority: now.AddHours(-60).ToOffset(TimeSpan.FromHours(-6))), etag);
        half.StatusCode.ShouldBe(HttpStatusCode.OK, await half.Content.ReadAsStringAsync());
        var view = await half.JsonAsync();
        view.GetProperty("measures").GetString().ShouldBe("Se cambió el procedimiento");
        view.GetProperty("overdue").GetBoolean().ShouldBeTrue("the people were not told");
        var whole = await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento", people: now.AddHours(-50)), half.Headers.ETag!.Tag);
        view = await whole.JsonAsync();
        view.GetProperty("overdue").GetBoolean().ShouldBeFalse();
        view.GetProperty("authorityNotifiedAt").GetDateTimeOffset().ShouldBe(now.AddHours(-60), TimeSpan.FromMilliseconds(1), "what was told stays told");
        await service.HousekeepAsync();
        (await service.MailsToAsync("titular@garante.example")).ShouldNotContain(mail => mail.Kind.StartsWith("breach_", StringComparison.Ordinal));

        // A mistyped moment is corrected, the deadline moves with it, and the trail says what it was.
        var corrected = await (await administrator.PutMatchingAsync(address, Breach("Se cambió el procedimiento", knownAt: known.AddHours(-5)), whole.Headers.ETag!.Tag)).JsonAsync();
        (known.AddHours(72 - 5) - corrected.GetProperty("notifyBy").GetDateTimeOffset()).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        (await service.CountAsync("select count(*) from audit_log where action = 'breach_changed' and before ->> 'knownAt' <> after ->> 'knownAt'")).ShouldBe(1);

        static object Breach(string measures, DateTimeOffset? knownAt = null, DateTimeOffset? authority = null, DateTimeOffset? people = null) => new
        {
            knownAt,
            occurredOn = "2026-01-15",
            what = "Se envió una lista a un tercero",
            dataKinds = "Nombres y correos",
            peopleAffected = 12,
            measures,
            authorityNotifiedAt = authority,
            peopleNotifiedAt = people,
        };
    }

    [Fact]
    public async Task Who_registered_is_erased_two_years_after_the_plans_close_unless_they_come_back_or_hold_a_mandate()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var (leaves, returns, represents) = (await service.PersonAsync(), await service.PersonAsync(), await service.PersonAsync());
        var (applies, suspended, program) = (await service.PersonAsync(), await service.PersonAsync(), await service.PersonAsync());
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        var (assisted, kept) = (await AssistedAsync(secretary.Client, "Petra Sin Correo", null), await AssistedAsync(secretary.Client, "Lupe Que Sigue", "lupe.sigue@correo.example"));
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Organización con enlace", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsJsonAsync($"{Api}/accounts/{represents.Id}/mandates", new { organisationId = organisation })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await service.ExecuteAsync(
            $"""
            {Registrations(leaves.Id, returns.Id, represents.Id, applies.Id, suspended.Id, program.Id)}
            """);
        await WaitingApplicationAsync(applies);
        (await administrator.PostAsync($"{Api}/accounts/{suspended.Id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var key = await (await program.Client.PostAsJsonAsync($"{Api}/account/api-keys", new { name = "Programa", scopes = new[] { "participants:read" }, days = 365, currentPassword = Password })).JsonAsync();

        var ends = DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime).AddDays(100);
        await service.DeliverAsync(Owners.ActionPlans, Plan(ends.AddDays(-50)), Plan(ends));

        // Of the plan that closes first after the registration; the months run from its last day.
        service.Clock.Advance(TimeSpan.FromDays(50 + 725));
        await service.HousekeepAsync();
        (await service.MailsToAsync(leaves.Email)).ShouldNotContain(mail => mail.Kind == PersonalMailKinds.RegistrationEnding);
        service.Clock.Advance(TimeSpan.FromDays(10));
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        (await service.MailsToAsync(leaves.Email)).Where(mail => mail.Kind == PersonalMailKinds.RegistrationEnding).ShouldHaveSingleItem();
        (await service.MailsToAsync(represents.Email)).ShouldNotContain(mail => mail.Kind == PersonalMailKinds.RegistrationEnding);
        (await EndingAsync(applies.Email) + await EndingAsync(suspended.Email)).ShouldBe(0, "one waits for an answer, the other cannot come in");
        // Who cannot sign in is told what they can do, and so is the executive secretary.
        var mail = (await service.MailsToAsync("lupe.sigue@correo.example")).Where(one => one.Kind == PersonalMailKinds.RegistrationEndingAssisted).ShouldHaveSingleItem();
        mail.Path.ShouldBeNull();
        (await service.MailsToAsync(secretary.Email)).Where(one => one.Kind == PersonalMailKinds.RegistrationsEnding).ShouldHaveSingleItem().Values![0].ShouldBe("2");
        (await ErasedAsync(assisted)).ShouldBeFalse("the staff have their thirty days too");
        service.Clock.Advance(TimeSpan.FromDays(20));
        await service.SignInAsync(returns.Email);
        await service.ExecuteAsync($"update api_key set last_used_at = '{service.Clock.GetUtcNow():O}' where id = '{key.GetProperty("id").GetGuid()}'");
        var desk = await service.SignInAsync(secretary.Email);
        var ending = (await (await desk.GetAsync($"{Api}/registrations?ending=true")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        ending.Select(one => one.GetProperty("displayName").GetString()).ShouldBe(["Petra Sin Correo", "Lupe Que Sigue"], ignoreOrder: true);
        var renewed = ending.Single(one => one.GetProperty("displayName").GetString() == "Lupe Que Sigue").GetProperty("id").GetGuid();
        (await RenewAsync(renewed, "\"99\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        var shown = await desk.GetAsync($"{Api}/registrations/{renewed}");
        (await RenewAsync(renewed, shown.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        shown = await desk.GetAsync($"{Api}/registrations/{renewed}");
        await (await RenewAsync(renewed, shown.Headers.ETag!.Tag)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_not_ending");
        var signsIn = Guid.Parse(await TextAsync($"select id::text from registration where account_id = '{leaves.Id}'"));
        shown = await desk.GetAsync($"{Api}/registrations/{signsIn}");
        await (await RenewAsync(signsIn, shown.Headers.ETag!.Tag)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_person_signs_in");
        await service.HousekeepAsync();
        (await ErasedAsync(leaves.Id)).ShouldBeFalse("thirty days are not over");
        service.Clock.Advance(TimeSpan.FromDays(11));
        await service.HousekeepAsync();
        (await ErasedAsync(leaves.Id)).ShouldBeTrue();
        (await ErasedAsync(assisted)).ShouldBeTrue();
        foreach (var stays in new[] { kept, applies.Id, suspended.Id, program.Id })
            (await ErasedAsync(stays)).ShouldBeFalse();
        (await service.CountAsync($"select count(*) from registration where account_id = '{leaves.Id}' and municipality is null")).ShouldBe(1, "that somebody registered stays, who does not");
        (await ErasedAsync(returns.Id)).ShouldBeFalse();
        (await ErasedAsync(represents.Id)).ShouldBeFalse();
        // Long after: no plan runs to which the renewed registration would belong.
        service.Clock.Advance(TimeSpan.FromDays(100));
        await service.HousekeepAsync();
        (await ErasedAsync(returns.Id)).ShouldBeFalse();

        async Task<bool> ErasedAsync(Guid person) => await service.CountAsync($"select count(*) from account where id = '{person}' and erased_at is not null") == 1;

        async Task<long> EndingAsync(string email) => (await service.MailsToAsync(email)).Count(one => one.Kind == PersonalMailKinds.RegistrationEnding);

        async Task<Guid> AssistedAsync(HttpClient desk, string displayName, string? email)
        {
            var made = await desk.PostAsJsonAsync($"{Api}/assisted-registrations", new { displayName, email, identityCheck = "Conocida", privacyNoticeId = await service.NoticeAsync() });
            made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
            return (await made.JsonAsync()).GetProperty("accountId").GetGuid();
        }

        Task<HttpResponseMessage> RenewAsync(Guid registration, string version)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/registrations/{registration}/renewal") { Content = JsonContent.Create(new { }) };
            request.Headers.TryAddWithoutValidation("If-Match", version);
            return desk.SendAsync(request);
        }

        async Task WaitingApplicationAsync(Person person)
        {
            var draft = await (await administrator.PostAsJsonAsync($"{Api}/call-desk", new
            {
                kind = "CONSULTATION_OR_TABLES",
                title = "Mesas que nadie decidió",
                description = "Se convoca a quienes quieran trabajar en las mesas de la prueba.",
                requirements = new[] { "Vivir en el estado" },
                opensOn = State.Find("15")!.Today(service.Clock.GetUtcNow()),
                closesOn = State.Find("15")!.Today(service.Clock.GetUtcNow()).AddDays(20),
                takesPeople = true,
            })).JsonAsync();
            using var publish = new HttpRequestMessage(HttpMethod.Post, $"{Api}/call-desk/{draft.GetProperty("id").GetGuid()}/publication") { Content = JsonContent.Create(new { }) };
            publish.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
            var number = (await (await administrator.SendAsync(publish)).JsonAsync()).GetProperty("number").GetInt32();
            var applied = await person.Client.PostAsJsonAsync($"{Api}/open-calls/{number}/applications", new { statement = "Quiero participar.", privacyNoticeId = await service.NoticeAsync() });
            applied.StatusCode.ShouldBe(HttpStatusCode.Created, await applied.Content.ReadAsStringAsync());
        }

        async Task<string> TextAsync(string sql)
        {
            await using var command = service.Database.CreateCommand(sql);
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task INV_52_who_never_registered_is_told_and_erased_after_the_profiles_months_without_function_or_sign_in()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var day = State.Find("15")!.Today(service.Clock.GetUtcNow());
        (await administrator.PostAsJsonAsync(
            $"{Api}/legal-profiles", new { validFrom = day, reason = "Acuerdo de plazos de la prueba", parameters = new { retention = new { registrationMonths = 24, accessLogMonths = 12, accountMonths = 6 } } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Colectivo de antes", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        var (former, clerk, visits, represents, registered) = (
            await service.PersonAsync(), await service.PersonAsync("EXECUTIVE_SECRETARY"), await service.PersonAsync(), await service.PersonAsync(), await service.TakingPartAsync());
        foreach (var (person, ends) in new[] { (former.Id, true), (represents.Id, false) })
        {
            var mandate = (await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person}/mandates", new { organisationId = organisation })).JsonAsync()).GetProperty("id").GetGuid();
            if (ends)
                (await administrator.PostAsync($"{Api}/mandates/{mandate}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // Who left the office later has their months from then on.
        service.Clock.Advance(TimeSpan.FromDays(100));
        var post = await IdAsync($"select id from staff_post where account_id = '{clerk.Id}'");
        var office = await service.SignInAsync("titular@garante.example");
        (await office.PostAsync($"{Api}/staff-posts/{post}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        service.Clock.Advance(TimeSpan.FromDays(60));
        await service.SignInAsync(visits.Email);
        await service.HousekeepAsync();
        (await service.CountAsync("select count(*) from account where ending_told_at is not null")).ShouldBe(0, "the months are not over");

        service.Clock.Advance(TimeSpan.FromDays(40));
        await service.HousekeepAsync();
        (await EndingMailsAsync(former.Email)).ShouldBe(1);
        (await EndingMailsAsync(clerk.Email) + await EndingMailsAsync(visits.Email) + await EndingMailsAsync(represents.Email) + await EndingMailsAsync(registered.Email)).ShouldBe(0);
        // Sign-ins are gone by now; when the last one was is not.
        service.Clock.Advance(TimeSpan.FromDays(29));
        await service.HousekeepAsync();
        (await ErasedAsync(former.Id)).ShouldBeFalse("thirty days are not over");
        service.Clock.Advance(TimeSpan.FromDays(2));
        await service.HousekeepAsync();
        (await ErasedAsync(former.Id)).ShouldBeTrue();
        (await TextSearch.FindAsync(service.Database, former.Email)).ShouldBeEmpty();
        (await service.CountAsync($"select count(*) from mandate where account_id = '{former.Id}' and ended_at is not null")).ShouldBe(1, "what they were stays under the id");
        (await service.CountAsync($"select count(*) from erasure where person_id = '{former.Id}' and reason = 'RETENTION'")).ShouldBe(1);

        // Told in turn; who signs in then stays, and is told again only after months of their own.
        service.Clock.Advance(TimeSpan.FromDays(60));
        await service.HousekeepAsync();
        (await EndingMailsAsync(clerk.Email), await EndingMailsAsync(visits.Email)).ShouldBe((1, 0));
        await service.SignInAsync(clerk.Email);
        service.Clock.Advance(TimeSpan.FromDays(60));
        await service.HousekeepAsync();
        (await ErasedAsync(clerk.Id)).ShouldBeFalse();
        (await service.CountAsync($"select count(*) from account where id = '{visits.Id}' and used_at is not null")).ShouldBe(1);
        (await EndingMailsAsync(visits.Email)).ShouldBe(1);
        (await ErasedAsync(represents.Id)).ShouldBeFalse();
        (await ErasedAsync(registered.Id)).ShouldBeFalse("a registration has its own term");

        async Task<long> EndingMailsAsync(string email) => (await service.MailsToAsync(email)).Count(mail => mail.Kind == PersonalMailKinds.AccountEnding);

        async Task<bool> ErasedAsync(Guid person) => await service.CountAsync($"select count(*) from account where id = '{person}' and erased_at is not null") == 1;

        async Task<Guid> IdAsync(string sql)
        {
            await using var command = service.Database.CreateCommand(sql);
            return (Guid)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Whoever_uses_a_key_is_not_idle_whom_an_administrator_keeps_out_is_not_ended_and_who_never_finished_is_told_what_they_can_do()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var (program, suspended) = (await service.PersonAsync(), await service.PersonAsync());
        var key = await (await program.Client.PostAsJsonAsync($"{Api}/account/api-keys", new { name = "Programa", scopes = new[] { "participants:read" }, days = 365, currentPassword = Password })).JsonAsync();
        (await administrator.PostAsync($"{Api}/accounts/{suspended.Id}/suspension", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        // Who was invited as a representative and never came has no password; a mandate that ended keeps the account from being forgotten at once.
        var organisation = (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name = "Colectivo que invitó", kind = "CIVIL_SOCIETY_ORGANIZATION" })).JsonAsync()).GetProperty("id").GetGuid();
        var never = (await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = "nunca.entro@correo.example", displayName = "Nunca Entró" })).JsonAsync()).GetProperty("id").GetGuid();
        var mandate = (await (await administrator.PostAsJsonAsync($"{Api}/accounts/{never}/mandates", new { organisationId = organisation })).JsonAsync()).GetProperty("id").GetGuid();
        (await administrator.PostAsync($"{Api}/mandates/{mandate}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Its invitation was replaced by a representative's, so that only idleness ends it.
        await service.ExecuteAsync($"delete from invitation where account_id = '{never}'");
        var months = (await (await service.Anonymous().GetAsync($"{Api}/legal-profile")).JsonAsync()).GetProperty("parameters").GetProperty("retention").GetProperty("accountMonths").GetInt32();

        service.Clock.Advance(TimeSpan.FromDays((31 * months) - 20));
        await service.ExecuteAsync($"update api_key set last_used_at = '{service.Clock.GetUtcNow():O}' where id = '{key.GetProperty("id").GetGuid()}'");
        service.Clock.Advance(TimeSpan.FromDays(40));
        await service.HousekeepAsync();
        var told = (await service.MailsToAsync("nunca.entro@correo.example")).Where(mail => mail.Kind.StartsWith("account_", StringComparison.Ordinal)).ShouldHaveSingleItem();
        (told.Kind, told.Path).ShouldBe((PersonalMailKinds.AccountUnfinishedEnding, null));
        foreach (var person in new[] { program, suspended })
            (await service.MailsToAsync(person.Email)).ShouldNotContain(mail => mail.Kind == PersonalMailKinds.AccountEnding);
        service.Clock.Advance(TimeSpan.FromDays(31));
        await service.HousekeepAsync();
        (await service.CountAsync($"select count(*) from account where id = '{never}' and erased_at is not null")).ShouldBe(1);
        (await service.CountAsync($"select count(*) from account where id in ('{program.Id}', '{suspended.Id}') and erased_at is null")).ShouldBe(2);
    }

    [Fact]
    public async Task Plans_that_were_published_before_their_periods_were_kept_are_read_once_more_at_the_start()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        // As an earlier version left it: the facts were read, the periods not kept.
        await service.ExecuteAsync(
            """
            insert into inbox_position (owner, sequence) values ('action-plans', 2) on conflict (owner) do update set sequence = 2;
            delete from schema_file where module = 'OpenGov.Participants' and name like '%retention_pass%';
            drop table retention_pass;
            drop index registration_told
            """);
        var ends = new DateOnly(2024, 12, 31);
        service.Inbox.Append(Owners.ActionPlans, Plan(ends), Plan(ends.AddYears(2)));
        (await service.CountAsync("select count(*) from plan_period")).ShouldBe(0);

        await using var upgraded = service.WithWebHostBuilder(_ => { });
        _ = upgraded.Server;
        await Eventually.ShouldBeAsync(() => service.CountAsync("select count(*) from plan_period where ends_on in ('2024-12-31', '2026-12-31')"), 2);
        (await service.CountAsync("select count(*) from inbox_position where rebuild_due")).ShouldBe(0);
    }

    internal static PlanPublishedV1 Plan(DateOnly end) => new(
        Guid.CreateVersion7(), 1, "MX-MEX-PAL01", 1, "15", "Plan", null, end.AddYears(-1), end, new string('0', 64), new ResolutionReference("1", null, end.AddYears(-1), null), null, 1, true,
        DateTimeOffset.UtcNow);

    internal static string Registrations(params IEnumerable<Guid> people) =>
        $"""
        insert into registration (id, version, account_id, kind, state, channel, sector, municipality, privacy_notice_id, publish_name, other_calls, held, registered_at, confirmed_at)
        select gen_random_uuid(), 1, person::uuid, 'CITIZEN', 'ACCEPTED', 'WEB', 'CIVIL_SOCIETY', 'Toluca', (select id from privacy_notice limit 1), false, false, false, now(), now()
        from unnest(array['{string.Join("', '", people)}']) person
        """;

    private static async Task<Guid> InviteAsync(HttpClient administrator, string displayName, string email) =>
        (await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName })).JsonAsync()).GetProperty("id").GetGuid();
}
