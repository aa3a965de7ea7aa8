using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Participants;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

public sealed class SessionEndTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private async Task<string> SignInAsync(ParticipantsHost host, string email, string userAgent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/sessions") { Content = JsonContent.Create(new { email, password = Password }) };
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        return (await (await host.Anonymous().SendAsync(request)).JsonAsync()).GetProperty("sessionToken").GetString()!;
    }

    [Fact]
    public async Task A_person_sees_from_what_each_session_came_in_coarse_words_only()
    {
        var person = await service.PersonAsync();
        await SignInAsync(service, person.Email, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1");
        var sessions = (await (await person.Client.GetAsync($"{Api}/sessions")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        sessions.Count.ShouldBe(2);
        sessions[0].GetProperty("browser").GetString().ShouldBe("SAFARI");
        sessions[0].GetProperty("system").GetString().ShouldBe("IOS");
        (await service.CountAsync("select count(*) from session where session::text ilike '%mozilla%' or session::text like '%iPhone OS%' or session::text like '%605.1.15%'")).ShouldBe(0);
    }

    [Fact]
    public async Task All_other_sessions_end_at_once_and_each_with_its_fact()
    {
        var person = await service.PersonAsync();
        var others = new[] { await SignInAsync(service, person.Email, "a"), await SignInAsync(service, person.Email, "b") };
        var client = await service.SignedInAsync(others[0]);
        (await person.Client.DeleteAsync($"{Api}/sessions/others")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await client.GetAsync($"{Api}/sessions/current")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "token_invalid");
        foreach (var other in others)
            (await service.ExchangeAsync(other)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await person.Client.GetAsync($"{Api}/sessions/current")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.CountAsync($"select count(*) from event_log where type like '%.SessionEndedV1' and payload ->> 'accountId' = '{person.Id}'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_session_that_time_ended_gets_its_fact_once_from_two_replicas()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var person = await own.PersonAsync();
        await SignInAsync(own, person.Email, "a");
        own.Clock.Advance(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(1));
        await own.Services.GetRequiredService<Housekeeping>().RunAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => own.Services.GetRequiredService<Housekeeping>().RunAsync(CancellationToken.None)));
        (await own.CountAsync($"select count(*) from session where account_id = '{person.Id}' and ended_at is not null and ended_at = last_seen_at + interval '8 hours'")).ShouldBe(2);
        (await own.CountAsync($"select count(*) from event_log where type like '%.SessionEndedV1' and payload ->> 'accountId' = '{person.Id}'")).ShouldBe(2);
    }
}
