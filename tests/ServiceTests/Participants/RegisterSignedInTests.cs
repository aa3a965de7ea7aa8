using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Whoever has an account registers with it: no registration is a dead end.</summary>
public sealed class RegisterSignedInTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private const string Mine = $"{Api}/my/registrations";
    private const string Desk = $"{Api}/registrations";
    private static int number;

    [Fact]
    public async Task A_refused_organisation_corrects_and_is_accepted()
    {
        var notice = await NoticeAsync();
        var email = $"corrige{Interlocked.Increment(ref number)}@correo.example";
        var client = await RegisterAsync(email, new { name = "Red que corrige", kind = "CIVIL_SOCIETY_ORGANIZATION", purpose = "Ninguno todavía" });
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var first = await OwnAsync(client);
        await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice, organisation = new { name = "Otra mientras tanto", kind = "BUSINESS" } }))
            .ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_waits");
        (await PostMatchingAsync(secretary, $"{Desk}/{first.GetProperty("id").GetGuid()}/refusal", new { reason = "Falta decir a qué se dedica." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        // The mail leads to a page that asks to sign in and offers what was sent, to be corrected.
        (await service.MailsToAsync(email)).Single(mail => mail.Kind == PersonalMailKinds.RegistrationRefused).Path.ShouldBe("/participa/mis-registros");
        (await OwnAsync(client)).GetProperty("proposal").GetProperty("purpose").GetString().ShouldBe("Ninguno todavía");

        var key = Guid.NewGuid().ToString();
        var corrected = new { privacyNoticeId = notice, post = "Directora", organisation = new { name = "Red que corrige", kind = "CIVIL_SOCIETY_ORGANIZATION", purpose = "Cuidar el agua" } };
        var answer = await SendAsync(client, corrected, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        (await SendAsync(client, corrected, key)).StatusCode.ShouldBe(HttpStatusCode.Created, "a second click is the same registration");
        (await service.CountAsync("select count(*) from registration where proposal ->> 'purpose' = 'Cuidar el agua'")).ShouldBe(1);
        var second = await OwnAsync(client);
        second.GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");

        (await PostMatchingAsync(secretary, $"{Desk}/{second.GetProperty("id").GetGuid()}/acceptance", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var accepted = await OwnAsync(client);
        (accepted.GetProperty("state").GetString(), accepted.GetProperty("organisationName").GetString()).ShouldBe(("ACCEPTED", "Red que corrige"));
        (await (await client.GetAsync($"{Api}/sessions/current")).JsonAsync()).GetProperty("mandates").GetArrayLength().ShouldBe(1);

        // The representative brings a second organisation, and registers as a citizen too.
        (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice, organisation = new { name = "Colegio de la misma persona", kind = "PROFESSIONAL_COLLEGE" } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice })).JsonAsync()).GetProperty("state").GetString().ShouldBe("ACCEPTED");
    }

    /// <summary>There are twenty connections here. One who holds them all, and asks for more to be counted, would keep everybody else waiting for a minute.</summary>
    [Fact]
    public async Task One_person_with_sixty_keys_at_once_keeps_nobody_waiting()
    {
        var (notice, person) = (await NoticeAsync(), await service.PersonAsync());
        var began = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(key => SendAsync(person.Client, new { privacyNoticeId = notice }, $"a-la-vez-{key}")));
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(45));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(50, "ten a day");
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(9);
    }

    [Fact]
    public async Task A_citizen_who_withdrew_registers_again_and_later_registers_an_organisation()
    {
        var notice = await NoticeAsync();
        var client = await RegisterAsync($"vuelve{Interlocked.Increment(ref number)}@correo.example", organisation: null);
        await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice })).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "registration_counts");
        (await client.PostAsJsonAsync($"{Mine}/{(await OwnAsync(client)).GetProperty("id").GetGuid()}/withdrawal", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await (await client.PostAsJsonAsync(Mine, new { })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "notice_required")).ShouldBe([("privacyNoticeId", "notice_required")]);
        await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = Guid.NewGuid() })).ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "notice_not_in_force");
        // A consent that was given before stays the one that it is.
        (await client.PutAsJsonAsync($"{Api}/my/consents/OTHER_CALLS", new { textVersion = 1, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var again = await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice, municipality = "Lerma", otherCalls = true, publishName = true });
        again.StatusCode.ShouldBe(HttpStatusCode.Created, await again.Content.ReadAsStringAsync());
        var registration = await again.JsonAsync();
        registration.GetProperty("state").GetString().ShouldBe("ACCEPTED");
        (await service.FactsAsync("RegistrationAcceptedV1", registration.GetProperty("id").GetGuid())).ShouldBe(1);
        (await (await client.GetAsync($"{Api}/my/consents")).JsonAsync()).GetProperty("items").EnumerateArray().ShouldAllBe(consent => consent.GetProperty("given").GetBoolean() && consent.GetProperty("history").GetArrayLength() == 1);

        var organisation = await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice, organisation = new { name = "Vecinas que vuelven", kind = "CITIZEN_COUNCIL" } });
        (await organisation.JsonAsync()).GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");
        (await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice, organisation = new { name = "Оtra mezclada", kind = "CITIZEN_COUNCIL" } }))
            .ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "name_mixes_scripts")).ShouldBe([("organisation.name", "name_mixes_scripts")]);
    }

    [Fact]
    public async Task Whom_staff_refused_or_never_looked_at_does_not_get_past_them_by_registering_anew()
    {
        var notice = await NoticeAsync();
        var secretary = (await service.PersonAsync("EXECUTIVE_SECRETARY")).Client;
        var client = await RegisterAsync($"insiste{Interlocked.Increment(ref number)}@correo.example", organisation: null, held: true);
        var held = await OwnAsync(client);
        held.GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");
        (await client.PostAsJsonAsync($"{Mine}/{held.GetProperty("id").GetGuid()}/withdrawal", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice })).JsonAsync()).GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");
        (await PostMatchingAsync(secretary, $"{Desk}/{(await OwnAsync(client)).GetProperty("id").GetGuid()}/refusal", new { reason = "No es una persona." })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice })).JsonAsync()).GetProperty("state").GetString().ShouldBe("UNDER_REVIEW");
        (await PostMatchingAsync(secretary, $"{Desk}/{(await OwnAsync(client)).GetProperty("id").GetGuid()}/acceptance", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsJsonAsync($"{Mine}/{(await OwnAsync(client)).GetProperty("id").GetGuid()}/withdrawal", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await (await client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice })).JsonAsync()).GetProperty("state").GetString().ShouldBe("ACCEPTED", "somebody looked by now");
    }

    [Fact]
    public async Task Two_windows_register_once_and_nobody_without_a_session()
    {
        var notice = await NoticeAsync();
        var person = await service.PersonAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => person.Client.PostAsJsonAsync(Mine, new { privacyNoticeId = notice })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        (await service.CountAsync($"select count(*) from registration where account_id = '{person.Id}'")).ShouldBe(1);
        (await service.Anonymous().PostAsJsonAsync(Mine, new { privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => service.ExecuteAsync(
            $"""
            insert into registration (id, version, account_id, kind, state, channel, sector, privacy_notice_id, publish_name, other_calls, held, registered_at, confirmed_at)
            select gen_random_uuid(), 1, '{person.Id}', 'CITIZEN', 'UNDER_REVIEW', 'WEB', 'CIVIL_SOCIETY', '{notice}', false, false, true, now(), now() from generate_series(1, 2)
            """));
    }

    private async Task<Guid> NoticeAsync()
    {
        await service.ConfiguredAsync();
        return (await (await service.Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();
    }

    /// <summary>By the public form and the mail's link, to a session.</summary>
    private async Task<HttpClient> RegisterAsync(string email, object? organisation, bool held = false)
    {
        var stamp = service.Services.GetRequiredService<FormStamps>().Issue("registration", service.Clock.GetUtcNow() - TimeSpan.FromSeconds(20));
        var answer = await service.Anonymous().PostAsJsonAsync(Desk, new { displayName = "Quien vuelve", email, organisation, privacyNoticeId = await NoticeAsync(), marks = new { stamp, website = "" } });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        if (held)
            await service.ExecuteAsync($"update registration set held = true where account_id = (select id from account where email = '{email}')");
        var token = await service.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress);
        var confirmed = await (await service.Anonymous().PostAsJsonAsync($"{Api}/registration-confirmations/{token}", new { password = Password, privacyNoticeId = await service.NoticeAsync() })).JsonAsync();
        return await service.SignedInAsync(confirmed.GetProperty("session").GetProperty("sessionToken").GetString()!);
    }

    /// <summary>The newest.</summary>
    private static async Task<JsonElement> OwnAsync(HttpClient client) => (await (await client.GetAsync(Mine)).JsonAsync()).GetProperty("items")[0];

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, object body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Mine) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    /// <summary>With the version that the desk shows.</summary>
    private static async Task<HttpResponseMessage> PostMatchingAsync(HttpClient client, string address, object body)
    {
        var etag = (await client.GetAsync(address[..address.LastIndexOf('/')])).Headers.ETag!.Tag;
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
