using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>
/// Programs that behave as people do: each form shown long enough, the trap left empty, every request from an address of its own. With <c>OPENGOV_LONG=1</c> in the
/// numbers of the specification.
/// </summary>
public sealed class BotTests
{
    private static bool IsLong => Environment.GetEnvironmentVariable("OPENGOV_LONG") == "1";

    [Fact]
    public async Task Programs_that_fill_the_form_as_people_do_from_many_addresses_wait_for_staff_and_so_do_people_meanwhile()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        // The hour's limit as it is shipped, or a smaller one that a short run passes too.
        var (bots, limit) = IsLong ? (10_000, 300) : (120, 20);
        await using var limited = own.WithWebHostBuilder(builder => builder.UseSetting("Participants:Limits:Registrations", $"{limit}"));
        await using var twin = own.WithWebHostBuilder(builder => builder.UseSetting("Participants:Limits:Registrations", $"{limit}"));
        HttpClient[] replicas = [limited.CreateClient(), twin.CreateClient()];
        var notice = await own.NoticeAsync();
        var clock = Stopwatch.StartNew();
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, bots), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (bot, _) =>
        {
            using var answer = await RegisterAsync(replicas[bot % 2], own, notice, $"bot{bot}@buzones.example", $"10.{64 + (bot >> 16)}.{(bot >> 8) & 255}.{bot & 255}");
            answers.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
        });
        var took = clock.Elapsed;
        (answers.Count, answers.GetValueOrDefault(HttpStatusCode.Accepted)).ShouldBe((1, bots), "nothing tells them from people");
        (await own.CountAsync("select count(*) from registration where not held")).ShouldBe(limit, "what comes beyond it in the hour waits for staff");
        (await own.CountAsync("select count(*) from registration where state <> 'UNCONFIRMED'")).ShouldBe(0);

        // A person in the same hour is answered, confirms and signs in, and counts once somebody has looked.
        var asked = Stopwatch.StartNew();
        (await RegisterAsync(replicas[1], own, notice, "persona@correo.example", "198.51.100.7")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var answered = asked.ElapsedMilliseconds;
        (await ConfirmAsync(own, notice, "persona@correo.example")).ShouldBe("UNDER_REVIEW");
        await own.SignInAsync("persona@correo.example");
        // Also the programs that read their mail wait there.
        var held = await EmailsAsync(own, "held and email like 'bot%'", 3);
        foreach (var email in held)
            (await ConfirmAsync(own, notice, email)).ShouldBe("UNDER_REVIEW");
        (await own.CountAsync("select count(*) from registration where state = 'ACCEPTED'")).ShouldBe(0);
        (await own.CountAsync("select count(*) from event_log where type like '%.RegistrationAcceptedV1'")).ShouldBe(0);

        // What nobody confirmed is forgotten with its people; in the next hour people count at once again.
        own.Clock.Advance(TimeSpan.FromHours(26));
        await own.HousekeepAsync();
        (await own.CountAsync("select count(*) from account where email like 'bot%'")).ShouldBe(held.Count);
        (await RegisterAsync(replicas[0], own, notice, "al.dia.siguiente@correo.example", "198.51.100.8")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await ConfirmAsync(own, notice, "al.dia.siguiente@correo.example")).ShouldBe("ACCEPTED");
        if (IsLong)
            Console.WriteLine($"{bots} registrations as people send them took {took.TotalSeconds:F0} s; {limit} were not held for staff; a person was answered in {answered} ms");
    }

    [Fact]
    public async Task One_common_password_sprayed_over_many_accounts_from_many_addresses_opens_none_and_locks_none()
    {
        const string Common = "Contraseña2026";
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        var person = await own.PersonAsync();
        // Nobody can have chosen what is sprayed.
        await (await person.Client.PostAsJsonAsync($"{Api}/account/password", new { currentPassword = Password, password = Common })).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "password_common");
        var accounts = IsLong ? 5_000 : 40;
        await own.ExecuteAsync(
            $"""
            insert into account (id, email, normalized_email, display_name, password_hash, security_stamp, concurrency_stamp, created_at, address_confirmed_at)
            select gen_random_uuid(), 'rociada' || n || '@correo.example', 'ROCIADA' || n || '@CORREO.EXAMPLE', 'Persona', p.password_hash, 'x', 'x', now(), now()
            from account p, generate_series(1, {accounts}) n where p.id = '{person.Id}'
            """);
        var sessions = await own.CountAsync("select count(*) from session");
        var clock = Stopwatch.StartNew();
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForEachAsync(Enumerable.Range(1, accounts), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (account, _) =>
        {
            using var answer = await SignInAsync(own, $"rociada{account}@correo.example", Common, $"10.{96 + (account >> 16)}.{(account >> 8) & 255}.{account & 255}");
            answers.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
        });
        var took = clock.Elapsed;
        (answers.Count, answers.GetValueOrDefault(HttpStatusCode.Unauthorized)).ShouldBe((1, accounts));
        (await own.CountAsync("select count(*) from session")).ShouldBe(sessions);
        // One failure each: every owner gets in, from a browser that was never seen.
        foreach (var account in new[] { 1, accounts / 2, accounts })
            (await SignInAsync(own, $"rociada{account}@correo.example", Password, "203.0.113.9")).StatusCode.ShouldBe(HttpStatusCode.OK);
        if (IsLong)
            Console.WriteLine($"{accounts} accounts sprayed with one password took {took.TotalSeconds:F0} s ({accounts / took.TotalSeconds:F0} a second); none opened, none locked");
    }

    private static async Task<HttpResponseMessage> RegisterAsync(HttpClient client, ParticipantsHost own, Guid notice, string email, string network)
    {
        var stamp = own.Services.GetRequiredService<FormStamps>().Issue("registration", own.Clock.GetUtcNow() - TimeSpan.FromSeconds(20));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/registrations")
        {
            Content = JsonContent.Create(new { displayName = "Alguien de prueba", email, municipality = "Toluca", privacyNoticeId = notice, marks = new { stamp, website = "" } }),
        };
        request.Headers.Add("X-Forwarded-For", network);
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SignInAsync(ParticipantsHost own, string email, string password, string network)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/sessions") { Content = JsonContent.Create(new { email, password }) };
        request.Headers.Add("X-Forwarded-For", network);
        return await own.Anonymous().SendAsync(request);
    }

    private static async Task<string?> ConfirmAsync(ParticipantsHost own, Guid notice, string email)
    {
        var token = await own.LinkTokenAsync(email, PersonalMailKinds.ConfirmAddress);
        var answer = await own.Anonymous().PostAsJsonAsync($"{Api}/registration-confirmations/{token}", new { password = Password, privacyNoticeId = notice });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("state").GetString();
    }

    private static async Task<IReadOnlyList<string>> EmailsAsync(ParticipantsHost own, string where, int most)
    {
        List<string> emails = [];
        await using var command = own.Database.CreateCommand($"select email from registration join account on account.id = account_id where {where} order by email limit {most}");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            emails.Add(reader.GetString(0));
        return emails;
    }
}
