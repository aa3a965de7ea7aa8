using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGov.Participants.States;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class LegalProfileTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    private DateOnly Today => State.Find("15")!.Today(service.Clock.GetUtcNow());

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Versions_follow_one_another_without_overlap_and_the_past_stays()
    {
        var administrator = await service.ConfiguredAsync();
        var far = await AdoptAsync(administrator, Today.AddDays(100), 30);
        var near = await AdoptAsync(administrator, Today.AddDays(10), 20);

        (await ReplyDaysOnAsync(Today.AddDays(9))).ShouldBe(20, "the default of SPEC §8");
        (await GraceDaysOnAsync(Today.AddDays(9))).ShouldBe(15);
        (await GraceDaysOnAsync(Today.AddDays(10))).ShouldBe(20);
        (await GraceDaysOnAsync(Today.AddDays(99))).ShouldBe(20);
        (await GraceDaysOnAsync(Today.AddDays(100))).ShouldBe(30);
        (await GraceDaysOnAsync(new DateOnly(2020, 6, 1))).ShouldBe(15);
        await (await service.Anonymous().GetAsync($"{Api}/legal-profile?on=2014-12-31")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        await (await service.Anonymous().GetAsync($"{Api}/legal-profile?on=31/12/2026")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "date_invalid");

        var list = (await (await service.Anonymous().GetAsync($"{Api}/legal-profiles")).JsonAsync()).GetProperty("items");
        list.GetArrayLength().ShouldBe(3);
        list[1].GetProperty("validTo").GetString().ShouldBe(list[0].GetProperty("validFrom").GetString());
        (await service.FactsAsync("LegalProfileAdoptedV1", far)).ShouldBe(1);
        (await service.FactsAsync("LegalProfileAdoptedV1", near)).ShouldBe(1);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update legal_profile set parameters = '{}'"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update legal_profile set valid_to = null"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("delete from legal_profile"));
    }

    [Fact]
    public async Task A_version_is_never_retroactive_and_a_day_has_one()
    {
        var administrator = await service.ConfiguredAsync();
        (await (await TryAsync(administrator, Today.AddDays(-1), new { })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "legal_profile_retroactive")).ShouldBe([("validFrom", "legal_profile_retroactive")]);
        await AdoptAsync(administrator, Today, 16);
        await (await TryAsync(administrator, Today, new { })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "legal_profile_date_taken");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryAsync(administrator, Today.AddDays(5), new { })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        (await service.CountAsync("select count(*) from legal_profile")).ShouldBe(3);
    }

    [Fact]
    public async Task Parameters_out_of_bounds_are_each_named_and_nothing_is_stored()
    {
        var administrator = await service.ConfiguredAsync();
        var refused = await (await TryAsync(administrator, Today, new
        {
            minVotingSeats = 2,
            quorumFraction = new { numerator = 2, denominator = 2, moreThan = true },
            completionThresholds = new[] { 100, 50 },
            subsectors = new Dictionary<string, string> { ["EXECUTIVE"] = "CIVIL_SOCIETY" },
            pillars = Array.Empty<string>(),
        })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed");
        refused.Select(reason => reason.Field).ShouldBe(
            ["/parameters/minVotingSeats", "/parameters/quorumFraction", "/parameters/completionThresholds", "/parameters/subsectors", "/parameters/pillars"]);
        await (await TryAsync(administrator, Today, new { quorumFractoin = 1 })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
        await (await TryAsync(administrator, Today, new { guarantors = new[] { new { organisationId = Guid.CreateVersion7(), holdsSeat = true, independent = true } } }))
            .ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "guarantor_unknown");
        await (await administrator.PostAsJsonAsync($"{Api}/legal-profiles", new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed");
        (await service.CountAsync("select count(*) from legal_profile")).ShouldBe(1);
    }

    [Fact]
    public async Task Only_an_administrator_adopts_a_profile()
    {
        await service.ConfiguredAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        await (await TryAsync(secretary, Today, new { })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await TryAsync(service.Anonymous(), Today, new { })).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
    }

    [Fact]
    public async Task Subsectors_of_the_profile_in_force_decide_the_sector_of_new_organisations()
    {
        var administrator = await service.ConfiguredAsync();
        (await SectorOfNewAsync("Universidad antes")).ShouldBe("CIVIL_SOCIETY");
        (await TryAsync(administrator, Today, new { subsectors = new Dictionary<string, string> { ["ACADEMIC_INSTITUTION"] = "PUBLIC_BODY" } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SectorOfNewAsync("Universidad después")).ShouldBe("PUBLIC_BODY");

        async Task<string?> SectorOfNewAsync(string name) =>
            (await (await administrator.PostAsJsonAsync($"{Api}/organisations", new { name, kind = "ACADEMIC_INSTITUTION" })).JsonAsync()).GetProperty("sector").GetString();
    }

    [Fact]
    public async Task The_profile_carries_a_validator_and_rest_days_are_proposed()
    {
        await service.ConfiguredAsync();
        var read = await service.Anonymous().GetAsync($"{Api}/legal-profile");
        var body = await read.JsonAsync();
        body.GetProperty("holidays").EnumerateArray().Select(day => day.GetString()).ShouldContain($"{Today.Year}-09-16");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Api}/legal-profiles/{body.GetProperty("id").GetString()}");
        again.Headers.IfNoneMatch.Add(read.Headers.ETag!);
        (await service.Anonymous().SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        var days = (await (await service.Anonymous().GetAsync($"{Api}/rest-days?year=2030")).JsonAsync()).GetProperty("items").EnumerateArray().Select(day => day.GetString()).ToList();
        days.ShouldContain("2030-10-01");
        await (await service.Anonymous().GetAsync($"{Api}/rest-days?year=1999")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "number_out_of_range");
    }

    [Fact]
    public async Task A_version_says_why_and_who_and_neither_is_rewritten()
    {
        var administrator = await service.ConfiguredAsync();
        (await (await administrator.PostAsJsonAsync($"{Api}/legal-profiles", new { validFrom = Today })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required")).ShouldBe([("reason", "field_required")]);
        await AdoptAsync(administrator, Today.AddDays(3), 21);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update legal_profile set reason = 'Otra razón' where reason is not null"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update legal_profile set adopted_by = null where adopted_by is not null"));

        var history = (await (await administrator.GetAsync($"{Api}/legal-profiles/history")).JsonAsync()).GetProperty("items");
        history.GetArrayLength().ShouldBe(2);
        (history[0].GetProperty("adoptedBy").GetString(), history[0].GetProperty("reason").GetString()).ShouldBe(("Titular", "Prueba de las reglas"));
        var change = history[0].GetProperty("changes").EnumerateArray().Single();
        (change.GetProperty("field").GetString(), change.GetProperty("before").GetInt32(), change.GetProperty("after").GetInt32()).ShouldBe(("graceDays", 15, 21));
        history[1].GetProperty("adoptedBy").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await service.Anonymous().GetAsync($"{Api}/legal-profiles/history")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        var shown = await (await service.Anonymous().GetAsync($"{Api}/legal-profiles")).Content.ReadAsStringAsync();
        shown.ShouldContain("Prueba de las reglas");
        shown.ShouldNotContain("Titular", Case.Sensitive, "who works there is for staff");
    }

    [Fact]
    public async Task A_comparison_says_what_would_change_and_stores_nothing()
    {
        var administrator = await service.ConfiguredAsync();
        var first = (await (await administrator.GetAsync($"{Api}/legal-profile")).JsonAsync());
        var body = new
        {
            validFrom = Today.AddDays(2),
            parameters = new { graceDays = 10, privacy = new { answerDays = 25 }, decisionRules = new Dictionary<string, string> { ["PLAN_APPROVAL"] = "TWO_THIRDS" } },
            holidays = new[] { new DateOnly(Today.Year + 1, 7, 20) },
        };
        var compared = await (await administrator.PostAsJsonAsync($"{Api}/legal-profiles/comparison", body)).JsonAsync();
        compared.GetProperty("replaces").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        compared.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("field").GetString()).ShouldBe(["decisionRules.PLAN_APPROVAL", "graceDays", "privacy.answerDays"], ignoreOrder: true);
        compared.GetProperty("holidaysAdded").EnumerateArray().Select(day => day.GetString()).ShouldBe([$"{Today.Year + 1}-07-20"]);
        compared.GetProperty("holidaysRemoved").GetArrayLength().ShouldBe(first.GetProperty("holidays").GetArrayLength());
        compared.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()).ShouldContain("PRIVACY_TERMS_LONG");
        (await service.CountAsync("select count(*) from legal_profile")).ShouldBe(1);
        (await (await service.Anonymous().GetAsync($"{Api}/legal-profile")).JsonAsync()).GetProperty("validTo").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await administrator.PostAsJsonAsync($"{Api}/legal-profiles/comparison", new { validFrom = Today.AddDays(-1) })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "legal_profile_retroactive");
    }

    [Fact]
    public async Task Whoever_compared_with_a_version_that_is_no_longer_the_one_before_compares_again()
    {
        var administrator = await service.ConfiguredAsync();
        var compared = (await (await administrator.PostAsJsonAsync($"{Api}/legal-profiles/comparison", new { validFrom = Today.AddDays(8) })).JsonAsync()).GetProperty("replaces").GetGuid();
        await AdoptAsync(administrator, Today.AddDays(4), 18);
        await (await administrator.PostAsJsonAsync($"{Api}/legal-profiles", new { validFrom = Today.AddDays(8), reason = "Con otra de por medio", replaces = compared }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "legal_profile_changed");
        (await service.CountAsync("select count(*) from legal_profile")).ShouldBe(2);
    }

    [Fact]
    public async Task Languages_of_a_version_are_the_instances_from_its_first_day_on_and_are_changed_nowhere_else()
    {
        var administrator = await service.ConfiguredAsync();
        await using var command = service.Database.CreateCommand("select id from instance");
        var id = (Guid)(await command.ExecuteScalarAsync())!;
        (await (await TryAsync(administrator, Today.AddDays(1), new { languages = new[] { "nah" } })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "languages_need_spanish")).ShouldBe([("/parameters/languages", "languages_need_spanish")]);
        (await (await TryAsync(administrator, Today.AddDays(1), new { languages = new[] { "es", "no es" } })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "language_tag_invalid")).ShouldBe([("/parameters/languages/1", "language_tag_invalid")]);
        (await TryAsync(administrator, Today.AddDays(2), new { languages = new[] { "es-mx", "nah", "OTO" } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await service.HousekeepAsync();
        (await LanguagesAsync()).ShouldBe(["es-MX", "maz"], "its day has not come");
        var facts = await service.FactsAsync("InstanceConfiguredV1", id);

        service.Clock.Advance(TimeSpan.FromDays(2));
        await service.HousekeepAsync();
        await service.HousekeepAsync();
        (await LanguagesAsync()).ShouldBe(["es-MX", "nah", "oto"]);
        (await service.FactsAsync("InstanceConfiguredV1", id)).ShouldBe(facts + 1, "others hear of it once");
        (await service.CountAsync($"select count(*) from audit_log where action = 'instance_changed' and subject_id = '{id}' and account_id is null")).ShouldBe(1);
        administrator = await service.SignInAsync("titular@garante.example");
        var settings = Settings();
        settings["languages"] = new[] { "es-MX" };
        (await (await administrator.PutMatchingAsync($"{Api}/instance", settings, await TagAsync())).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "languages_in_legal_profile")).ShouldBe([("languages", "languages_in_legal_profile")]);
        settings["languages"] = new[] { "es-MX", "nah", "oto" };
        (await administrator.PutMatchingAsync($"{Api}/instance", settings, await TagAsync())).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Of today: at once.
        (await TryAsync(administrator, Today, new { languages = new[] { "es-MX", "maz" } })).StatusCode.ShouldBe(HttpStatusCode.Conflict, "this day has its version");
        service.Clock.Advance(TimeSpan.FromDays(1));
        administrator = await service.SignInAsync("titular@garante.example");
        (await TryAsync(administrator, Today, new { languages = new[] { "es-MX", "maz" } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await LanguagesAsync()).ShouldBe(["es-MX", "maz"]);

        async Task<JsonElement> InstanceAsync() => await (await service.Anonymous().GetAsync($"{Api}/instance")).JsonAsync();
        async Task<List<string?>> LanguagesAsync() => [.. (await InstanceAsync()).GetProperty("languages").EnumerateArray().Select(tag => tag.GetString())];
        async Task<string> TagAsync() => (await administrator.GetAsync($"{Api}/instance")).Headers.ETag!.Tag;
    }

    [Fact]
    public async Task A_version_is_withdrawn_before_its_first_day_with_the_reason_and_never_after()
    {
        var administrator = await service.ConfiguredAsync();
        var first = (await (await administrator.GetAsync($"{Api}/legal-profile")).JsonAsync()).GetProperty("id").GetGuid();
        var wrong = await AdoptAsync(administrator, Today.AddDays(5), 33);
        (await (await WithdrawAsync(wrong, "no")).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_too_short")).ShouldBe([("reason", "field_too_short")]);
        await (await WithdrawAsync(first, "Ya no se quiere")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "legal_profile_in_force");
        await (await WithdrawAsync(Guid.CreateVersion7(), "Ya no se quiere")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        await (await secretary.PostAsJsonAsync($"{Api}/legal-profiles/{wrong}/withdrawal", new { reason = "No puede" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");
        (await GraceDaysOnAsync(Today.AddDays(5))).ShouldBe(33);

        (await WithdrawAsync(wrong, "La fecha estaba equivocada")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await WithdrawAsync(wrong, "Otra vez lo mismo")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "legal_profile_withdrawn");
        (await GraceDaysOnAsync(Today.AddDays(5))).ShouldBe(15, "the one before goes on");
        (await service.FactsAsync("LegalProfileWithdrawnV1", wrong)).ShouldBe(1);
        (await service.CountAsync($"select count(*) from audit_log where action = 'legal_profile_withdrawn' and subject_id = '{wrong}' and reason = 'La fecha estaba equivocada'")).ShouldBe(1);
        (await (await service.Anonymous().GetAsync($"{Api}/legal-profiles")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
        var shown = await (await service.Anonymous().GetAsync($"{Api}/legal-profiles/{wrong}")).JsonAsync();
        shown.GetProperty("withdrawalReason").GetString().ShouldBe("La fecha estaba equivocada");
        var again = await AdoptAsync(administrator, Today.AddDays(5), 34);
        (await GraceDaysOnAsync(Today.AddDays(5))).ShouldBe(34, "its day is free again");
        var history = (await (await administrator.GetAsync($"{Api}/legal-profiles/history")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        history.Select(version => (version.GetProperty("id").GetGuid(), version.GetProperty("canWithdraw").GetBoolean())).ShouldBe([(again, true), (wrong, false), (first, false)]);
        (history[1].GetProperty("withdrawnBy").GetString(), history[1].GetProperty("withdrawalReason").GetString()).ShouldBe(("Titular", "La fecha estaba equivocada"));

        service.Clock.Advance(TimeSpan.FromDays(5));
        administrator = await service.SignInAsync("titular@garante.example");
        await (await WithdrawAsync(again, "Ya rige y no se quiere")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "legal_profile_in_force");
        // Held by the database too: what was withdrawn stays so, and what has begun is not.
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync("update legal_profile set withdrawn_at = null, withdrawn_by = null, withdrawal_reason = null where withdrawn_at is not null"));
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
            $"update legal_profile set withdrawn_at = now() + interval '6 days', withdrawn_by = (select id from account limit 1), withdrawal_reason = 'No vale' where id = '{again}'"))).ConstraintName.ShouldBe("legal_profile_withdrawn_before_its_day");

        Task<HttpResponseMessage> WithdrawAsync(Guid id, string reason) => administrator.PostAsJsonAsync($"{Api}/legal-profiles/{id}/withdrawal", new { reason });
    }

    private static Task<HttpResponseMessage> TryAsync(HttpClient client, DateOnly validFrom, object parameters) =>
        client.PostAsJsonAsync($"{Api}/legal-profiles", new { validFrom, parameters, holidays = new[] { new DateOnly(2027, 1, 1) }, reason = "Prueba de las reglas" });

    private static async Task<Guid> AdoptAsync(HttpClient client, DateOnly validFrom, int graceDays)
    {
        var answer = await TryAsync(client, validFrom, new { graceDays });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }

    private async Task<JsonElement> ParametersOnAsync(DateOnly day) =>
        (await (await service.Anonymous().GetAsync($"{Api}/legal-profile?on={day:yyyy-MM-dd}")).JsonAsync()).GetProperty("parameters");

    private async Task<int> GraceDaysOnAsync(DateOnly day) => (await ParametersOnAsync(day)).GetProperty("graceDays").GetInt32();

    private async Task<int> ReplyDaysOnAsync(DateOnly day) => (await ParametersOnAsync(day)).GetProperty("replyDays").GetInt32();
}
