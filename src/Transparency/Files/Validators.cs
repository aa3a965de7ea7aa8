using Microsoft.Net.Http.Headers;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Files;

/// <summary>Validators and cache rules of open data.</summary>
internal static class Validators
{
    /// <summary>
    /// Sets ETag, Last-Modified and the cache rule, and says whether the caller already has this version (then answer 304).
    /// <c>If-None-Match</c> decides where it is sent (RFC 9110 §13.2.2).
    /// </summary>
    public static bool IsNotModified(this HttpContext http, DatasetState state, EntityTagHeaderValue etag)
    {
        // Stored by caches, and asked for again each time: a report is in the open data at once.
        http.Response.Headers.CacheControl = "public, no-cache";
        http.Response.GetTypedHeaders().LastModified = state.Modified;
        if (http.IsNotModified(etag))
            return true;

        var request = http.Request.GetTypedHeaders();
        if (request.IfNoneMatch.Count > 0 || request.IfModifiedSince is not { } since)
            return false;
        var modified = DateTimeOffset.FromUnixTimeSeconds(state.Modified.ToUnixTimeSeconds());
        return state.ModifiedShared ? since > modified : since >= modified;
    }
}
