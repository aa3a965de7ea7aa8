using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>Somebody who calls: nobody in particular, or an account with exactly one reason to be allowed something.</summary>
public sealed record Caller(string Name, string? Session, string? AccountId, string? Email = null);

/// <summary>
/// The system with the sample in it and an account for each role. Callers come from as many network addresses as a test likes
/// (<c>X-Forwarded-For</c> from this machine is believed), so that one test's limits are not another's.
/// </summary>
public class SecuredSystem : RunningSystem
{
    public const string Password = "una frase de paso larga 27";
    private static int addresses;
    private Task<KnownObjects>? objects;

    public Caller Nobody { get; } = new("anonymous", null, null);
    public Caller Citizen { get; private set; } = null!;
    public Caller Administrator { get; private set; } = null!;
    public Caller Secretary { get; private set; } = null!;
    public Caller Operator { get; private set; } = null!;

    /// <summary>Acts for the institution that answers for the sample's commitment.</summary>
    public Caller Liaison { get; private set; } = null!;

    /// <summary>Acts for another institution.</summary>
    public Caller OtherLiaison { get; private set; } = null!;

    /// <summary>The sample's administration, which holds all posts; makes what tests need.</summary>
    public Caller Office { get; private set; } = null!;

    public IReadOnlyList<Caller> Callers => [Nobody, Citizen, Administrator, Secretary, Operator, Liaison, OtherLiaison];

    protected override IEnumerable<(string Process, string Name, string Value)> Settings => [("gateway", "Gateway__TrustedProxies", "127.0.0.1")];

    /// <summary>The connections are kept for the next client: tens of thousands of calls would open as many.</summary>
    private readonly SocketsHttpHandler connections = Handler();

    /// <summary>False where calls are refused before they have been read: a connection on which that happened ends, and the next call must not be on it.</summary>
    protected virtual bool KeepsConnections => true;

    public override HttpClient Client() => KeepsConnections ? new(connections, disposeHandler: false) { BaseAddress = Origin } : base.Client();

    /// <summary>An address of the benchmark network (RFC 2544) that nobody else in this run uses.</summary>
    public static string NewAddress()
    {
        var number = Interlocked.Increment(ref addresses);
        return $"198.18.{number >> 8 & 255}.{number & 255}";
    }

    public sealed override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await FillAsync();
    }

    public override async Task DisposeAsync()
    {
        connections.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>The sample, and an account for each role.</summary>
    protected virtual async Task FillAsync()
    {
        await LoadSampleAsync();
        Office = await SignInSampleAsync("administration");
        Liaison = await SignInSampleAsync("liaison") with { Name = "liaison" };
        OtherLiaison = await SignInSampleAsync("verifier") with { Name = "other liaison" };
        Citizen = await OpenAccountAsync("citizen", role: null);
        Administrator = await OpenAccountAsync("administrator", "ADMINISTRATOR");
        Secretary = await OpenAccountAsync("secretary", "EXECUTIVE_SECRETARY");
        Operator = await OpenAccountAsync("operator", "OPERATOR");

        // The posts are on their way to the services that decide by them.
        await Eventually.HoldsAsync(
            async () => await StatusAsync(Administrator, "/api/notifications/v1/mail-server") == 200
                && await StatusAsync(Operator, "/api/notifications/v1/deliveries") == 200
                && await StatusAsync(Secretary, "/api/action-plans/v1/plans?drafts=true") == 200,
            TimeSpan.FromSeconds(90),
            "the posts to arrive at every service");
    }

    /// <summary>Made by the first test that asks; they stay for the others.</summary>
    public Task<KnownObjects> ObjectsAsync() => objects ??= KnownObjects.MakeAsync(this);

    /// <summary>What the caller signs in with.</summary>
    public async Task<string> PasswordOfAsync(Caller caller)
    {
        var accounts = JsonNode.Parse(await File.ReadAllTextAsync(AccountsFile))!.AsArray();
        return accounts.FirstOrDefault(one => one!["email"]!.GetValue<string>() == caller.Email)?["password"]!.GetValue<string>() ?? Password;
    }

    public async Task<Caller> SignInAsync(string name, string email, string password)
    {
        var session = await SendAsync(Nobody, HttpMethod.Post, "/api/participants/v1/sessions", new JsonObject { ["email"] = email, ["password"] = password });
        var token = session["sessionToken"]!.GetValue<string>();
        var me = await SendAsync(new Caller(name, token, null), HttpMethod.Get, "/api/participants/v1/sessions/current");
        return new Caller(name, token, me["account"]!["id"]!.GetValue<string>(), email);
    }

    /// <summary>Invites somebody, who sets a password; with a post where <paramref name="role"/> names one.</summary>
    public async Task<Caller> OpenAccountAsync(string name, string? role)
    {
        var email = $"{name}-{Guid.NewGuid():N}@prueba.example";
        var invited = await SendAsync(Office, HttpMethod.Post, "/api/participants/v1/accounts", new JsonObject { ["email"] = email, ["displayName"] = $"Prueba {name}" });
        var id = invited["id"]!.GetValue<string>();
        if (role is not null)
            await SendAsync(Office, HttpMethod.Post, $"/api/participants/v1/accounts/{id}/staff-posts", new JsonObject { ["role"] = role });
        var token = invited["invitationLink"]!.GetValue<string>().Split('/')[^1];
        var session = await SendAsync(Nobody, HttpMethod.Post, $"/api/participants/v1/invitations/{token}", new JsonObject { ["password"] = Password, ["privacyNoticeId"] = await NoticeAsync() });
        return new Caller(name, session["sessionToken"]!.GetValue<string>(), id, email);
    }

    /// <summary>The privacy notice in force (INV-50).</summary>
    public async Task<string> NoticeAsync() => (await SendAsync(Nobody, HttpMethod.Get, "/api/participants/v1/privacy-notice"))["id"]!.GetValue<string>();

    /// <summary>Sends and expects success; the answer's JSON, an empty object where there is none.</summary>
    public async Task<JsonNode> SendAsync(Caller caller, HttpMethod method, string path, JsonNode? body = null, string? ifMatch = null, byte[]? bytes = null)
    {
        using var client = Client();
        using var request = RequestOf(caller, method, path, body);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (bytes is not null)
            request.Content = new ByteArrayContent(bytes);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{method} {path} as {caller.Name}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public static HttpRequestMessage RequestOf(Caller caller, HttpMethod method, string path, JsonNode? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Forwarded-For", NewAddress());
        if (caller.Session is not null)
            request.Headers.Add("Cookie", $"og_session={caller.Session}");
        return request;
    }

    public async Task<int> StatusAsync(Caller caller, string path)
    {
        using var client = Client();
        using var request = RequestOf(caller, HttpMethod.Get, path);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public async Task<Caller> SignInSampleAsync(string role)
    {
        var accounts = JsonNode.Parse(await File.ReadAllTextAsync(AccountsFile))!.AsArray();
        var account = accounts.Single(one => one!["role"]!.GetValue<string>() == role)!;
        return await SignInAsync(role, account["email"]!.GetValue<string>(), account["password"]!.GetValue<string>());
    }
}

/// <summary>The system that tests look at, write to and put accounts into, but never bend.</summary>
[CollectionDefinition(Name)]
public sealed class SecuredSystemCollection : ICollectionFixture<SecuredSystem>
{
    public const string Name = "the secured system";
}
