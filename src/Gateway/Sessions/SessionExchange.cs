using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using OpenGov.Contracts;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Gateway.Sessions;

/// <summary>What Participants says of a session cookie: a token, nothing (ended or invented), or no answer.</summary>
/// <param name="Scopes">Of an API key, <c>{service}:read</c> or <c>:write</c>; null for a session, which may all that its person may.</param>
internal readonly record struct SessionAnswer(bool IsKnown, string? Token, IReadOnlyList<string>? Scopes = null)
{
    public static readonly SessionAnswer Unknown = new(false, null);
    public static readonly SessionAnswer None = new(true, null);
}

internal static class SessionExchangeExtensions
{
    public static void AddSessionExchange(this IServiceCollection services) => services.AddSingleton<SessionExchange>();
}

/// <summary>
/// Exchanges session cookies for access tokens at Participants and remembers the answers by SHA-256 of the cookie. Requests
/// of one session that arrive together share one exchange. While Participants is away, a token that still lives is used on:
/// an ended sign-in is refused by the services themselves, from their own copies.
/// </summary>
internal sealed class SessionExchange(IHttpClientFactory clients, InstanceKey instanceKey, Upstreams upstreams, TimeProvider clock, ILogger<SessionExchange> log)
    : IDisposable
{
    /// <summary>How long an answer is not asked for again: the longest that a changed session goes unseen here.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>Short, because a cookie is presented an instant after its session was made.</summary>
    private static readonly TimeSpan FreshNothing = TimeSpan.FromSeconds(2);

    /// <summary>A token must outlive the request that carries it to its service.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Some 20 MB when full. Invented cookies can evict real entries, which costs an exchange each, no more.</summary>
    private const int MaxEntries = 20_000;

    /// <summary>Longer than any session cookie we set.</summary>
    private const int MaxCookieLength = 512;

    private readonly MemoryCache entries = new(new MemoryCacheOptions { SizeLimit = MaxEntries });
    private readonly ConcurrentDictionary<string, Lazy<Task<SessionAnswer>>> underWay = new(StringComparer.Ordinal);

    public ValueTask<SessionAnswer> AskAsync(string cookie, CancellationToken cancellationToken) => AskAsync(cookie, isApiKey: false, cancellationToken);

    /// <summary>The same for a program's key.</summary>
    public ValueTask<SessionAnswer> AskForApiKeyAsync(string apiKey, CancellationToken cancellationToken) => AskAsync(apiKey, isApiKey: true, cancellationToken);

    private async ValueTask<SessionAnswer> AskAsync(string cookie, bool isApiKey, CancellationToken cancellationToken)
    {
        if (cookie.Length is 0 or > MaxCookieLength)
            return SessionAnswer.None;
        var key = KeyOf(cookie, isApiKey);
        var now = clock.GetUtcNow();
        if (entries.TryGetValue(key, out Entry? entry) && now < entry!.FreshUntil)
            return new SessionAnswer(true, entry.Token, entry.Scopes);

        // Not cancelled with the first request: others of the session wait for the same exchange.
        var exchange = underWay.GetOrAdd(key, _ => Begin(key, cookie, isApiKey));
        var answer = await exchange.Value.WaitAsync(cancellationToken);
        if (!answer.IsKnown && entry is { Token: not null } && clock.GetUtcNow() < entry.UsableUntil)
            return new SessionAnswer(true, entry.Token, entry.Scopes);
        return answer;
    }

    public void Forget(string cookie) => ForgetKey(KeyOf(cookie, isApiKey: false));

    public void ForgetApiKey(string apiKey) => ForgetKey(KeyOf(apiKey, isApiKey: true));

    public void Dispose() => entries.Dispose();

    private void ForgetKey(string key)
    {
        // What is under way was asked before the change: it is neither kept nor waited for by who comes after it.
        underWay.TryRemove(key, out _);
        entries.Remove(key);
        // Who began between the two may have seen the answer: nobody who comes from now on waits for it.
        underWay.TryRemove(key, out _);
    }

    private bool IsUnderWay(KeyValuePair<string, Lazy<Task<SessionAnswer>>> own) => underWay.TryGetValue(own.Key, out var current) && current == own.Value;

    private Lazy<Task<SessionAnswer>> Begin(string key, string cookie, bool isApiKey)
    {
        Lazy<Task<SessionAnswer>> exchange = null!;
        return exchange = new(() => ExchangeAndKeepAsync(KeyValuePair.Create(key, exchange), cookie, isApiKey));
    }

    private async Task<SessionAnswer> ExchangeAndKeepAsync(KeyValuePair<string, Lazy<Task<SessionAnswer>>> own, string cookie, bool isApiKey)
    {
        var key = own.Key;
        try
        {
            await Task.Yield();
            // Who looked before an exchange ended, and came here after it, needs no other.
            if (entries.TryGetValue(key, out Entry? kept) && clock.GetUtcNow() < kept!.FreshUntil)
                return new SessionAnswer(true, kept.Token, kept.Scopes);
            var (answer, expiresAt) = await ExchangeAsync(cookie, isApiKey);
            if (!answer.IsKnown)
                return answer;
            var now = clock.GetUtcNow();
            var usable = answer.Token is null ? now + FreshNothing : expiresAt - Margin;
            var fresh = answer.Token is null || usable < now + Fresh ? usable : now + Fresh;
            if (usable > now && IsUnderWay(own))
            {
                entries.Set(key, new Entry(answer.Token, answer.Scopes, fresh, usable), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = usable - now });
                // Forgotten just now: looked at after it was kept, so that neither order lets it stay.
                if (!IsUnderWay(own))
                    entries.Remove(key);
            }

            return answer;
        }
        finally
        {
            underWay.TryRemove(own);
        }
    }

    private async Task<(SessionAnswer Answer, DateTimeOffset ExpiresAt)> ExchangeAsync(string cookie, bool isApiKey)
    {
        // The exchange changes nothing, so it may be repeated; the client goes round the replicas.
        var attempts = Math.Max(2, upstreams.AddressesOf(Owners.Participants).Count);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var timeout = new CancellationTokenSource(AttemptTimeout);
                using var request = isApiKey
                    ? new HttpRequestMessage(HttpMethod.Post, "/internal/api-key-exchange") { Content = JsonContent.Create(new KeyRequest(cookie)) }
                    : new HttpRequestMessage(HttpMethod.Post, "/internal/session-exchange") { Content = JsonContent.Create(new Request(cookie)) };
                InternalCalls.Authorize(request, instanceKey);
                using var response = await clients.CreateClient(Owners.Participants).SendAsync(request, timeout.Token);
                if (response.StatusCode == HttpStatusCode.NotFound)
                    return (SessionAnswer.None, default);
                response.EnsureSuccessStatusCode();
                var exchanged = (await response.Content.ReadFromJsonAsync<Response>(timeout.Token))!;
                return (new SessionAnswer(true, exchanged.Token, exchanged.Scopes), exchanged.ExpiresAt);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or System.Text.Json.JsonException or Polly.Timeout.TimeoutRejectedException)
            {
                if (attempt < attempts)
                    continue;
                log.LogWarning("A session could not be checked with Participants: {Reason}", exception.GetType().Name);
                return (SessionAnswer.Unknown, default);
            }
        }
    }

    /// <summary>Cookies are not kept in memory longer than the request that brings them.</summary>
    private static string KeyOf(string cookie, bool isApiKey) => (isApiKey ? "key " : "") + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cookie)));

    private sealed record Entry(string? Token, IReadOnlyList<string>? Scopes, DateTimeOffset FreshUntil, DateTimeOffset UsableUntil);

    private sealed record Request(string SessionToken);

    private sealed record KeyRequest(string ApiKey);

    private sealed record Response(string Token, DateTimeOffset ExpiresAt, IReadOnlyList<string>? Scopes = null);
}
