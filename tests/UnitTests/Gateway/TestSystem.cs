using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Gateway;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.Gateway;

/// <summary>The gateway as it is, on a port of its own, in front of real servers in the services' places.</summary>
internal sealed class TestSystem : IAsyncDisposable
{
    public const string ApiKey = "ogk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    public const string Session = "a-session-that-participants-knows";
    public const string Token = "header.payload.signature";

    private readonly WebApplication gateway;

    private TestSystem(WebApplication gateway, Uri address) => (this.gateway, Address) = (gateway, address);

    public Uri Address { get; }
    public HttpClient Client { get; private init; } = null!;
    public required TestUpstream Participants { get; init; }
    public required TestUpstream ActionPlans { get; init; }
    public required TestUpstream Transparency { get; init; }
    public required TestUpstream Notifications { get; init; }
    public required TestUpstream Portal { get; init; }

    /// <summary>What Participants gives for <see cref="Session"/>.</summary>
    public string Exchanged { get; set; } = Token;

    /// <summary>Before Participants gives it.</summary>
    public Func<Task> Exchanging { get; set; } = () => Task.CompletedTask;

    /// <summary>What Participants publishes at <c>/jwks</c>.</summary>
    public JsonWebKeySet Keys { get; set; } = new([]);

    /// <summary>What Participants calls the instance.</summary>
    public string Name { get; set; } = "Gobierno abierto";

    /// <summary>How often Participants was asked for a token.</summary>
    public int Exchanges => exchanges;

    /// <summary>A service of the gateway's own.</summary>
    public T Part<T>() where T : notnull => gateway.Services.GetRequiredService<T>();

    private int exchanges;

    public static async Task<TestSystem> StartAsync(params IReadOnlyList<(string Name, string Value)> settings)
    {
        var participants = await TestUpstream.StartAsync();
        var actionPlans = await TestUpstream.StartAsync();
        var transparency = await TestUpstream.StartAsync();
        var notifications = await TestUpstream.StartAsync();
        var portal = await TestUpstream.StartAsync();
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["OpenGov:InstanceKey"] = "an instance key of the tests, long enough",
            ["services:participants:http:0"] = participants.Address.ToString(),
            ["services:action-plans:http:0"] = actionPlans.Address.ToString(),
            ["services:transparency:http:0"] = transparency.Address.ToString(),
            ["services:notifications:http:0"] = notifications.Address.ToString(),
            ["services:portal:http:0"] = portal.Address.ToString(),
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        var started = GatewayApplication.Create([.. all.Select(pair => $"--{pair.Key}={pair.Value}")]);
        await started.StartAsync();
        var address = new Uri(started.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var system = new TestSystem(started, address)
        {
            Client = ClientOf(address),
            Participants = participants,
            ActionPlans = actionPlans,
            Transparency = transparency,
            Notifications = notifications,
            Portal = portal,
        };
        participants.Handler = system.AnswerAsParticipantsAsync;
        return system;
    }

    /// <param name="from">The caller's own address: all of 127.0.0.0/8 is this machine.</param>
    public static HttpClient ClientOf(Uri address, IPAddress? from = null) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        // Whoever asks before the body waits for the word, however busy the machine is.
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = from is null ? null : async (context, cancellationToken) =>
        {
            var socket = new Socket(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public Task<HttpResponseMessage> SendAsync(string method, string path, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        if (request.Method == HttpMethod.Post || request.Method == HttpMethod.Put)
            request.Content = new StringContent("{}", null, "application/json");
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await gateway.StopAsync();
        await gateway.DisposeAsync();
        foreach (var upstream in new[] { Participants, ActionPlans, Transparency, Notifications, Portal })
            await upstream.DisposeAsync();
    }

    /// <summary>The answers that the gateway itself asks Participants for; all else is answered with its path.</summary>
    private async Task AnswerAsParticipantsAsync(HttpContext context)
    {
        if (context.Request.Path == "/internal/api-key-exchange")
        {
            Interlocked.Increment(ref exchanges);
            var given = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (!context.Request.Headers.Authorization.ToString().StartsWith("Internal ", StringComparison.Ordinal)
                || !string.Equals(given!["apiKey"], ApiKey, StringComparison.Ordinal))
            {
                context.Response.StatusCode = (int)HttpStatusCode.NotFound;
                return;
            }

            await context.Response.WriteAsJsonAsync(new
            {
                token = Token, expiresAt = DateTimeOffset.UtcNow.AddMinutes(5).ToString("O", CultureInfo.InvariantCulture), scopes = new[] { "action-plans:read", "transparency:write" },
            });
            return;
        }

        if (context.Request.Path == "/internal/session-exchange")
        {
            Interlocked.Increment(ref exchanges);
            var asked = await context.Request.ReadFromJsonAsync<Dictionary<string, string>>();
            if (!context.Request.Headers.Authorization.ToString().StartsWith("Internal ", StringComparison.Ordinal)
                || !string.Equals(asked!["sessionToken"], Session, StringComparison.Ordinal))
            {
                context.Response.StatusCode = (int)HttpStatusCode.NotFound;
                return;
            }

            await Exchanging();
            await context.Response.WriteAsJsonAsync(new { token = Exchanged, expiresAt = DateTimeOffset.UtcNow.AddMinutes(5).ToString("O", CultureInfo.InvariantCulture) });
            return;
        }

        if (context.Request.Path == "/api/participants/v1/jwks")
        {
            await context.Response.WriteAsJsonAsync(Keys);
            return;
        }

        if (context.Request.Path == "/api/participants/v1/instance")
        {
            await context.Response.WriteAsJsonAsync(new
            {
                configured = true, cveEnt = "15", iso = "MX-MEX", stateName = "México", name = Name,
                guarantor = new { name = "Infoem", acronym = "INFOEM", kind = "GUARANTOR" }, publicAddress = "https://abierto.example", exampleData = false, hasLogo = true,
            });
            return;
        }

        await context.Response.WriteAsync(context.Request.Path);
    }
}
