using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using OpenGov.Portal.Forms;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Portal.Http;

/// <summary>
/// Gives every page of an anonymous reader a strong ETag over its bytes and answers 304; pages of a signed-in reader and
/// answers to forms are never stored. A page is rendered whole before it is sent: a failure while rendering becomes an error
/// page instead of half a page.
/// </summary>
internal sealed class ConditionalPages(RequestDelegate next)
{
    private static readonly byte[] KeyField = System.Text.Encoding.UTF8.GetBytes($"name=\"{FormState.KeyField}\"");

    public async Task InvokeAsync(HttpContext http, PageSources sources)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is null)
        {
            await next(http);
            return;
        }

        var response = http.Response;
        var socket = response.Body;
        using var page = new MemoryStream();
        response.Body = page;
        try
        {
            await next(http);
        }
        finally
        {
            response.Body = socket;
        }

        // Meant for blazor.web.js, which the portal does not use.
        response.Headers.Remove("blazor-enhanced-nav");

        if (!response.Headers.ContainsKey(HeaderNames.CacheControl))
            response.Headers.CacheControl = IsPublic(http) ? "public, max-age=0, must-revalidate" : "private, no-store";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Cookie);

        var bytes = page.GetBuffer().AsMemory(0, (int)page.Length);
        if (IsPublic(http) && response.StatusCode == StatusCodes.Status200OK && !HasKey(bytes.Span)
            && sources.DependsOn is { } dependsOn)
        {
            response.Headers[PublicReads.Header] = dependsOn;
        }

        if (IsPublic(http) && response.StatusCode == StatusCodes.Status200OK && http.IsNotModified(ETagOf(bytes.Span)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentType = null;
            return;
        }

        if (bytes.Length > 0)
            response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await socket.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>
    /// Whether a form's one-time key is in the page, wherever it came from: a page that is kept would give the same key to
    /// everybody. Texts of people cannot look like it, their quotes are encoded.
    /// </summary>
    internal static bool HasKey(ReadOnlySpan<byte> page) => page.IndexOf(KeyField) >= 0;

    internal static EntityTagHeaderValue ETagOf(ReadOnlySpan<byte> body) => ETags.Of(Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, 18)));

    /// <summary>A read by nobody in particular, whose answer sets no cookie. The gateway marks a session that nobody could check.</summary>
    internal static bool IsPublic(HttpContext http) =>
        (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        && http.Request.Headers.Authorization.Count == 0
        && http.Request.Headers["OpenGov-Session"].Count == 0
        && !http.Response.Headers.ContainsKey(HeaderNames.SetCookie)
        && http.GetEndpoint()?.Metadata.GetMetadata<PersonalPage>() is null;
}

/// <summary>A page that is about one person even when nobody is signed in (set-up, sign-in, confirmation links).</summary>
internal sealed class PersonalPage;
