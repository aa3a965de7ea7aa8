using System.Net;
using Microsoft.Net.Http.Headers;
using OpenGov.Contracts;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Caching;
using OpenTelemetry;
using Polly.Timeout;

namespace OpenGov.Gateway.Live;

internal readonly record struct LiveKey(Guid Session, bool English);

/// <summary>
/// One session with its spectators in one language. However many they are, it asks once in a while whether the state of Participants is
/// another one, and the portal for the parts when it is: nothing to subscribe to, nothing that a replica that went away could have taken
/// along, and no broker.
/// </summary>
internal sealed class LiveSession(LiveKey key, IHttpClientFactory clients, ServiceVersions versions, TimeProvider clock)
{
    /// <summary>Forty votes in a second become two changes; a spectator sees each within a second.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>Proxies and mobile networks forget a connection after 30 to 60 silent seconds.</summary>
    internal static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(15);

    /// <summary>The quorum also follows from the day, which no state says.</summary>
    private static readonly TimeSpan LongestUnasked = TimeSpan.FromSeconds(30);

    /// <summary>Of one read, its body too: nobody is told anything while it lasts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private volatile Moment? now;
    private string? etag;
    private string? saw;

    public LiveKey Key => key;

    /// <summary>Counted by <see cref="LiveSessions"/>, under its lock.</summary>
    public int Spectators { get; set; }

    /// <summary>The current moment; there is one as soon as <see cref="BeginAsync"/> has found the session.</summary>
    public Moment Now => now!;

    /// <returns>False where there is no such session.</returns>
    /// <exception cref="HttpRequestException">The portal could not be asked.</exception>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        saw = await VersionAsync(cancellationToken);
        var found = await ReadAsync(cancellationToken);
        if (found is not null)
            now = new Moment(found, null);
        return found is not null;
    }

    /// <summary>Until nobody watches any more, the session is over, or the process ends.</summary>
    public async Task FollowAsync(Func<bool> isWatched, CancellationToken stopping)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        var (readAt, toldAt) = (clock.GetTimestamp(), clock.GetTimestamp());
        try
        {
            while (!Now.State.Over && isWatched())
            {
                await Task.Delay(Pace, clock, stopping);
                var version = await VersionAsync(stopping);
                if ((version is not null && version != saw) || clock.GetElapsedTime(readAt) > LongestUnasked)
                {
                    // A read that fails is tried again at the next turn: what was seen is noted only afterwards.
                    if (await TryReadAsync(stopping) is not { } isKnown)
                        continue;
                    (saw, readAt) = (version, clock.GetTimestamp());
                    if (isKnown.State is { } state && state.Id != Now.State.Id)
                    {
                        toldAt = clock.GetTimestamp();
                        Go(new Moment(state, Now.State));
                    }
                }

                if (clock.GetElapsedTime(toldAt) > BetweenHeartbeats)
                {
                    toldAt = clock.GetTimestamp();
                    Go(new Moment(Now.State, null));
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Each goes to another gateway, or comes back.
        }
        finally
        {
            Go(new Moment(Now.State, null, isLast: true));
        }
    }

    /// <summary>Before the state is read, so that the state is this one or a later one.</summary>
    private async Task<string?> VersionAsync(CancellationToken cancellationToken) =>
        (await versions.Of(Owners.Participants).SinceAsync(clock.GetTimestamp(), Pace, cancellationToken))?.Text;

    private void Go(Moment next)
    {
        var before = Now;
        now = next;
        before.Pass();
    }

    /// <returns>Null where the portal could not be asked; without a state where it is the one that is known.</returns>
    private async Task<(LiveState? State, bool IsKnown)?> TryReadAsync(CancellationToken stopping)
    {
        try
        {
            var read = await ReadAsync(stopping);
            return (read, read is null);
        }
        catch (Exception away) when (away is HttpRequestException or TimeoutRejectedException or IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <exception cref="HttpRequestException">The portal did not answer, or not to the end.</exception>
    private async Task<LiveState?> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await ReadToEndAsync(patience.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The portal did not answer in time.", late);
        }
    }

    private async Task<LiveState?> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Upstreams.Portal);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sesiones/{key.Session}/cambios");
        if (key.English)
            request.Headers.TryAddWithoutValidation(HeaderNames.Cookie, "og_lang=en");
        if (etag is not null)
            request.Headers.TryAddWithoutValidation(HeaderNames.IfNoneMatch, etag);
        using var answer = await client.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NotModified)
            return null;
        answer.EnsureSuccessStatusCode();
        var state = await answer.Content.ReadFromJsonAsync<LiveState>(cancellationToken);
        etag = answer.Headers.ETag?.ToString();
        return state;
    }
}
