using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OpenGov.Gateway.Compression;
using OpenGov.Gateway.Protection;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// Takes an answer for all who wait for it, as the services gave it, before it is compressed for its first reader. What is
/// too large, or does not say what it depends on, passes through.
/// </summary>
internal sealed class AnswerCapture(RequestDelegate next, CacheSettings settings, AnswerStore store, Freshness freshness, AddressMarks marks)
{
    /// <summary>The server's own, or set anew for each reader.</summary>
    private static readonly HashSet<string> NotKept = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Date, HeaderNames.ContentLength, HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.TransferEncoding, HeaderNames.Age,
    };

    /// <summary>What the key takes care of; an answer that varies by anything else is nobody's but its reader's.</summary>
    private static readonly HashSet<string> Covered = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage, HeaderNames.Cookie, HeaderNames.Host, HeaderNames.Authorization,
    };

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Flight>() is not { } flight)
        {
            await next(context);
            return;
        }

        var ifNoneMatch = context.Request.Headers.IfNoneMatch;
        flight.Key.ApplyTo(context.Request);
        if (flight.NeedsWhole)
            context.Request.Headers.IfNoneMatch = default;
        var response = context.Response;
        var reader = response.Body;
        using var body = new CapturedBody(reader, settings.LargestAnswer, () => IsKept(context, flight), () => GiveUp(flight));
        response.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = reader;
        }

        if (!body.IsWhole || context.GetForwarderErrorFeature() is not null || !IsKept(context, flight)
            || (response.ContentLength is { } length && length != body.Length)
            || freshness.SourcesOf(flight.DependsOn!, flight.Beginning) is not { } sources)
        {
            flight.IsKnownToReader = response.StatusCode == StatusCodes.Status304NotModified;
            GiveUp(flight);
            await body.PassOnAsync(context.RequestAborted);
            return;
        }

        var answer = new CachedAnswer(
            flight.Key, body.ToArray(), HeadersFor(context), TextEncodings.IsCompressed(response, (int)body.Length), sources, flight.Beginning.At, flight.Beginning.Quarter);
        store.Put(answer);
        flight.Land(answer);
        await AnswerReaderAsync(context, answer, ifNoneMatch);
    }

    /// <summary>The first reader's answer goes on as it came, through the compression.</summary>
    private static async Task AnswerReaderAsync(HttpContext context, CachedAnswer answer, StringValues ifNoneMatch)
    {
        if (answer.IsHeldBy(ifNoneMatch))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.ContentType = null;
            context.Response.ContentLength = null;
            return;
        }

        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private void GiveUp(Flight flight)
    {
        // The reader had it already: it is of the kind that is kept all the same.
        if (!flight.HasLanded)
            marks.Add(flight.Key, passesBy: flight.DependsOn is null || !flight.IsKnownToReader);
        flight.Land(null);
    }

    private bool IsKept(HttpContext context, Flight flight)
    {
        var response = context.Response;
        var headers = response.Headers;
        return response.StatusCode == StatusCodes.Status200OK
            && flight.DependsOn is not null
            && headers.SetCookie.Count == 0
            && headers.ContentEncoding.Count == 0
            && headers.ContentRange.Count == 0
            && headers.Trailer.Count == 0
            && !(response.ContentLength > settings.LargestAnswer)
            && !IsPrivate(headers.CacheControl)
            && headers.Vary.All(IsCovered);
    }

    private static bool IsPrivate(StringValues cacheControl) =>
        cacheControl.Any(value => value!.Contains("private", StringComparison.OrdinalIgnoreCase) || value.Contains("no-store", StringComparison.OrdinalIgnoreCase));

    private static bool IsCovered(string? vary) =>
        vary!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(Covered.Contains);

    /// <summary>With the headers that every answer of this address carries.</summary>
    private static List<KeyValuePair<string, StringValues>> HeadersFor(HttpContext context)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in context.Response.Headers)
        {
            if (!NotKept.Contains(name))
                headers[name] = value;
        }

        SecurityHeaders.AddTo(headers, context.Request);
        return [.. headers];
    }
}
