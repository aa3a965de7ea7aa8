using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

public sealed class NoticesTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    [Fact]
    public async Task An_instance_has_a_notice_in_force_from_its_set_up_on_in_Spanish_and_English()
    {
        await service.ConfiguredAsync();
        // Other tests of this class publish later versions.
        var versions = (await (await service.Anonymous().GetAsync($"{Api}/privacy-notices")).JsonAsync()).GetProperty("items");
        var address = $"{Api}/privacy-notices/{versions[versions.GetArrayLength() - 1].GetProperty("id").GetGuid()}";
        var notice = await (await service.Anonymous().GetAsync(address)).JsonAsync();
        notice.GetProperty("number").GetInt32().ShouldBe(1);
        notice.GetProperty("text").GetProperty("responsibleName").GetString().ShouldBe("Instituto de Transparencia del Estado de México");
        notice.GetProperty("language").GetString().ShouldBe("es");
        foreach (var member in notice.GetProperty("text").EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
            member.Value.GetString()!.ShouldNotContain("{", customMessage: member.Name);

        using var english = new HttpRequestMessage(HttpMethod.Get, address);
        english.Headers.AcceptLanguage.ParseAdd("en");
        (await (await service.Anonymous().SendAsync(english)).JsonAsync()).GetProperty("language").GetString().ShouldBe("en");
        (await (await service.Anonymous().GetAsync($"{address}?language=maz")).JsonAsync()).GetProperty("language").GetString().ShouldBe("es");
        (await service.FactsAsync("PrivacyNoticePublishedV1", notice.GetProperty("id").GetGuid())).ShouldBe(1);
    }

    [Fact]
    public async Task INV_50_data_given_under_a_notice_that_is_no_longer_in_force_are_refused_and_the_version_shown_is_stored()
    {
        var administrator = await service.ConfiguredAsync();
        var shown = (await CurrentAsync()).GetProperty("id").GetGuid();
        var (account, link) = await InviteAsync(administrator);
        (await PublishAsync(administrator, "Otro texto de las finalidades")).StatusCode.ShouldBe(HttpStatusCode.Created);

        var refused = await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = shown });
        (await refused.ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_not_in_force"))[0].Field.ShouldBe("privacyNoticeId");
        (await service.CountAsync($"select count(*) from account where id = '{account}' and password_hash is null and privacy_notice_id is null")).ShouldBe(1);

        var inForce = (await CurrentAsync()).GetProperty("id").GetGuid();
        inForce.ShouldNotBe(shown);
        (await service.Anonymous().PostAsJsonAsync(link, new { password = Password, privacyNoticeId = inForce })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from account where id = '{account}' and privacy_notice_id = '{inForce}'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_notice_that_ships_names_all_that_the_forms_ask_for_in_both_languages()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        foreach (var (language, kinds) in new[] { ("es", new[] { "teléfono", "puesto", "acreditar su identidad", "RFC", "CLUNI" }), ("en", ["telephone", "post", "prove your identity", "RFC", "CLUNI"]) })
        {
            var data = (await (await own.Anonymous().GetAsync($"{Api}/privacy-notice?language={language}")).JsonAsync()).GetProperty("text").GetProperty("personalData").GetString()!;
            kinds.ShouldAllBe(kind => data.Contains(kind), language);
        }
    }

    [Fact]
    public async Task A_new_version_carries_the_other_languages_over_and_a_translation_of_an_earlier_text_says_so()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        await (await CarryAsync("maz", "Sin texto en español", carryOver: false)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        (await CarryAsync("maz", "Traducción al mazahua")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await TextAsync("maz")).ShouldBe(("maz", "Traducción al mazahua", null));
        (await TextAsync("en")).Carried.ShouldBeNull("the Spanish text is the same");

        (await CarryAsync("es", "Texto nuevo en español")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await TextAsync("es")).ShouldBe(("es", "Texto nuevo en español", null));
        (await TextAsync("maz")).ShouldBe(("maz", "Traducción al mazahua", 2));
        (await TextAsync("en")).ShouldSatisfyAllConditions(text => text.Language.ShouldBe("en"), text => text.Carried.ShouldBe(2));
        (await CarryAsync("es", "Otro más en español")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await TextAsync("maz")).Carried.ShouldBe(2, "of the text beside which it was written");
        (await CarryAsync("maz", "Traducción al día")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await TextAsync("maz")).ShouldBe(("maz", "Traducción al día", null));

        async Task<HttpResponseMessage> CarryAsync(string language, string changes, bool carryOver = true)
        {
            var text = JsonNode.Parse((await (await own.Anonymous().GetAsync($"{Api}/privacy-notice?language=es")).JsonAsync()).GetProperty("text").GetRawText())!.AsObject();
            text["changes"] = changes;
            return await administrator.PostAsJsonAsync($"{Api}/privacy-notices", new JsonObject { ["carryOver"] = carryOver, ["texts"] = new JsonObject { [language] = text } });
        }

        async Task<(string? Language, string? Changes, int? Carried)> TextAsync(string language)
        {
            var notice = await (await own.Anonymous().GetAsync($"{Api}/privacy-notice?language={language}")).JsonAsync();
            var carried = notice.GetProperty("text").GetProperty("carriedFrom");
            return (notice.GetProperty("language").GetString(), notice.GetProperty("text").GetProperty("changes").GetString(), carried.ValueKind == JsonValueKind.Null ? null : carried.GetInt32());
        }
    }

    [Fact]
    public async Task A_notice_announced_for_a_later_day_is_not_in_force_before_it_and_none_can_be_put_in_front_of_it()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var administrator = await own.ConfiguredAsync();
        var day = DateOnly.FromDateTime(own.Clock.GetUtcNow().UtcDateTime).AddDays(3);
        (await PublishAsync(administrator, "Finalidad anunciada", day)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await NumberInForceAsync(own)).ShouldBe(1);
        await (await PublishAsync(administrator, "Finalidad de hoy")).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "notice_before_latest");
        await (await PublishAsync(administrator, "Finalidad de ayer", day.AddDays(-9))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_retroactive");
        await (await PublishAsync(administrator, "Finalidad lejana", day.AddYears(3))).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_too_far");
        own.Clock.Advance(TimeSpan.FromDays(5));
        (await NumberInForceAsync(own)).ShouldBe(2);
    }

    [Fact]
    public async Task A_published_notice_is_never_rewritten_nor_deleted()
    {
        await service.ConfiguredAsync();
        foreach (var sql in new[] { "update privacy_notice set number = number + 1000", "delete from privacy_notice", "truncate privacy_notice cascade" })
            (await Should.ThrowAsync<PostgresException>(() => service.ExecuteAsync(sql))).SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation, sql);
    }

    [Fact]
    public async Task A_notice_without_what_the_law_asks_for_is_refused_with_each_reason()
    {
        var administrator = await service.ConfiguredAsync();
        var refused = await administrator.PostAsJsonAsync($"{Api}/privacy-notices", new { texts = new { es = new { responsibleName = "X", purposes = Array.Empty<string>() } } });
        var fields = (await refused.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed")).Select(reason => reason.Field).ToList();
        fields.ShouldContain("/texts/es/responsibleName");
        fields.ShouldContain("/texts/es/purposes");
        fields.ShouldContain("/texts/es/legalBasis");
        await (await administrator.PostAsJsonAsync($"{Api}/privacy-notices", new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "field_required");
        var person = await service.PersonAsync();
        (await PublishAsync(person.Client, "No debe poder")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<int> NumberInForceAsync(ParticipantsHost host) =>
        (await (await host.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("number").GetInt32();

    private async Task<JsonElement> CurrentAsync() => await (await service.Anonymous().GetAsync($"{Api}/privacy-notice?language=es")).JsonAsync();

    private static async Task<(Guid Account, string Link)> InviteAsync(HttpClient administrator)
    {
        var invited = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email = $"{Guid.NewGuid():N}@garante.example", displayName = "Persona" })).JsonAsync();
        return (invited.GetProperty("id").GetGuid(), $"{Api}/invitations/{invited.GetProperty("invitationLink").GetString()!.Split('/')[^1]}");
    }

    private static async Task<HttpResponseMessage> PublishAsync(HttpClient administrator, string purpose, DateOnly? inForceOn = null)
    {
        var current = await (await administrator.GetAsync($"{Api}/privacy-notice?language=es")).JsonAsync();
        var text = JsonNode.Parse(current.GetProperty("text").GetRawText())!;
        text["purposes"] = new JsonArray(purpose);
        return await administrator.PostAsJsonAsync($"{Api}/privacy-notices", new JsonObject { ["inForceOn"] = inForceOn?.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["texts"] = new JsonObject { ["es"] = text } });
    }
}
