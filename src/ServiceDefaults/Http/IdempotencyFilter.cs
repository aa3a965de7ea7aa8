using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>A body that its endpoint reads by itself and that belongs to what <see cref="IdempotencyFilter"/> compares.</summary>
public interface IRawBody;

/// <summary>
/// <c>Idempotency-Key</c> on creating POSTs. The key is stored in the transaction of the effect, so that a repeated request
/// gets the first answer again and a crash leaves neither. The same key with other content is refused (422); a repetition that
/// arrives while the first is under way waits for it. Without the header the request is simply handled.
/// </summary>
public sealed partial class IdempotencyFilter(ServiceDbContext database) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
            return await next(context);
        if (!KeyForm().IsMatch(key))
            return http.Problem(Refusal.Invalid("Idempotency-Key", "idempotency_key_invalid"));

        var account = http.Account()?.AccountId ?? Guid.Empty;
        var hash = HashOf(http, context.Arguments);
        await using var transaction = await database.Database.BeginTransactionAsync(http.RequestAborted);

        // A second request with the key waits here until the first transaction ends.
        var inserted = await database.Database.ExecuteSqlAsync(
            $"""
            insert into idempotency_key (key, account_id, request_hash, created_at) values ({key}, {account}, {hash}, {database.Now})
            on conflict (account_id, key) do nothing
            """, http.RequestAborted);
        if (inserted == 0)
        {
            var first = await database.Database.SqlQuery<Stored>(
                $"select request_hash, status, location, etag, body::text as body from idempotency_key where account_id = {account} and key = {key}")
                .SingleAsync(http.RequestAborted);
            if (first.request_hash != hash)
                return http.Problem(Refusal.Rule("idempotency_key_reused", "Idempotency-Key"));
            return new Replay(first);
        }

        var result = await next(context);
        var answer = Innermost(result);
        if (answer is not IStatusCodeHttpResult done)
            throw new InvalidOperationException($"A handler behind {nameof(IdempotencyFilter)} must return typed results, not {answer?.GetType().Name ?? "null"}.");
        // A refusal leaves nothing behind, not even the key: the corrected request may use it again.
        if (done.StatusCode is not (>= 200 and < 300))
            return result;

        var body = answer is IValueHttpResult { Value: { } value } ? JsonSerializer.Serialize(value, value.GetType(), ContractsJson.Options) : null;
        var location = answer.GetType().GetProperty("Location")?.GetValue(answer) as string;
        var etag = http.Response.Headers.ETag.ToString();
        await database.Database.ExecuteSqlAsync(
            $"""
            update idempotency_key set status = {done.StatusCode}, location = {location}, etag = {etag}, body = {body}::jsonb
            where account_id = {account} and key = {key}
            """, http.RequestAborted);
        await transaction.CommitAsync(http.RequestAborted);
        return result;
    }

    /// <summary>The result inside <c>Results&lt;Created&lt;…&gt;, ProblemHttpResult&gt;</c>.</summary>
    private static object? Innermost(object? result)
    {
        while (result is INestedHttpResult nested)
            result = nested.Result;
        return result;
    }

    /// <summary>The request as the handler sees it: method, path, query and bound JSON body (a file's bytes are not compared).</summary>
    private static string HashOf(HttpContext http, IEnumerable<object?> arguments)
    {
        var text = new StringBuilder().Append(http.Request.Method).Append(' ').Append(http.Request.Path).Append(http.Request.QueryString);
        var bodyType = http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var argument in arguments.Where(argument => argument is JsonElement or JsonDocument or IRawBody || (argument is not null && argument.GetType() == bodyType)))
            text.Append('\n').Append(JsonSerializer.Serialize(argument, argument!.GetType(), ContractsJson.Options));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    [GeneratedRegex("^[A-Za-z0-9-]{8,128}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyForm();

#pragma warning disable IDE1006, SA1300, CA1812 // Column names, as SqlQuery maps them.
    private sealed record Stored(string request_hash, int? status, string? location, string? etag, string? body);
#pragma warning restore IDE1006, SA1300, CA1812

    private sealed class Replay(Stored first) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = first.status ?? StatusCodes.Status200OK;
            if (first.location is not null)
                response.Headers.Location = first.location;
            if (first.etag is { Length: > 0 })
                response.Headers.ETag = first.etag;
            response.Headers["Idempotency-Replayed"] = "true";
            if (first.body is null)
                return Task.CompletedTask;
            response.ContentType = "application/json; charset=utf-8";
            return response.WriteAsync(first.body, httpContext.RequestAborted);
        }
    }
}
