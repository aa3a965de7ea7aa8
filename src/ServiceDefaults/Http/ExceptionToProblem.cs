using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// What a handler does not catch: malformed bodies and texts are the caller's (400), a stale version is 412, a lost race 409, an
/// unreachable or full database and what passes by itself 503 with Retry-After; all else is a bug (500) and is logged.
/// </summary>
internal sealed class ExceptionToProblem(ILogger<ExceptionToProblem> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = Explain(exception);
        if (refusal.Status >= StatusCodes.Status500InternalServerError)
            log.LogError(exception, "Request failed with {Code}", refusal.Code);
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = "2";

        http.Response.StatusCode = refusal.Status;
        await http.Problem(refusal).ExecuteAsync(http);
        return true;
    }

    private static Refusal Explain(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new("request_too_large", StatusCodes.Status413PayloadTooLarge),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            new("unsupported_media_type", StatusCodes.Status415UnsupportedMediaType),
        BadHttpRequestException { InnerException: JsonException json } => InvalidJson(json),
        BadHttpRequestException bad => new("bad_request", bad.StatusCode),
        JsonException json => InvalidJson(json),
        DbUpdateConcurrencyException => new("stale_version", StatusCodes.Status412PreconditionFailed),
        DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.IntegrityConstraintViolation } } =>
            new("lost_race", StatusCodes.Status409Conflict),
        // The same of a statement that is written out.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.IntegrityConstraintViolation } => new("lost_race", StatusCodes.Status409Conflict),
        _ when IsNoText(exception) => new("bad_request", StatusCodes.Status400BadRequest),
        _ when IsDatabaseAway(exception) || IsPassing(exception) => new("service_unavailable", StatusCodes.Status503ServiceUnavailable),
        _ => new("unexpected_error", StatusCodes.Status500InternalServerError),
    };

    /// <summary>Says where. The parser's own words would name types of this program, in English.</summary>
    private static Refusal InvalidJson(JsonException json) =>
        new("invalid_json", StatusCodes.Status400BadRequest, json.Path is null ? null : JsonPointer.FromPath(json.Path), (json.LineNumber ?? 0) + 1, (json.BytePositionInLine ?? 0) + 1);

    /// <summary>What no text column or parameter can hold: U+0000, and halves of surrogate pairs. Only a caller can have sent it.</summary>
    private static bool IsNoText(Exception? exception) => exception switch
    {
        null => false,
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } => true,
        System.Text.EncoderFallbackException => true,
        _ => IsNoText(exception.InnerException),
    };

    /// <summary>
    /// What PostgreSQL answers to a statement that may well succeed a moment later: a deadlock, a serialization failure, a lock that was not
    /// to be had, a statement that was ended (by its time limit, or an administrator), a server that takes no writes (just restored, or not
    /// yet promoted).
    /// </summary>
    internal static bool IsPassing(Exception? exception) => exception switch
    {
        null => false,
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction,
        _ => IsPassing(exception.InnerException),
    };

    /// <summary>
    /// Classes 08 (connection), 53 (resources, disk full) and 57P (shutdown, crash) of PostgreSQL, whatever ends the connection (FATAL and PANIC, as
    /// "could not write init file" to who connects while the disk is full), and transport failures: all are the server's trouble, and the same request
    /// may succeed later. An ERROR of any other class, as a damaged page, belongs to the statement and comes again with it.
    /// </summary>
    internal static bool IsDatabaseAway(Exception? exception) => exception switch
    {
        null => false,
        PostgresException postgres => postgres.InvariantSeverity is "FATAL" or "PANIC" || postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("53", StringComparison.Ordinal) || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException => true,
        // A connection that broke takes its transaction with it; the next statement is told that the transaction has ended.
        InvalidOperationException { Source: "Npgsql" } => true,
        _ => IsDatabaseAway(exception.InnerException),
    };
}
