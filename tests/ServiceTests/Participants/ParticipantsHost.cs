using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants;
using OpenGov.Participants.SettingUp;
using OpenGov.Participants.SigningKeys;
using OpenGov.ServiceDefaults.Security;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests.Participants;

/// <summary>Participants with its own keys and sign-ins (no test tokens), a clock that can be moved, and what it prints at its start.</summary>
public sealed class ParticipantsHost : ServiceHost<ParticipantsDb>
{
    public const string Api = "/api/participants/v1";
    public const string Password = "caballo correcto pila grapa";
    private readonly StringWriter output = new();
    private readonly SemaphoreSlim settingUp = new(1, 1);
    private string? administratorToken;
    private int people;

    public MovableClock Clock { get; } = new();

    /// <summary>The instance's data folder; without it the service knows none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Passwords cost what they cost an instance. Elsewhere thousands of sign-ins would spend the tests' time on nothing else.</summary>
    public bool HashesAsDeployed { get; init; } = Environment.GetEnvironmentVariable("OPENGOV_LONG") is not null;

    /// <summary>A backup that was restored before the service starts.</summary>
    public string? Backup { get; init; }

    public IReadOnlyList<string> Printed => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        if (Backup is not null)
            await PostgresServer.RestoreAsync(ConnectionString, Backup);
        // The start is what prints the link.
        _ = Server;
    }

    /// <summary>The key in the printed link.</summary>
    public string SetUpKey => Printed[0].Split("?clave=")[1];

    protected override void Configure(IWebHostBuilder builder)
    {
        if (DataFolder is not null)
            builder.UseSetting("OpenGov:DataFolder", DataFolder);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TokenKeys, OwnTokenKeys>());
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            services.Replace(ServiceDescriptor.Singleton(new SetUpOutput(output)));
            if (!HashesAsDeployed)
                services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        });
    }

    /// <summary>Signed in with the session, by way of the gateway's exchange.</summary>
    public async Task<HttpClient> SignedInAsync(string sessionToken)
    {
        var exchanged = await ExchangeAsync(sessionToken);
        exchanged.StatusCode.ShouldBe(HttpStatusCode.OK);
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await exchanged.JsonAsync()).GetProperty("token").GetString());
        return client;
    }

    public async Task<HttpResponseMessage> ExchangeAsync(string sessionToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/internal/session-exchange") { Content = JsonContent.Create(new { sessionToken }) };
        InternalCalls.Authorize(request, Services.GetRequiredService<InstanceKey>());
        return await Anonymous().SendAsync(request);
    }

    public HttpClient Anonymous() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });

    /// <summary>The first administrator, made with the printed link when first asked for.</summary>
    public async Task<HttpClient> AdministratorAsync()
    {
        await settingUp.WaitAsync();
        try
        {
            if (administratorToken is null)
            {
                var client = Anonymous();
                var made = await client.PostAsJsonAsync($"{Api}/set-up/administrator",
                    new { setupKey = SetUpKey, email = "titular@garante.example", displayName = "Titular", password = Password });
                made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
                administratorToken = (await made.JsonAsync()).GetProperty("sessionToken").GetString();
            }
        }
        finally
        {
            settingUp.Release();
        }

        return await SignedInAsync(administratorToken!);
    }

    public async Task<HttpClient> ConfiguredAsync()
    {
        var administrator = await AdministratorAsync();
        var answer = await administrator.PutAsJsonAsync($"{Api}/set-up/instance", Settings());
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Conflict);
        return administrator;
    }

    public static Dictionary<string, object?> Settings() => new()
    {
        ["cveEnt"] = "15",
        ["name"] = "Gobierno abierto del Estado de México",
        ["guarantor"] = new { name = "Instituto de Transparencia del Estado de México", acronym = "INFOEM", kind = "GUARANTOR" },
        ["publicAddress"] = "https://abierto.example.mx",
        ["theme"] = new { primaryColour = "#611232", accentColour = "#A57F2C" },
        ["languages"] = new[] { "es-MX", "maz" },
        ["exampleData"] = true,
    };

    /// <summary>The privacy notice in force; the set-up publishes the first.</summary>
    public async Task<Guid> NoticeAsync()
    {
        var notice = await Anonymous().GetAsync($"{Api}/privacy-notice");
        if (notice.StatusCode == HttpStatusCode.NotFound)
        {
            await ConfiguredAsync();
            notice = await Anonymous().GetAsync($"{Api}/privacy-notice");
        }

        return (await notice.JsonAsync()).GetProperty("id").GetGuid();
    }

    /// <summary>An account that accepted its invitation.</summary>
    public async Task<Person> PersonAsync(string? role = null)
    {
        var notice = await NoticeAsync();
        var administrator = await AdministratorAsync();
        var email = $"persona{Interlocked.Increment(ref people)}@garante.example";
        var invited = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName = "Persona" })).JsonAsync();
        var id = invited.GetProperty("id").GetGuid();
        var token = invited.GetProperty("invitationLink").GetString()!.Split('/')[^1];
        var accepted = await (await Anonymous().PostAsJsonAsync($"{Api}/invitations/{token}", new { password = Password, privacyNoticeId = notice })).JsonAsync();
        if (role is not null)
            (await administrator.PostAsJsonAsync($"{Api}/accounts/{id}/staff-posts", new { role })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var session = accepted.GetProperty("sessionToken").GetString()!;
        return new Person(id, email, session, await SignedInAsync(session));
    }

    /// <summary>Somebody with an account who is registered as a citizen.</summary>
    public async Task<Person> TakingPartAsync()
    {
        var person = await PersonAsync();
        var notice = (await (await Anonymous().GetAsync($"{Api}/privacy-notice")).JsonAsync()).GetProperty("id").GetGuid();
        var answer = await person.Client.PostAsJsonAsync($"{Api}/my/registrations", new { privacyNoticeId = notice });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return person;
    }

    /// <summary>Mails asked for to an address and not erased, oldest first, as Notifications would open them.</summary>
    public async Task<IReadOnlyList<PersonalMailContent>> MailsToAsync(string email)
    {
        var key = Services.GetRequiredService<InstanceKey>();
        List<PersonalMailContent> mails = [];
        await using var command = Database.CreateCommand(
            "select payload ->> 'sealed' from event_log where type like '%.PersonalMailRequestedV1' and payload is not null order by event_id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            mails.Add(key.OpenMail(Convert.FromBase64String(reader.GetString(0))));
        return [.. mails.Where(mail => mail.Recipient == email)];
    }

    /// <summary>The token at the end of the last mail's link.</summary>
    public async Task<string> LinkTokenAsync(string email, string kind) =>
        (await MailsToAsync(email)).Last(mail => mail.Kind == kind).Path!.Split('/')[^1];

    /// <summary>One round of what the service does from time to time.</summary>
    public Task HousekeepAsync() => Services.GetRequiredService<Housekeeping>().RunAsync(CancellationToken.None);

    public async Task<HttpClient> SignInAsync(string email, string password = Password)
    {
        var signedIn = await Anonymous().PostAsJsonAsync($"{Api}/sessions", new { email, password });
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK, await signedIn.Content.ReadAsStringAsync());
        return await SignedInAsync((await signedIn.JsonAsync()).GetProperty("sessionToken").GetString()!);
    }

    /// <summary>Until so many other connections wait for a lock that the test's own transaction holds.</summary>
    public async Task WaitsForALockAsync(int connections = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await CountAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < connections)
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> FactsAsync(string type, Guid aggregate) =>
        CountAsync($"select count(*) from event_log where type like '%.{type}' and aggregate_id = '{aggregate}'");

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

public sealed record Person(Guid Id, string Email, string SessionToken, HttpClient Client);

/// <summary>The system's time, moved by the test.</summary>
public sealed class MovableClock : TimeProvider
{
    private long offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

    /// <summary>To the beginning of a step of one-time codes: what is made of it holds for thirty seconds, however busy the machine is.</summary>
    public void BeginCodeStep() => Advance(TimeSpan.FromSeconds(30 - (GetUtcNow().ToUnixTimeSeconds() % 30)));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    /// <summary>What a service does every so often, the tests make it do: amid one of them it would change what it counts.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => period == Timeout.InfiniteTimeSpan
        ? base.CreateTimer(callback, state, dueTime, period)
        : base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}

public static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? throw new InvalidOperationException($"{(int)answer.StatusCode} without content") : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Asserts the status and stable code of a refusal, and returns the fields it names.</summary>
    public static async Task<IReadOnlyList<(string? Field, string Code)>> ShouldBeRefusedAsync(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code, text);
        problem.GetProperty("title").GetString().ShouldNotBe(code, "no text for people");
        return !problem.TryGetProperty("errors", out var errors)
            ? []
            : [.. errors.EnumerateArray().Select(error => (error.GetProperty("field").GetString(), error.GetProperty("code").GetString()!))];
    }

    public static async Task<HttpResponseMessage> PutMatchingAsync(this HttpClient client, string address, object body, string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = JsonContent.Create(body) };
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await client.SendAsync(request);
    }
}
