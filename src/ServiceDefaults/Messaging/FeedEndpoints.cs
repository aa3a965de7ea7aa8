using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>The service's own facts, for those who keep copies: the one call that services make to each other.</summary>
internal static class FeedEndpoints
{
    private const int MaxLimit = 1000;

    public static void MapFeed(this RouteGroupBuilder routes)
    {
        routes.MapGet("/events", GetEventsAsync);
        routes.MapGet("/events/head", GetHeadAsync);
    }

    /// <summary>Numbered facts after a sequence, oldest first; erased payloads are null.</summary>
    private static async Task<Results<Ok<FeedPage>, ProblemHttpResult>> GetEventsAsync(
        HttpContext http, EventLog log, CancellationToken cancellationToken, long after = 0, int limit = FeedReader.PageSize)
    {
        if (limit is < 1 or > MaxLimit)
            return http.Problem(Refusal.Invalid("limit", "limit_invalid", MaxLimit));
        if (after < 0)
            return http.Problem(Refusal.Invalid("after", "bad_request"));
        LeaveNoTrace();
        // The head is read first: a fact numbered in between is on the page and beyond the head, never the other way round.
        var head = await log.HeadAsync(cancellationToken);
        return TypedResults.Ok(new FeedPage(head, await log.ReadAsync(after, limit, EventLog.LargestPage, cancellationToken)));
    }

    private static async Task<Ok<FeedPage>> GetHeadAsync(EventLog log, CancellationToken cancellationToken)
    {
        LeaveNoTrace();
        return TypedResults.Ok(new FeedPage(await log.HeadAsync(cancellationToken), []));
    }

    /// <summary>While the broker is away the feed is asked several times a second by each copy: that would drown the traces.</summary>
    internal static void LeaveNoTrace()
    {
        if (Activity.Current is { } activity)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
