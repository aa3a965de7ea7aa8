using System.Net;

namespace OpenGov.UnitTests.Gateway;

public sealed class ApiKeyTests : IAsyncLifetime
{
    private static readonly (string Name, string Value) Key = ("Authorization", $"Bearer {TestSystem.ApiKey}");
    private TestSystem system = null!;

    public async Task InitializeAsync() => system = await TestSystem.StartAsync();

    public async Task DisposeAsync() => await system.DisposeAsync();

    [Fact]
    public async Task A_program_s_key_reaches_a_service_as_a_token_and_is_exchanged_once()
    {
        for (var time = 0; time < 3; time++)
        {
            using var answer = await system.SendAsync("GET", "/api/action-plans/v1/my/activities", Key);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        system.ActionPlans.Requests.Count.ShouldBe(3);
        system.ActionPlans.Requests.ShouldAllBe(request => request["Authorization"] == $"Bearer {TestSystem.Token}");
        system.Exchanges.ShouldBe(1);
    }

    [Theory]
    [InlineData("POST", "/api/action-plans/v1/plans")]
    [InlineData("DELETE", "/API/Action-Plans/v1/plans/1")]
    [InlineData("GET", "/api/participants/v1/accounts")]
    [InlineData("GET", "/api/transparency/v1/datasets")]
    public async Task What_its_scopes_do_not_name_is_refused_before_any_service_sees_it(string method, string path)
    {
        using var answer = await system.SendAsync(method, path, Key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("api_key_scope_missing");
        system.ActionPlans.Requests.ShouldBeEmpty();
        system.Transparency.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_invented_key_is_401_and_never_passed_on()
    {
        using var answer = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Authorization", "Bearer ogk_inventada"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("api_key_invalid");
        system.ActionPlans.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task At_pages_a_key_is_nobody_s_and_as_a_cookie_it_opens_nothing()
    {
        using var page = await system.SendAsync("GET", "/cuenta", Key);
        system.Portal.Requests.ShouldHaveSingleItem()["Authorization"].ShouldBeNull();
        using var cookie = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("Cookie", $"og_session={TestSystem.ApiKey}"));
        system.ActionPlans.Requests.ShouldHaveSingleItem()["Authorization"].ShouldBeNull();
    }
}
