using System.Net.Http.Headers;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>
/// JSON between systems is UTF-8 (RFC 8259 §8.1). A body that claims another charset is refused before it is read: to one that
/// does not exist the framework would answer 500.
/// </summary>
internal static class JsonCharset
{
    public static Task RefuseOthersAsync(HttpContext http, RequestDelegate next) =>
        IsOther(http.Request.ContentType)
            ? http.Problem(new Refusal("unsupported_media_type", StatusCodes.Status415UnsupportedMediaType)).ExecuteAsync(http)
            : next(http);

    private static bool IsOther(string? contentType) =>
        contentType is not null && contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true
        && type.CharSet is { } charset && !string.Equals(charset.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase);
}
