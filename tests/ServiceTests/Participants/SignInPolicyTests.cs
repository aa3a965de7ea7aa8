using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Participants.TwoFactor;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>"Second step required for staff": each with an instance of its own, since the policy is everybody's.</summary>
public sealed class SignInPolicyTests
{
    private const string Policy = $"{Api}/sign-in-policy";

    private static async Task SetUpSecondStepAsync(ParticipantsHost service, HttpClient client)
    {
        var secret = (await (await client.PostAsJsonAsync($"{Api}/account/second-factor", new { currentPassword = Password })).JsonAsync()).GetProperty("secret").GetString()!;
        var code = Totp.Code(SecondFactorTests.FromBase32(secret), Totp.StepOf(service.Clock.GetUtcNow()));
        (await client.PostAsJsonAsync($"{Api}/account/second-factor/confirmation", new { code })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task SetAsync(HttpClient administrator, bool secondStepForStaff) =>
        (await administrator.PutMatchingAsync(Policy, new { secondStepForStaff }, (await administrator.GetAsync(Policy)).Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);

    private static async Task<HttpClient> WithApiKeyAsync(ParticipantsHost service, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/internal/api-key-exchange") { Content = JsonContent.Create(new { apiKey = key }) };
        InternalCalls.Authorize(request, service.Services.GetRequiredService<InstanceKey>());
        var client = service.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await (await client.SendAsync(request)).JsonAsync()).GetProperty("token").GetString());
        return client;
    }

    [Fact]
    public async Task Staff_without_a_second_step_may_only_set_one_up_and_everybody_else_goes_on()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var (secretary, citizen) = (await service.PersonAsync("EXECUTIVE_SECRETARY"), await service.PersonAsync());
        var key = (await (await secretary.Client.PostAsJsonAsync($"{Api}/account/api-keys", new { name = "carga", scopes = new[] { "participants:write" }, days = 30, currentPassword = Password })).JsonAsync())
            .GetProperty("key").GetString()!;
        Task<HttpResponseMessage> RegisterAsync(HttpClient client) => client.PostAsJsonAsync($"{Api}/organisations", new { name = $"Colectivo {Guid.NewGuid():N}", kind = "CIVIL_SOCIETY_ORGANIZATION" });
        (await RegisterAsync(await service.SignInAsync(secretary.Email))).StatusCode.ShouldBe(HttpStatusCode.Created, "nothing is asked for at first");

        await (await administrator.PutMatchingAsync(Policy, new { secondStepForStaff = true }, (await administrator.GetAsync(Policy)).Headers.ETag!.Tag))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "second_step_own_first");
        await SetUpSecondStepAsync(service, administrator);
        await SetAsync(administrator, true);
        (await (await administrator.GetAsync(Policy)).JsonAsync()).GetProperty("staffWithout").GetInt32().ShouldBe(1);

        // Running sign-ins with their next token, new ones at once, and keys for programs.
        foreach (var held in new[] { await service.SignedInAsync(secretary.SessionToken), await service.SignInAsync(secretary.Email), await WithApiKeyAsync(service, key) })
        {
            await (await RegisterAsync(held)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second_step_required");
            await (await held.PostAsJsonAsync($"{Api}/account/api-keys", new { })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second_step_required");
            (await held.GetAsync($"{Api}/organisations")).StatusCode.ShouldBe(HttpStatusCode.OK, "what anybody may read stays open");
        }

        var signedIn = await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = secretary.Email, password = Password })).JsonAsync();
        signedIn.GetProperty("secondStepMissing").GetBoolean().ShouldBeTrue();
        var session = signedIn.GetProperty("sessionToken").GetString()!;
        var own = await service.SignedInAsync(session);
        (await (await own.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("secondStepMissing").GetBoolean().ShouldBeTrue();
        (await own.GetAsync($"{Api}/my/personal-data")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await SetUpSecondStepAsync(service, own);
        (await RegisterAsync(await service.SignedInAsync(session))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await RegisterAsync(await WithApiKeyAsync(service, key))).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email = citizen.Email, password = Password })).JsonAsync()).GetProperty("secondStepMissing").GetBoolean().ShouldBeFalse();
        (await (await service.SignedInAsync(citizen.SessionToken)).GetAsync($"{Api}/account/api-keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_sign_in_with_a_passkey_has_both_steps_and_the_policy_ends_when_it_is_turned_off()
    {
        await using var service = new ParticipantsHost();
        await service.InitializeAsync();
        var administrator = await service.ConfiguredAsync();
        var secretary = await service.PersonAsync("EXECUTIVE_SECRETARY");
        using var device = new SoftwareAuthenticator();
        await PasskeyTests.AddAsync(secretary, device);
        await SetUpSecondStepAsync(service, administrator);
        await SetAsync(administrator, true);

        var asked = await (await service.Anonymous().PostAsJsonAsync($"{Api}/sessions/passkey-options", new { })).JsonAsync();
        var answer = await service.Anonymous().PostAsJsonAsync(
            $"{Api}/sessions/passkey", new { state = asked.GetProperty("state").GetString(), credential = device.Get(asked.GetProperty("options").GetString()!) });
        var byPasskey = await service.SignedInAsync((await answer.JsonAsync()).GetProperty("sessionToken").GetString()!);
        (await byPasskey.GetAsync($"{Api}/arco-requests")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var byPassword = await service.SignInAsync(secretary.Email);
        await (await byPassword.GetAsync($"{Api}/arco-requests")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second_step_required");
        (await byPasskey.GetAsync(Policy)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "the policy is the administrators'");

        await SetAsync(administrator, false);
        (await (await service.SignInAsync(secretary.Email)).GetAsync($"{Api}/arco-requests")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync("select count(*) from audit_log where action = 'sign_in_policy_changed'")).ShouldBe(2);
    }
}
