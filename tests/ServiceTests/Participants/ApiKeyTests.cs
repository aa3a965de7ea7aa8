using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class ApiKeyTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Keys = $"{Api}/account/api-keys";

    private static object Request(int? days = 30, string[]? scopes = null, string name = "Carga mensual", string password = Password) =>
        new { name, scopes = scopes ?? ["participants:read", "action-plans:write"], days, currentPassword = password };

    internal static async Task<HttpResponseMessage> ExchangeAsync(ParticipantsHost host, string apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/internal/api-key-exchange") { Content = JsonContent.Create(new { apiKey }) };
        InternalCalls.Authorize(request, host.Services.GetRequiredService<InstanceKey>());
        return await host.Anonymous().SendAsync(request);
    }

    private async Task<(JsonElement Created, HttpClient Program)> CreateAsync(Person person)
    {
        var answer = await person.Client.PostAsJsonAsync(Keys, Request());
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var created = await answer.JsonAsync();
        var exchanged = await (await ExchangeAsync(service, created.GetProperty("key").GetString()!)).JsonAsync();
        exchanged.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["action-plans:write", "participants:read"]);
        var program = service.Anonymous();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", exchanged.GetProperty("token").GetString());
        return (created, program);
    }

    [Fact]
    public async Task A_key_is_shown_once_kept_as_a_hash_and_exchanged_for_a_token_of_its_account()
    {
        var person = await service.PersonAsync();
        var (created, _) = await CreateAsync(person);
        var key = created.GetProperty("key").GetString()!;
        key.ShouldStartWith("ogk_");
        key.Length.ShouldBe(47);
        (await service.CountAsync($"select count(*) from api_key where api_key::text like '%{key}%'")).ShouldBe(0);
        var listed = (await (await person.Client.GetAsync(Keys)).JsonAsync()).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        listed.GetRawText().ShouldNotContain(key);
        listed.GetProperty("lastUsedAt").GetDateTimeOffset().ShouldBeInRange(service.Clock.GetUtcNow().AddMinutes(-5), service.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_revoked_key_ends_at_once_with_the_fact_that_ends_sessions()
    {
        var person = await service.PersonAsync();
        var (created, program) = await CreateAsync(person);
        (await program.GetAsync($"{Api}/organisations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var id = created.GetProperty("id").GetGuid();
        var stranger = await service.PersonAsync();
        await (await stranger.Client.DeleteAsync($"{Keys}/{id}")).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not_found");
        (await person.Client.DeleteAsync($"{Keys}/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await program.GetAsync(Keys)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "token_invalid");
        (await ExchangeAsync(service, created.GetProperty("key").GetString()!)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.FactsAsync("SessionEndedV1", id)).ShouldBe(1);
        (await (await person.Client.GetAsync(Keys)).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_program_changes_neither_passwords_nor_sessions_nor_keys()
    {
        var (_, program) = await CreateAsync(await service.PersonAsync());
        await (await program.PostAsJsonAsync(Keys, Request())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "session_required");
        await (await program.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = Password, password = "otra frase muy larga" })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "session_required");
        await (await program.GetAsync($"{Api}/sessions/current")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "session_required");
        await (await program.DeleteAsync($"{Api}/sessions/others")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "session_required");
    }

    [Fact]
    public async Task A_key_expires_by_itself_and_an_invented_one_is_none()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var person = await own.PersonAsync();
        var key = (await (await person.Client.PostAsJsonAsync(Keys, Request(days: 1))).JsonAsync()).GetProperty("key").GetString()!;
        (await ExchangeAsync(own, key)).StatusCode.ShouldBe(HttpStatusCode.OK);
        own.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        (await ExchangeAsync(own, key)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ExchangeAsync(own, "ogk_inventada")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ExchangeAsync(own, person.SessionToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_request_stores_nothing_and_names_each_field()
    {
        var person = await service.PersonAsync();
        (await (await person.Client.PostAsJsonAsync(Keys, Request(days: 0, scopes: ["participants:read", "everything"], name: "")))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "validation_failed"))
            .ShouldBe([("name", "field_required"), ("scopes", "scope_unknown"), ("days", "api_key_days_invalid")]);
        await (await person.Client.PostAsJsonAsync(Keys, Request(password: "otra cosa distinta"))).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "current_password_wrong");
        (await service.CountAsync($"select count(*) from api_key where account_id = '{person.Id}'")).ShouldBe(0);
    }
}
