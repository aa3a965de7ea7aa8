using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <param name="Act">What was tried: the last part of its address, for example <c>votes</c>.</param>
/// <param name="SeatNumber">The seat that the account holds today; null where it holds none.</param>
/// <param name="Facilitator">The account facilitates.</param>
/// <param name="Codes">Why it was refused.</param>
/// <param name="Explanations">The same in words, as whoever tried was told; those that name a rule name it first.</param>
public sealed record RefusedActView(DateTimeOffset At, string Act, Guid? MotionId, int? SeatNumber, bool Facilitator, IReadOnlyList<string> Codes, IReadOnlyList<string> Explanations);

/// <summary>
/// Acts on a session that were refused, whichever part of the service refused them: the domain's rules, the posts, or who could not read
/// what was sent. The audit log keeps who tried what and why not (INV-10); nothing else of them is stored.
/// </summary>
internal static class RefusedActs
{
    private const string Votes = "vote_refused";
    private const string Acts = "session_act_refused";

    /// <summary>Its text wants to quote the body, which is not kept.</summary>
    private const string Unreadable = "invalid_json";

    /// <summary>Enough for a busy database; whoever waits for the answer, or does not, is not kept longer.</summary>
    private static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(10);

    /// <summary>The latest; more of them say nothing more.</summary>
    private const int Most = 50;

    private static readonly AuthorizationMiddlewareResultHandler Otherwise = new();

    /// <summary>What is refused at these addresses is audited, for whoever is signed in.</summary>
    public static TBuilder AuditRefusals<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(Audited.Mark).AddEndpointFilter(async (context, next) =>
    {
        var result = await next(context);
        var answer = result;
        while (answer is INestedHttpResult nested)
            answer = nested.Result;
        if (answer is ProblemHttpResult problem)
            await WriteAsync(context.HttpContext, CodesOf(problem));
        return result;
    });

    /// <summary>A body that cannot be read never reaches its handler.</summary>
    public static void UseRefusedActs(this IApplicationBuilder app) => app.Use(async (HttpContext http, RequestDelegate next) =>
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException unreadable) when (IsAudited(http))
        {
            await WriteAsync(http, [unreadable.InnerException is JsonException ? Unreadable : "bad_request"]);
            throw;
        }
    });

    /// <summary>For who runs the session: what was tried and refused, the latest first.</summary>
    public static async Task<Results<Ok<Page<RefusedActView>>, ProblemHttpResult>> Read(
        Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await desk.ReadSessionAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var rows = await db.Set<AuditEntry>().AsNoTracking().Where(row => row.SubjectId == id && (row.Action == Votes || row.Action == Acts))
            .OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Take(Most).Select(row => new { row.At, row.AccountId, row.After }).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<RefusedActView>([.. rows.Select(row =>
        {
            var told = JsonSerializer.Deserialize<Refused>(row.After!, Contracts.ContractsJson.Options)!;
            var codes = told.Codes ?? [told.Code];
            return new RefusedActView(
                row.At, told.Act ?? "votes", told.MotionId, row.AccountId is { } account ? hand.Composition.HeldBy(account)?.Seat.Number : null,
                row.AccountId is not null && row.AccountId == hand.Composition.FacilitatorAccountId, codes, [.. codes.Select((code, index) => told.Reasons?[index] ?? catalog.Text(code == Unreadable ? "bad_request" : code))]);
        })], Next: null));
    }

    private static bool IsAudited(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<Audited>() is not null;

    private static IReadOnlyList<(string Code, string? Reason)> CodesOf(ProblemHttpResult problem) =>
        problem.ProblemDetails.Extensions.TryGetValue("errors", out var errors) && errors is ProblemReason[] reasons
            ? [.. reasons.Select(reason => (reason.Code, (string?)reason.Detail))]
            : [((string)problem.ProblemDetails.Extensions["code"]!, problem.ProblemDetails.Title)];

    private static Task WriteAsync(HttpContext http, IReadOnlyList<string> codes) => WriteAsync(http, [.. codes.Select(code => (code, (string?)null))]);

    private static async Task WriteAsync(HttpContext http, IReadOnlyList<(string Code, string? Reason)> refused)
    {
        if (http.Account() is not { } account || !Guid.TryParse(http.GetRouteValue("id") as string, out var session))
            return;
        // Its own scope: what was refused may lie half done in the request's unit of work, and the request may be over before the entry is written.
        await using var scope = http.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ParticipantsDb>();
        // Not the request's token: whoever hangs up before the answer has tried all the same.
        using var limit = new CancellationTokenSource(WriteWithin);
        if (!await db.SecretariatSessions.AnyAsync(row => row.Id == session, limit.Token))
            return;
        Guid? motion = Guid.TryParse(http.GetRouteValue("motionId") as string, out var named) ? named : null;
        var act = http.Request.Path.Value!.TrimEnd('/').Split('/')[^1];
        db.Audit(account.AccountId, act is "votes" or "room-votes" ? Votes : Acts, "secretariat_session", session,
            after: new Refused(refused[0].Code, motion, act, [.. refused.Select(one => one.Code)], [.. refused.Select(one => one.Reason)]));
        await db.SaveChangesAsync(limit.Token);
    }

    /// <summary>As it stands in the log; entries from before they told all reasons have one code.</summary>
    private sealed record Refused(string Code, Guid? MotionId, string? Act, IReadOnlyList<string>? Codes, IReadOnlyList<string?>? Reasons);

    /// <summary>Who is signed in and may not: refused before any handler.</summary>
    internal sealed class Forbidden : IAuthorizationMiddlewareResultHandler
    {
        public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Forbidden && IsAudited(context))
                await WriteAsync(context, ["forbidden"]);
            await Otherwise.HandleAsync(next, context, policy, authorizeResult);
        }
    }

    private sealed class Audited
    {
        public static readonly Audited Mark = new();
    }
}
