using System.Globalization;
using Microsoft.Net.Http.Headers;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans;

/// <summary>
/// ETags of pages that show more than one row: the version of the thing that can be written comes first, then what else the
/// representation depends on, <c>"12.3.20261121"</c>. A write is guarded by the first part alone: that the day has changed
/// since a page was read is no reason to refuse it.
/// </summary>
internal static class VersionTag
{
    public static EntityTagHeaderValue Of(int version, params ReadOnlySpan<object> parts)
    {
        var text = version.ToString(CultureInfo.InvariantCulture);
        foreach (var part in parts)
            text += "." + (part is DateOnly day ? day.ToString("yyyyMMdd", CultureInfo.InvariantCulture) : Convert.ToString(part, CultureInfo.InvariantCulture));
        return ETags.Of(text);
    }

    /// <summary>428 without <c>If-Match</c>, 412 where it names another version.</summary>
    public static Result RequireVersion(this HttpContext http, int version)
    {
        var asked = http.Request.GetTypedHeaders().IfMatch;
        if (asked is not { Count: > 0 })
            return new Refusal("precondition_required", StatusCodes.Status428PreconditionRequired);
        var first = version.ToString(CultureInfo.InvariantCulture);
        return asked.Any(tag => !tag.IsWeak && tag.Tag.AsSpan().Trim('"').ToString().Split('.')[0] == first)
            ? Result.Done
            : new Refusal("stale_version", StatusCodes.Status412PreconditionFailed);
    }
}
