using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Participants;
using OpenGov.Participants.SettingUp;
using OpenGov.ServiceTests.Participants.Secretariats;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Each test has an instance of its own: a set-up happens once.</summary>
public sealed class SettingUpTests : IAsyncLifetime
{
    private readonly ParticipantsHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task The_first_start_prints_exactly_one_link_and_stores_only_a_hash_of_its_key()
    {
        service.Anonymous();
        service.Printed.Count.ShouldBe(1);
        service.Printed[0].ShouldMatch("^SETUP-LINK http://127\\.0\\.0\\.1:8080/configurar\\?clave=[A-Za-z0-9_-]{43}$");
        (await service.CountAsync("select count(*) from set_up_key where length(key_hash) = 32 and expires_at = created_at + interval '24 hours'")).ShouldBe(1);

        var progress = await (await service.Anonymous().GetAsync($"{Api}/set-up")).JsonAsync();
        progress.GetProperty("administratorExists").GetBoolean().ShouldBeFalse();
        progress.GetProperty("instanceConfigured").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_link_makes_one_administrator_who_is_signed_in_and_can_configure_the_instance()
    {
        var administrator = await service.AdministratorAsync();
        var me = await (await administrator.GetAsync($"{Api}/sessions/current")).JsonAsync();
        me.GetProperty("account").GetProperty("email").GetString().ShouldBe("titular@garante.example");
        // Also operator, so that somebody can see and repair the system from the first day on.
        me.GetProperty("staffPosts").EnumerateArray().Select(post => post.GetProperty("role").GetString()).ShouldBe(["ADMINISTRATOR", "OPERATOR"], ignoreOrder: true);

        var configured = await administrator.PutAsJsonAsync($"{Api}/set-up/instance", Settings());
        configured.StatusCode.ShouldBe(HttpStatusCode.OK, await configured.Content.ReadAsStringAsync());

        var instance = await (await service.Anonymous().GetAsync($"{Api}/instance")).JsonAsync();
        instance.GetProperty("configured").GetBoolean().ShouldBeTrue();
        instance.GetProperty("iso").GetString().ShouldBe("MX-MEX");
        instance.GetProperty("stateName").GetString().ShouldBe("Estado de México");
        instance.GetProperty("guarantor").GetProperty("acronym").GetString().ShouldBe("INFOEM");
        instance.GetProperty("theme").GetProperty("accentColour").GetString().ShouldBe("#a57f2c");
        var profile = await (await service.Anonymous().GetAsync($"{Api}/legal-profile")).JsonAsync();
        profile.GetProperty("parameters").GetProperty("callMinDays").GetInt32().ShouldBe(15);
        (await service.CountAsync("select count(*) from event_log where type ~ '(InstanceConfigured|LegalProfileAdopted|OrganisationRegistered|StaffPostAssigned)V1$'")).ShouldBe(5);
        (await service.CountAsync("select count(*) from event_log where payload::text ilike '%titular%'")).ShouldBe(0);
        (await service.CountAsync("select count(*) from audit_log where coalesce(before::text, '') || coalesce(after::text, '') ilike '%titular%'")).ShouldBe(0);

        await (await administrator.PutAsJsonAsync($"{Api}/set-up/instance", Settings())).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "instance_already_configured");
    }

    [Fact]
    public async Task Two_set_ups_at_once_with_two_valid_keys_make_one_administrator()
    {
        using var scope = service.Services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        db.Add(OpenGov.Participants.SettingUp.SetUpKey.For("the key of another replica", db.Now));
        await db.SaveChangesAsync();

        var answers = await Task.WhenAll(
            Try(service.SetUpKey, "una@garante.example"), Try("the key of another replica", "otra@garante.example"),
            Try(service.SetUpKey, "una2@garante.example"), Try("the key of another replica", "otra2@garante.example"));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var lost in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            await lost.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "administrator_exists");
        (await service.CountAsync("select count(*) from account")).ShouldBe(1);
        (await service.CountAsync("select count(*) from set_up_key where voided_at is null")).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_or_expired_key_makes_nobody()
    {
        await (await Try("wrong", "una@garante.example")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "setup_key_invalid");
        var key = service.SetUpKey;
        service.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        await (await Try(key, "una@garante.example")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "setup_key_invalid");
        (await service.CountAsync("select count(*) from account")).ShouldBe(0);
    }

    [Theory]
    [InlineData("una@garante.example", "corta", "password_too_short")]
    [InlineData("una@garante.example", "aaaaaaaaaaaaaaaa", "password_too_simple")]
    [InlineData("secretaria@garante.example", "soy-secretaria-2026", "password_contains_email")]
    [InlineData("no es un correo", "caballo correcto pila", "email_invalid")]
    public async Task A_refused_set_up_names_the_field_and_stores_nothing(string email, string password, string code)
    {
        await (await Try(service.SetUpKey, email, password)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        (await service.CountAsync("select count(*) from account")).ShouldBe(0);
        (await service.CountAsync("select count(*) from set_up_key where voided_at is null")).ShouldBe(1);
    }

    [Fact]
    public async Task Only_an_administrator_configures_the_instance_and_a_refusal_stores_nothing()
    {
        await (await service.Anonymous().PutAsJsonAsync($"{Api}/set-up/instance", Settings())).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "sign_in_required");
        // Nobody accepts an invitation before there is a privacy notice, which the set-up publishes.
        var secretary = await Assembly.AccountAsync(service);
        (await (await service.AdministratorAsync()).PostAsJsonAsync($"{Api}/accounts/{secretary.Account}/staff-posts", new { role = "EXECUTIVE_SECRETARY" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await secretary.Client.PutAsJsonAsync($"{Api}/set-up/instance", Settings())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "forbidden");

        var wrong = Settings();
        wrong["cveEnt"] = "33";
        wrong["theme"] = new { primaryColour = "#ffcc00", accentColour = "gold" };
        wrong["publicAddress"] = "http://abierto.example.mx";
        wrong["guarantor"] = new { name = "" };
        wrong["languages"] = new[] { "nah" };
        var refused = await (await (await service.AdministratorAsync()).PutAsJsonAsync($"{Api}/set-up/instance", wrong)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed");
        refused.ShouldBe(
            [
                ("cveEnt", "state_unknown"), ("publicAddress", "public_address_needs_https"), ("/theme/accentColour", "colour_invalid"),
                ("/theme/primaryColour", "colour_contrast_too_low"), ("languages", "languages_need_spanish"), ("/guarantor/name", "field_required"),
            ]);
        (await service.CountAsync("select (select count(*) from instance) + (select count(*) from organisation) + (select count(*) from legal_profile)")).ShouldBe(0);
    }

    private Task<HttpResponseMessage> Try(string setupKey, string email, string password = Password) =>
        service.Anonymous().PostAsJsonAsync($"{Api}/set-up/administrator", new { setupKey, email, displayName = "Una persona", password });
}
