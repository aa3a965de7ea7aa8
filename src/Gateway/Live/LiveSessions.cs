using OpenGov.ServiceDefaults.Caching;
using Polly.Timeout;

namespace OpenGov.Gateway.Live;

/// <summary>The sessions that somebody watches through this gateway.</summary>
internal sealed class LiveSessions(IHttpClientFactory clients, ServiceVersions versions, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private readonly Lock counting = new();
    private readonly Dictionary<LiveKey, (LiveSession Session, Task<bool> Begun)> watched = [];

    public int Count
    {
        get
        {
            lock (counting)
                return watched.Count;
        }
    }

    /// <returns>Null where there is no such session. Otherwise the spectator counts until <see cref="Leave"/>.</returns>
    /// <exception cref="HttpRequestException">Nobody can say now.</exception>
    public async Task<LiveSession?> JoinAsync(LiveKey key, CancellationToken cancellationToken)
    {
        LiveSession session;
        Task<bool> begun;
        lock (counting)
        {
            if (!watched.TryGetValue(key, out var there))
            {
                var made = new LiveSession(key, clients, versions, clock);
                // Not in the first spectator's trace, nor ended when they leave.
                using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
                    there = (made, Task.Run(() => BeginAsync(made), CancellationToken.None));
                watched.Add(key, there);
            }

            (session, begun) = there;
            session.Spectators++;
        }

        var isFound = false;
        try
        {
            isFound = await begun.WaitAsync(cancellationToken);
        }
        finally
        {
            if (!isFound)
                Leave(session);
        }

        return isFound ? session : null;
    }

    public void Leave(LiveSession session)
    {
        lock (counting)
            session.Spectators--;
    }

    private async Task<bool> BeginAsync(LiveSession session)
    {
        var isFound = false;
        try
        {
            isFound = await session.BeginAsync(lifetime.ApplicationStopping);
            return isFound;
        }
        catch (TimeoutRejectedException late)
        {
            throw new HttpRequestException("The portal did not answer.", late);
        }
        finally
        {
            if (isFound)
                _ = Task.Run(() => FollowAsync(session), CancellationToken.None);
            else
                Forget(session);
        }
    }

    private async Task FollowAsync(LiveSession session)
    {
        try
        {
            await session.FollowAsync(() => IsWatched(session), lifetime.ApplicationStopping);
        }
        finally
        {
            Forget(session);
        }
    }

    /// <summary>Whoever comes after the last one left finds a new one.</summary>
    private bool IsWatched(LiveSession session)
    {
        lock (counting)
        {
            if (session.Spectators > 0)
                return true;
            watched.Remove(session.Key);
            return false;
        }
    }

    private void Forget(LiveSession session)
    {
        lock (counting)
        {
            if (watched.TryGetValue(session.Key, out var there) && there.Session == session)
                watched.Remove(session.Key);
        }
    }
}
