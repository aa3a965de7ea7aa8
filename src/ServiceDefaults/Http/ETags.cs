using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>Versions as strong ETags: <c>If-None-Match</c> answers 304, <c>If-Match</c> guards writes (412, 428).</summary>
public static class ETags
{
    public static EntityTagHeaderValue Of(int version) => new($"\"{version.ToString(CultureInfo.InvariantCulture)}\"");

    public static EntityTagHeaderValue Of(string opaque) => new($"\"{opaque}\"");

    /// <summary>Sets the ETag and says whether the caller already has this version (then answer 304).</summary>
    public static bool IsNotModified(this HttpContext http, EntityTagHeaderValue etag)
    {
        http.Response.GetTypedHeaders().ETag = etag;
        var known = http.Request.GetTypedHeaders().IfNoneMatch;
        return known is { Count: > 0 } && known.Any(tag => tag.Compare(etag, useStrongComparison: false) || tag.Equals(EntityTagHeaderValue.Any));
    }

    /// <summary>428 where <c>If-Match</c> is missing, 412 where it names another version, otherwise nothing to refuse.</summary>
    public static Result RequireMatch(this HttpContext http, int version)
    {
        var asked = http.Request.GetTypedHeaders().IfMatch;
        if (asked is not { Count: > 0 })
            return new Refusal("precondition_required", StatusCodes.Status428PreconditionRequired);
        return asked.Any(tag => tag.Compare(Of(version), useStrongComparison: true))
            ? Result.Done
            : new Refusal("stale_version", StatusCodes.Status412PreconditionFailed);
    }
}
