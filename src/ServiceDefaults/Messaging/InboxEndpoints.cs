using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Messaging;

/// <param name="Head">The owner's last sequence as this process last saw it; 0 before it saw one.</param>
public sealed record CopyState(string Owner, long Position, long Head, DateTimeOffset? BehindSince, string? Failure);

public sealed record Rebuilt(string Owner, long Facts);

/// <summary>What an operator sees of this service's copies and does to them.</summary>
internal static class InboxEndpoints
{
    private const int MaxParked = 200;

    public static void MapInbox(this RouteGroupBuilder routes)
    {
        routes.MapGet("/inbox", GetInbox);
        routes.MapGet("/inbox/parked", GetParkedAsync);
        routes.MapPost("/inbox/parked/{owner}/send-again", SendAllAgainAsync);
        routes.MapPost("/inbox/parked/{owner}/{sequence:long}/send-again", SendAgainAsync);
        routes.MapPost("/inbox/parked/{owner}/{sequence:long}/set-aside", SetAsideAsync);
        routes.MapPost("/projections/{owner}/rebuild", RebuildAsync);
    }

    private static Ok<CopyState[]> GetInbox(CatchUpState state) => TypedResults.Ok(state.Copies
        .OrderBy(copy => copy.Key, StringComparer.Ordinal)
        .Select(copy => new CopyState(copy.Key, copy.Value.Position, copy.Value.Head, copy.Value.BehindSince, copy.Value.Failure))
        .ToArray());

    private static async Task<Ok<IReadOnlyList<ParkedFact>>> GetParkedAsync(
        ParkedFacts parked, CancellationToken cancellationToken, string? owner = null, long after = 0) =>
        TypedResults.Ok(await parked.ListAsync(owner, after, MaxParked, cancellationToken));

    private static async Task<Ok<SentAgain>> SendAllAgainAsync(string owner, ParkedFacts parked, CancellationToken cancellationToken) =>
        TypedResults.Ok(await parked.SendAgainAsync(owner, sequence: null, cancellationToken));

    /// <summary>Sends the fact's aggregate again: all that is parked of it, from its first parked fact on.</summary>
    private static async Task<Results<Ok<SentAgain>, ProblemHttpResult>> SendAgainAsync(
        string owner, long sequence, HttpContext http, ParkedFacts parked, CancellationToken cancellationToken) =>
        await parked.SendAgainAsync(owner, sequence, cancellationToken) is { } sent ? TypedResults.Ok(sent) : http.Problem(Refusal.NotFound());

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsideAsync(
        string owner, long sequence, HttpContext http, ParkedFacts parked, CancellationToken cancellationToken) =>
        await parked.SetAsideAsync(owner, sequence, cancellationToken) ? TypedResults.NoContent() : http.Problem(Refusal.NotFound());

    private static async Task<Results<Ok<Rebuilt>, ProblemHttpResult>> RebuildAsync(
        string owner, HttpContext http, Inbox inbox, Rebuild rebuild, CancellationToken cancellationToken) =>
        inbox.Owners.Contains(owner, StringComparer.Ordinal)
            ? TypedResults.Ok(new Rebuilt(owner, await rebuild.RunAsync(owner, cancellationToken)))
            : http.Problem(Refusal.NotFound());
}
