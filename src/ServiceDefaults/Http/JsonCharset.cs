using System.Net.Http.Headers;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// JSON between systems is UTF-8 (RFC 8259 §8.1). A body that claims another charset is refused before it is read: to one that
/// does not exist the framework would answer 500. So it would to <c>charset="utf-8"</c>, which is right (RFC 9110 §8.3.1).
/// </summary>
internal static class JsonCharset
{
    private const string Utf8 = "utf-8";

    public static Task RefuseOthersAsync(HttpContext http, RequestDelegate next)
    {
        if (Claimed(http.Request.ContentType) is not { CharSet: { } charset } type)
            return next(http);
        if (!string.Equals(charset.Trim('"'), Utf8, StringComparison.OrdinalIgnoreCase))
            return http.Problem(new Refusal("unsupported_media_type", StatusCodes.Status415UnsupportedMediaType)).ExecuteAsync(http);
        type.CharSet = Utf8;
        http.Request.ContentType = type.ToString();
        return next(http);
    }

    /// <summary>The type of a JSON body that names a charset, else null.</summary>
    private static MediaTypeHeaderValue? Claimed(string? contentType) =>
        contentType is not null && contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true
            ? type
            : null;
}
