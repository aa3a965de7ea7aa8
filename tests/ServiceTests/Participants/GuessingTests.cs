using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Security;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Strangers who guess, and programs that register. With OPENGOV_LONG=1 in the numbers of the specification.</summary>
public sealed class GuessingTests(ParticipantsHost service) : IClassFixture<ParticipantsHost>
{
    private static bool IsLong => Environment.GetEnvironmentVariable("OPENGOV_LONG") == "1";

    private async Task<HttpResponseMessage> SignInAsync(HttpClient client, string email, string password, string network, string? deviceToken = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/sessions") { Content = JsonContent.Create(new { email, password, deviceToken }) };
        request.Headers.Add("X-Forwarded-For", network);
        request.Headers.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        return await client.SendAsync(request);
    }

    [Fact]
    public async Task Guesses_from_many_addresses_get_nobody_in_and_leave_the_owners_browser_open()
    {
        var person = await service.PersonAsync();
        await using var twin = service.WithWebHostBuilder(_ => { });
        var (client, other) = (service.Anonymous(), twin.CreateClient());
        var device = (await (await SignInAsync(client, person.Email, Password, "203.0.113.1")).JsonAsync()).GetProperty("deviceToken").GetString();
        var (guesses, hashed) = (IsLong ? 100_000 : 400, 0);
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, guesses), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (guess, _) =>
        {
            // The right password is among them, once they are locked out.
            var answer = await SignInAsync(guess % 2 == 0 ? client : other, person.Email, guess > 50 && guess % 10 == 0 ? Password : $"adivinanza número {guess}", $"10.{guess >> 16}.{(guess >> 8) & 255}.{guess & 255}");
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
                Interlocked.Increment(ref hashed);
        });
        var took = clock.Elapsed;
        // A long run passes into further windows of fifteen minutes, each with five guesses.
        hashed.ShouldBeLessThanOrEqualTo(5 * (1 + (int)(took / TimeSpan.FromMinutes(15))));
        (await service.CountAsync($"select count(*) from session where account_id = '{person.Id}'")).ShouldBe(2, "from the invitation and from the owner's own sign-in");
        var asked = Stopwatch.StartNew();
        (await SignInAsync(client, person.Email, Password, "203.0.113.1", device)).StatusCode.ShouldBe(HttpStatusCode.OK);
        if (IsLong)
            Console.WriteLine($"{guesses} guesses at two replicas took {took.TotalSeconds:F0} s ({guesses / took.TotalSeconds:F0} a second), {hashed} were compared with a password; the owner then signed in within {asked.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_stolen_or_forged_device_token_opens_nothing_and_locks_after_five_guesses_too()
    {
        var (person, other) = (await service.PersonAsync(), await service.PersonAsync());
        var client = service.Anonymous();
        var device = (await (await SignInAsync(client, person.Email, Password, "203.0.113.2")).JsonAsync()).GetProperty("deviceToken").GetString()!;
        for (var guess = 0; guess < 5; guess++)
            (await SignInAsync(client, person.Email, $"adivinanza {guess}", "203.0.113.3", device)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SignInAsync(client, person.Email, Password, "203.0.113.3", device)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        // Another address's token is no token: its attempts count with the strangers'.
        for (var guess = 0; guess < 5; guess++)
            await SignInAsync(client, other.Email, $"adivinanza {guess}", "203.0.113.4");
        (await SignInAsync(client, other.Email, Password, "203.0.113.4", device)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await SignInAsync(client, other.Email, Password, "203.0.113.4", device[..^2] + "AA")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_network_that_guesses_at_many_accounts_is_told_to_wait_and_others_are_not()
    {
        var person = await service.PersonAsync();
        var client = service.Anonymous();
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (guess, _) =>
            (await SignInAsync(client, $"persona.{guess}@rociada.example", "transparencia para todos", "2001:db8:7:7::1")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized));
        var refused = await SignInAsync(client, person.Email, Password, "2001:db8:7:7:ffff::2");
        await refused.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too_many_attempts");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await SignInAsync(client, person.Email, Password, "2001:db8:7:8::1")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Over HTTP, at two replicas: what a program that fills everything in, hurries, repeats itself or takes its time from a few networks gets.</summary>
    [Fact]
    public async Task Of_many_automated_registrations_none_gets_in_and_people_still_register()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        await own.ConfiguredAsync();
        await using var twin = own.WithWebHostBuilder(_ => { });
        HttpClient[] replicas = [own.Anonymous(), twin.CreateClient()];
        var stamps = own.Services.GetRequiredService<FormStamps>();
        var notice = (await (await replicas[0].GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();
        var (programs, clock, replayed) = (IsLong ? 10_000 : 200, Stopwatch.StartNew(), Stamp(20));
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, programs), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (program, _) =>
        {
            var answer = await RegisterAsync(replicas[program % 2], $"programa{program}@casino.example", (program % 5) switch
            {
                0 => ($"10.1.{program >> 8}.{program & 255}", Stamp(20), "https://casino.example"),
                // Made out for later: on a busy machine a form that is sent at once may wait until it has the age of a person's.
                1 => ($"10.2.{program >> 8}.{program & 255}", Stamp(-60), ""),
                2 => ($"10.3.{program >> 8}.{program & 255}", replayed, ""),
                3 => ($"10.4.{program >> 8}.{program & 255}", "inventado", ""),
                _ => ($"10.5.0.{program % 50 / 5}", Stamp(20), ""),
            });
            answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
        });
        var took = clock.Elapsed;
        (await own.CountAsync("select count(*) from registration where state <> 'UNCONFIRMED'")).ShouldBe(0, "nobody reads the mails of casino.example");
        (await own.CountAsync("select count(*) from session")).ShouldBe(1, "the administrator's");
        // Ten networks took their time: five of each as people might, the rest at most kept for staff. And one sent the form that others then repeated.
        var unheld = await own.CountAsync("select count(*) from registration where not held");
        unheld.ShouldBeLessThanOrEqualTo((10 * 5) + 1);

        // Somebody from a network of their own, meanwhile.
        var asked = Stopwatch.StartNew();
        (await RegisterAsync(replicas[1], "persona@correo.example", ("198.51.100.7", Stamp(20), ""))).ShouldBe(HttpStatusCode.Accepted);
        var answered = asked.ElapsedMilliseconds;
        var token = await own.LinkTokenAsync("persona@correo.example", OpenGov.Contracts.Participants.V1.PersonalMailKinds.ConfirmAddress);
        (await replicas[0].PostAsJsonAsync($"{Api}/registration-confirmations/{token}", new { password = Password, privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.OK);
        if (IsLong)
        {
            var stored = await own.CountAsync("select count(*) from registration") - 1;
            Console.WriteLine($"{programs} automated registrations took {took.TotalSeconds:F0} s: {string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{(int)one.Key} {one.Value}"))}; {stored} stored unconfirmed, {unheld} of them not held; a person was answered in {answered} ms");
        }

        string Stamp(int secondsAgo) => stamps.Issue("registration", own.Clock.GetUtcNow() - TimeSpan.FromSeconds(secondsAgo));

        async Task<HttpStatusCode> RegisterAsync(HttpClient client, string email, (string Network, string Stamp, string Trap) way)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/registrations")
            {
                Content = JsonContent.Create(new { displayName = "Persona", email, privacyNoticeId = notice, marks = new { stamp = way.Stamp, website = way.Trap } }),
            };
            request.Headers.Add("X-Forwarded-For", way.Network);
            return (await client.SendAsync(request)).StatusCode;
        }
    }

    [Fact]
    public async Task Automated_registrations_are_refused_pretended_or_kept_for_review_and_people_still_register()
    {
        await using var own = new ParticipantsHost();
        await own.InitializeAsync();
        var (guard, stamps) = (own.Services.GetRequiredService<RegistrationGuard>(), own.Services.GetRequiredService<FormStamps>());
        string Stamp() => stamps.Issue("registration", own.Clock.GetUtcNow() - TimeSpan.FromSeconds(20));
        Task<OpenGov.ServiceDefaults.Http.Result<Judgement>> Judge(string network, string? stamp, string? trap = null) =>
            guard.JudgeAsync(From(network), "registration", new FormMarks(stamp, trap), Guid.NewGuid() + "@EJEMPLO.MX", CancellationToken.None);

        var programs = IsLong ? 10_000 : 500;
        var accepted = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, programs), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (program, _) =>
        {
            // Some fill everything in, some are too fast, some send one form again and again, some take their time from one network.
            var judged = (program % 4) switch
            {
                0 => await Judge($"10.1.{program >> 8}.{program & 255}", Stamp(), "https://casino.example"),
                1 => await Judge($"10.2.{program >> 8}.{program & 255}", stamps.Issue("registration", own.Clock.GetUtcNow())),
                2 => await Judge($"10.3.{program >> 8}.{program & 255}", stamps.Issue("another form", own.Clock.GetUtcNow() - TimeSpan.FromMinutes(1))),
                _ => await Judge("10.4.0.1", Stamp()),
            };
            if (!judged.IsRefused && judged.Value == Judgement.Accept)
                Interlocked.Increment(ref accepted);
        });
        accepted.ShouldBe(5, "what one network may send in an hour before people look at it");

        (await Judge("198.51.100.7", Stamp())).Value.ShouldBe(Judgement.Accept);
        var stamp = Stamp();
        (await Judge("198.51.100.8", stamp)).Value.ShouldBe(Judgement.Accept);
        (await Judge("198.51.100.8", stamp)).Refusals[0].Code.ShouldBe("form_already_sent");
        (await Judge("198.51.100.9", stamps.Issue("registration", own.Clock.GetUtcNow() - TimeSpan.FromHours(13)))).Refusals[0].Code.ShouldBe("form_expired");
    }

    private static DefaultHttpContext From(string network)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["X-Forwarded-For"] = network;
        return http;
    }
}
