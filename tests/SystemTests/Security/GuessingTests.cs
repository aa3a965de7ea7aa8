using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Npgsql;

namespace OpenGov.SystemTests.Security;

/// <summary>Strangers who guess passwords from everywhere, and programs that register, through the gateway as it is. With <c>--long</c> in the specification's numbers.</summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class GuessingTests(SecuredSystem system) : IDisposable
{
    private const string SignIn = "/api/participants/v1/sessions";

    /// <summary>One for all: a hundred thousand clients would leave the machine without ports.</summary>
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 16 }) { BaseAddress = system.Origin };

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Guesses_from_many_addresses_let_nobody_in_and_real_people_still_sign_in()
    {
        var isLong = Environment.GetEnvironmentVariable("OPENGOV_LONG") is not null;
        var (guesses, targets) = isLong ? (100_000, 40) : (400, 4);
        var victims = new List<Caller>();
        for (var number = 0; number < targets; number++)
            victims.Add(await system.OpenAccountAsync($"victima{number}", role: null));
        var bystander = await system.OpenAccountAsync("ajena", role: null);
        var owners = await SignInAsync(victims[0].Email!, SecuredSystem.Password, SecuredSystem.NewAddress());
        owners.Status.ShouldBe(200);
        var before = await SessionsAsync(victims);

        var (hashed, refused) = (0, 0);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, guesses), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (guess, _) =>
        {
            // Each from an address of its own. Among them is the right password, once five wrong ones have been seen.
            var victim = victims[guess % targets];
            var password = guess / targets > 20 && guess % 7 == 0 ? SecuredSystem.Password : $"adivinanza número {guess}";
            var (status, _) = await SignInAsync(victim.Email!, password, $"10.{guess >> 14 & 255}.{guess >> 6 & 255}.{guess & 63}");
            status.ShouldBeOneOf(401, 429);
            Interlocked.Increment(ref status == 401 ? ref hashed : ref refused);
        });
        watch.Stop();

        // Five for each address in each quarter of an hour that the run touches.
        hashed.ShouldBeLessThanOrEqualTo(targets * 5 * (1 + (int)(watch.Elapsed / TimeSpan.FromMinutes(15)) + 1));
        (hashed + refused).ShouldBe(guesses);
        (await SessionsAsync(victims)).ShouldBe(before, "nobody got in");
        (await SignInAsync(victims[0].Email!, SecuredSystem.Password, SecuredSystem.NewAddress(), owners.DeviceToken)).Status.ShouldBe(200, "the owner, in a browser of theirs");
        (await SignInAsync(bystander.Email!, SecuredSystem.Password, SecuredSystem.NewAddress())).Status.ShouldBe(200, "somebody whom nobody guesses at");
    }

    [Fact]
    public async Task Automated_registrations_from_many_addresses_open_no_account_and_a_person_still_registers()
    {
        const string Form = "/api/participants/v1/registration-form";
        var isLong = Environment.GetEnvironmentVariable("OPENGOV_LONG") is not null;
        var programs = isLong ? 10_000 : 300;
        var mark = Guid.NewGuid().ToString("N")[..10];
        var notice = (await system.SendAsync(system.Nobody, HttpMethod.Get, "/api/participants/v1/privacy-notice"))["id"]!.GetValue<string>();
        async Task<string> StampAsync() => (await system.SendAsync(system.Nobody, HttpMethod.Get, Form))["stamp"]!.GetValue<string>();
        var (patient, persons) = (await StampAsync(), await StampAsync());
        // As long as a form must at least have been shown; people take longer.
        await Task.Delay(TimeSpan.FromSeconds(4));

        var answers = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, programs), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (program, _) =>
        {
            var (stamp, trap) = (program % 4) switch
            {
                0 => (patient, "https://casino.example"), // fills in whatever it finds
                1 => ("", null), // never asked for the form
                2 => (patient, null), // one form, again and again
                _ => ($"inventado-{program}", (string?)null),
            };
            var status = await RegisterAsync($"programa{program}-{mark}@prueba.example", stamp, trap, notice, $"10.{64 + (program >> 14)}.{program >> 6 & 255}.{program & 63}");
            answers.AddOrUpdate(status, 1, (_, count) => count + 1);
        });

        // The traps are told that all is well; of the others one is: the first with the one good form.
        answers[202].ShouldBe((programs + 3) / 4 + 1, string.Join(", ", answers));
        answers.Keys.ShouldBeSubsetOf([202, 409, 422]);
        (await CountAsync($"select count(*) from account where email like 'programa%-{mark}@prueba.example'")).ShouldBe(1);
        (await CountAsync($"select count(*) from account where email like 'programa%-{mark}@prueba.example' and (password_hash is not null or address_confirmed_at is not null)")).ShouldBe(0, "nobody confirmed it");

        var email = $"persona-{mark}@prueba.example";
        (await RegisterAsync(email, persons, null, notice, SecuredSystem.NewAddress())).ShouldBe(202);
        var mail = await system.Mails.WaitForAsync(email, one => one.Text.Contains("/participa/confirmar/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var token = Support.MailCatcher.LinkIn(mail, "/participa/confirmar/").Split('/')[^1];
        await system.SendAsync(system.Nobody, HttpMethod.Post, $"/api/participants/v1/registration-confirmations/{token}", new JsonObject { ["password"] = SecuredSystem.Password, ["privacyNoticeId"] = notice });
        (await SignInAsync(email, SecuredSystem.Password, SecuredSystem.NewAddress())).Status.ShouldBe(200);
    }

    private async Task<int> RegisterAsync(string email, string stamp, string? trap, string notice, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/participants/v1/registrations")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new JsonObject
            {
                ["displayName"] = "Alguien de prueba",
                ["email"] = email,
                ["municipality"] = "Toluca",
                ["privacyNoticeId"] = notice,
                ["marks"] = new JsonObject { ["stamp"] = stamp, ["website"] = trap },
            }),
        };
        request.Headers.Add("X-Forwarded-For", address);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db") + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The test's own mark.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<(int Status, string? DeviceToken)> SignInAsync(string email, string password, string address, string? deviceToken = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, SignIn)
        {
            Content = System.Net.Http.Json.JsonContent.Create(new JsonObject { ["email"] = email, ["password"] = password, ["deviceToken"] = deviceToken }),
        };
        request.Headers.Add("X-Forwarded-For", address);
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, answer.StatusCode == HttpStatusCode.OK ? JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["deviceToken"]!.GetValue<string>() : null);
    }

    private async Task<long> SessionsAsync(IEnumerable<Caller> accounts)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from session where account_id = any($1)", connection);
        command.Parameters.Add(new() { Value = accounts.Select(account => Guid.Parse(account.AccountId!)).ToArray() });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
