using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Operation;

/// <param name="Reason">Why; kept with the order. At most 500 characters. No personal data.</param>
public sealed record OrderRequest(string? Reason);

/// <summary>A fact that could not be applied here, as an operator sees it.</summary>
/// <param name="Type">Full name of the event's record.</param>
/// <param name="Payload">The fact; null where it carries personal data, which stays at its owner, or was erased.</param>
/// <param name="Reason">Why it could not be applied; <c>behind</c>: it waits for an earlier one of the same thing.</param>
public sealed record ParkedView(
    string Owner, long Sequence, Guid EventId, string Type, Guid AggregateId, DateTimeOffset OccurredAt, string? TraceId, JsonElement? Payload, string Reason,
    int Attempts, DateTimeOffset ParkedAt, DateTimeOffset? SetAsideAt);

/// <summary>A message that could not even be read here, as an operator sees it.</summary>
/// <param name="Queue">The broker's queue from which it was taken.</param>
/// <param name="Content">Its text, at most 64 KiB of it; without the payload of facts with personal data, and without what looks like an address or a secret.</param>
/// <param name="Reason">Why it could not be read, as the bus wrote it; null where it was not said.</param>
/// <param name="Times">How often it came.</param>
public sealed record BrokenView(
    Guid Id, string Owner, string Queue, string? MessageId, string Content, string? Reason, string? TraceId, int Times, DateTimeOffset TakenAt, DateTimeOffset? SetAsideAt);

/// <summary><c>/api/{service}/v1/operation</c>: what an operator may know of this service and do to it, the same in every service.</summary>
internal static partial class OperationApi
{
    private const int LongestReason = 500;

    /// <summary>In cursors: the place is among what waits for an operator, or among what was set aside.</summary>
    private const string Waits = "waits", Aside = "aside";

    public static void MapOperation(this WebApplication app, string owner)
    {
        var operation = app.MapGroup($"/api/{owner}/v1/operation").WithTags("Operation").RequireOperator();
        operation.MapGet("", (OperationReporter reporter, CancellationToken cancellationToken) => ReportAsync(reporter, cancellationToken))
            .WithSummary("This replica: process, database, broker, log, copies, facts in error, last orders.");
        operation.MapGet("/parked/{owner}", ListAsync).ProducesProblem(400).ProducesProblem(404).WithSummary("Facts of an owner that could not be applied here: those that wait first, then those set aside, each oldest first.");
        operation.MapGet("/parked/{owner}/{sequence:long}", OneAsync).ProducesProblem(404).WithSummary("One of them.");
        operation.MapPost("/parked/{owner}/send-again", SendAllAgainAsync).Orders().WithSummary("Sends again all that is parked of an owner.");
        operation.MapPost("/parked/{owner}/{sequence:long}/send-again", SendAgainAsync).Orders().WithSummary("Sends a fact again, with what is parked of the same thing.");
        operation.MapPost("/parked/{owner}/set-aside", SetAllAsideAsync).Orders().WithSummary("Gives up all that is parked of an owner.");
        operation.MapPost("/parked/{owner}/{sequence:long}/set-aside", SetAsideAsync).Orders().WithSummary("Gives a fact up; those behind it wait no longer.");
        operation.MapGet("/broken/{owner}", ListBrokenAsync).ProducesProblem(400).ProducesProblem(404).WithSummary("Messages of an owner that could not even be read here: those that wait first, then those set aside, each oldest first.");
        operation.MapGet("/broken/{owner}/{id:guid}", OneBrokenAsync).ProducesProblem(404).WithSummary("One of them.");
        operation.MapPost("/broken/{owner}/send-again", SendAllBrokenAgainAsync).Orders().ProducesProblem(503).WithSummary("Puts all of them back into the owner's queue.");
        operation.MapPost("/broken/{owner}/{id:guid}/send-again", SendBrokenAgainAsync).Orders().ProducesProblem(503).WithSummary("Puts one back into the owner's queue.");
        operation.MapPost("/broken/{owner}/set-aside", SetAllBrokenAsideAsync).Orders().WithSummary("Gives all of them up; they are kept.");
        operation.MapPost("/broken/{owner}/{id:guid}/set-aside", SetBrokenAsideAsync).Orders().WithSummary("Gives one up; it is kept.");
        operation.MapPost("/copies/{owner}/rebuild", RebuildAsync).Orders().WithSummary("Throws the copies of an owner's facts away and makes them anew.");
        // Backups are of all services at once. One of them passes the order on, so that a repeated one finds its record.
        if (owner == Owners.Participants)
            operation.MapPost("/backups", BackUpAsync).Orders().WithSummary("Asks the engine that runs the instance for a backup.");
    }

    private static RouteHandlerBuilder Orders(this RouteHandlerBuilder endpoint) =>
        endpoint.ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<Ok<OperationReport>> ReportAsync(OperationReporter reporter, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reporter.ReadAsync(cancellationToken));

    private static async Task<Results<Ok<Page<ParkedView>>, ProblemHttpResult>> ListAsync(
        string owner, string? cursor, int? limit, HttpContext http, Inbox inbox, ParkedFacts parked, CancellationToken cancellationToken)
    {
        if (!inbox.Owners.Contains(owner, StringComparer.Ordinal))
            return http.Problem(Refusal.NotFound());
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        (bool, long)? after = null;
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 2) is not [(Waits or Aside) and var part, var key] || !long.TryParse(key, CultureInfo.InvariantCulture, out var last))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            after = (part == Aside, last);
        }

        var rows = await parked.WaitingFirstAsync(owner, after, size.Value + 1, cancellationToken);
        var next = rows.Count > size.Value ? After(rows[size.Value - 1].SetAsideAt, rows[size.Value - 1].Sequence.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<ParkedView>([.. rows.Take(size.Value).Select(View)], next));
    }

    private static async Task<Results<Ok<ParkedView>, ProblemHttpResult>> OneAsync(
        string owner, long sequence, HttpContext http, Inbox inbox, ParkedFacts parked, CancellationToken cancellationToken) =>
        inbox.Owners.Contains(owner, StringComparer.Ordinal) && await parked.FindAsync(owner, sequence, cancellationToken) is { } fact
            ? TypedResults.Ok(View(fact))
            : http.Problem(Refusal.NotFound());

    private static string After(DateTimeOffset? setAsideAt, string key) => Cursor.Encode(setAsideAt is null ? Waits : Aside, key);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SendAllAgainAsync(
        string owner, OrderRequest request, HttpContext http, OperatorCommands commands, CancellationToken cancellationToken) =>
        RunAsync(http, commands, CommandAction.SendAgain, owner, null, request, cancellationToken);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SendAgainAsync(
        string owner, long sequence, OrderRequest request, HttpContext http, OperatorCommands commands, CancellationToken cancellationToken) =>
        RunAsync(http, commands, CommandAction.SendAgain, owner, sequence, request, cancellationToken);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SetAllAsideAsync(
        string owner, OrderRequest request, HttpContext http, OperatorCommands commands, CancellationToken cancellationToken) =>
        RunAsync(http, commands, CommandAction.SetAside, owner, null, request, cancellationToken);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SetAsideAsync(
        string owner, long sequence, OrderRequest request, HttpContext http, OperatorCommands commands, CancellationToken cancellationToken) =>
        RunAsync(http, commands, CommandAction.SetAside, owner, sequence, request, cancellationToken);

    private static async Task<Results<Ok<Page<BrokenView>>, ProblemHttpResult>> ListBrokenAsync(
        string owner, string? cursor, int? limit, HttpContext http, Inbox inbox, BrokenMessages broken, CancellationToken cancellationToken)
    {
        if (!inbox.Owners.Contains(owner, StringComparer.Ordinal))
            return http.Problem(Refusal.NotFound());
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        (bool, Guid)? after = null;
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 2) is not [(Waits or Aside) and var part, var key] || !Guid.TryParse(key, out var last))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            after = (part == Aside, last);
        }

        var rows = await broken.ListAsync(owner, after, size.Value + 1, cancellationToken);
        var next = rows.Count > size.Value ? After(rows[size.Value - 1].SetAsideAt, rows[size.Value - 1].Id.ToString()) : null;
        return TypedResults.Ok(new Page<BrokenView>([.. rows.Take(size.Value).Select(View)], next));
    }

    private static async Task<Results<Ok<BrokenView>, ProblemHttpResult>> OneBrokenAsync(
        string owner, Guid id, HttpContext http, Inbox inbox, BrokenMessages broken, CancellationToken cancellationToken) =>
        inbox.Owners.Contains(owner, StringComparer.Ordinal) && await broken.FindAsync(owner, id, cancellationToken) is { } message
            ? TypedResults.Ok(View(message))
            : http.Problem(Refusal.NotFound());

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SendAllBrokenAgainAsync(
        string owner, OrderRequest request, HttpContext http, MessageOrders orders, CancellationToken cancellationToken) =>
        RunOnMessagesAsync(http, orders, CommandAction.SendMessageAgain, owner, null, request, cancellationToken);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SendBrokenAgainAsync(
        string owner, Guid id, OrderRequest request, HttpContext http, MessageOrders orders, CancellationToken cancellationToken) =>
        RunOnMessagesAsync(http, orders, CommandAction.SendMessageAgain, owner, id, request, cancellationToken);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SetAllBrokenAsideAsync(
        string owner, OrderRequest request, HttpContext http, MessageOrders orders, CancellationToken cancellationToken) =>
        RunOnMessagesAsync(http, orders, CommandAction.SetMessageAside, owner, null, request, cancellationToken);

    private static Task<Results<Ok<CommandView>, ProblemHttpResult>> SetBrokenAsideAsync(
        string owner, Guid id, OrderRequest request, HttpContext http, MessageOrders orders, CancellationToken cancellationToken) =>
        RunOnMessagesAsync(http, orders, CommandAction.SetMessageAside, owner, id, request, cancellationToken);

    private static async Task<Results<Ok<CommandView>, ProblemHttpResult>> RunOnMessagesAsync(
        HttpContext http, MessageOrders orders, CommandAction action, string owner, Guid? id, OrderRequest request, CancellationToken cancellationToken)
    {
        var order = Read(http, action, owner, null, request);
        if (order.IsRefused)
            return http.Problem(order);
        var done = await orders.RunAsync(order.Value with { MessageId = id }, cancellationToken);
        if (done.IsRefused && done.Refusals[0].Status == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = "5";
        return done.IsRefused ? http.Problem(done) : TypedResults.Ok(done.Value);
    }

    private static async Task<Results<Accepted<CommandView>, ProblemHttpResult>> RebuildAsync(
        string owner, OrderRequest request, HttpContext http, OperatorCommands commands, CancellationToken cancellationToken)
    {
        var order = Read(http, CommandAction.Rebuild, owner, null, request);
        if (order.IsRefused)
            return http.Problem(order);
        var begun = await commands.BeginRebuildAsync(order.Value, cancellationToken);
        return begun.IsRefused ? http.Problem(begun) : TypedResults.Accepted((string?)null, begun.Value);
    }

    private static async Task<Results<Accepted<CommandView>, ProblemHttpResult>> BackUpAsync(
        OrderRequest request, HttpContext http, BackupOrders orders, CancellationToken cancellationToken)
    {
        var order = Read(http, CommandAction.Backup, Owners.Participants, null, request);
        if (order.IsRefused)
            return http.Problem(order);
        var begun = await orders.BeginAsync(order.Value, cancellationToken);
        return begun.IsRefused ? http.Problem(begun) : TypedResults.Accepted((string?)null, begun.Value);
    }

    private static async Task<Results<Ok<CommandView>, ProblemHttpResult>> RunAsync(
        HttpContext http, OperatorCommands commands, CommandAction action, string owner, long? sequence, OrderRequest request, CancellationToken cancellationToken)
    {
        var order = Read(http, action, owner, sequence, request);
        if (order.IsRefused)
            return http.Problem(order);
        var done = await commands.RunAsync(order.Value, cancellationToken);
        return done.IsRefused ? http.Problem(done) : TypedResults.Ok(done.Value);
    }

    private static Result<Order> Read(HttpContext http, CommandAction action, string owner, long? sequence, OrderRequest request)
    {
        var reason = request.Reason?.Trim();
        if (string.IsNullOrEmpty(reason))
            return Refusal.Invalid("reason", "field_required");
        if (reason.Length > LongestReason)
            return Refusal.Invalid("reason", "field_too_long", LongestReason);
        // PostgreSQL's text cannot hold it.
        if (reason.Contains('\0', StringComparison.Ordinal))
            return Refusal.Invalid("reason", "field_invalid");
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 0 && !KeyForm().IsMatch(key))
            return Refusal.Invalid("Idempotency-Key", "idempotency_key_invalid");
        return new Order(http.RequireAccount().AccountId, key.Length > 0 ? key : null, action, owner, sequence, reason);
    }

    private static ParkedView View(ParkedFact fact) => new(
        fact.Owner, fact.Sequence, fact.EventId, fact.Type, fact.AggregateId, fact.Event.OccurredAt,
        ActivityContext.TryParse(fact.Event.TraceParent, null, out var context) ? context.TraceId.ToString() : null,
        fact.Event.Payload, SafeText.Of(fact.Reason, 2000), fact.Attempts, fact.ParkedAt, fact.SetAsideAt);

    private static BrokenView View(KeptMessage message) => new(
        message.Id, message.Owner, message.Queue, message.MessageId, BrokenMessage.Shown(message.Body), message.Reason, message.TraceId, message.Times, message.TakenAt, message.SetAsideAt);

    [GeneratedRegex("^[A-Za-z0-9-]{8,128}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyForm();
}
