using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Gateway.Compression;

/// <summary>
/// Strong ETags differ by encoding: <c>"7"</c> compressed is <c>"7;br"</c>. Services know only their own, so the suffix is
/// taken off the conditions of requests, and put back on the 304 that answers one.
/// </summary>
internal sealed class EncodedValidators(RequestDelegate next)
{
    /// <summary>No ETag of a service contains a semicolon: they are numbers and hexadecimal digits.</summary>
    private static readonly string[] Suffixes = [";br\"", ";gzip\""];

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (Strip(headers, HeaderNames.IfRange))
        {
            // A part of the compressed answer cannot be had: the whole is sent.
            headers.Remove(HeaderNames.IfRange);
            headers.Remove(HeaderNames.Range);
        }

        Strip(headers, HeaderNames.IfMatch);
        var known = headers.IfNoneMatch;
        var isHeld = Strip(headers, HeaderNames.IfNoneMatch);
        context.Response.OnStarting(() =>
        {
            // No service compresses, so an encoding here is the gateway's own.
            if (context.Response.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding)
                Mark(context.Response.Headers, encoding);
            else if (isHeld && context.Response.StatusCode == StatusCodes.Status304NotModified)
                Restore(context.Response.Headers, known);
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>The services' own validators in a text with validators.</summary>
    public static string WithoutEncoding(string validators) =>
        Suffixes.Aggregate(validators, (text, suffix) => text.Replace(suffix, "\"", StringComparison.Ordinal));

    private static void Mark(IHeaderDictionary headers, string encoding)
    {
        var etag = headers.ETag.ToString();
        if (etag.EndsWith('"'))
            headers.ETag = $"{etag[..^1]};{encoding}\"";
    }

    private static bool Strip(IHeaderDictionary headers, string name)
    {
        if (!headers.TryGetValue(name, out var values) || !values.Any(value => Suffixes.Any(suffix => value!.Contains(suffix, StringComparison.Ordinal))))
            return false;
        headers[name] = values
            .Select(value => WithoutEncoding(value!))
            .ToArray();
        return true;
    }

    /// <summary>The tag that the caller holds: a 304 under another name would leave its copy without a valid one.</summary>
    private static void Restore(IHeaderDictionary headers, StringValues known)
    {
        var etag = headers.ETag.ToString();
        if (!etag.EndsWith('"'))
            return;
        var held = known.ToString();
        var opaque = etag[etag.IndexOf('"', StringComparison.Ordinal)..^1];
        if (Suffixes.FirstOrDefault(suffix => held.Contains(opaque + suffix, StringComparison.Ordinal)) is { } encoding)
        {
            headers.ETag = etag[..^1] + encoding;
            headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        }
    }
}
