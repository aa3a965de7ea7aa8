using System.Diagnostics;
using System.Globalization;
using System.Net.Mime;
using System.Text.Encodings.Web;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Gateway.Answers;

/// <summary>
/// What the gateway itself answers when it refuses: problem details for programs, for browsers a page that needs nothing of
/// the portal (which may be what is away).
/// </summary>
internal static class Answer
{
    /// <summary>Seconds. A restarted service answers within about this time.</summary>
    private const int UnavailableFor = 5;

    public static Task UnavailableAsync(HttpContext http, string code) =>
        WriteAsync(http, new Refusal(code, StatusCodes.Status503ServiceUnavailable), UnavailableFor);

    /// <summary>The refusal of a request that Kestrel found malformed, too large or too slow.</summary>
    public static Refusal RefusalOf(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new("request_too_large", bad.StatusCode),
        StatusCodes.Status408RequestTimeout => new("request_timeout", bad.StatusCode),
        _ => new("bad_request", bad.StatusCode),
    };

    public static async Task WriteAsync(HttpContext http, Refusal refusal, int? retryAfterSeconds = null)
    {
        if (SecurityLog.IsOne(refusal.Status))
            http.RequestServices.GetRequiredService<SecurityLog>().Refused(refusal.Code, refusal.Status, http.Request.Method, Place(http.Request.Path), null);
        http.Response.Clear();
        if (retryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.CacheControl = "no-store";
        if (!WantsPage(http.Request))
        {
            await http.Problem(refusal).ExecuteAsync(http);
            return;
        }

        http.Response.StatusCode = refusal.Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(Page(http.RequestServices.GetRequiredService<MessageCatalog>(), refusal), http.RequestAborted);
    }

    /// <summary>The service, or "pages"; the rest of an address may be a link with its secret.</summary>
    private static string Place(PathString path) =>
        Owners.Subscribers.Keys.FirstOrDefault(service => path.StartsWithSegments("/api/" + service, StringComparison.OrdinalIgnoreCase)) ?? "pages";

    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);

    private static string Page(MessageCatalog texts, Refusal refusal)
    {
        string Text(string code, params object?[] args) => HtmlEncoder.Default.Encode(texts.Text(code, args));
        var trace = Activity.Current?.TraceId.ToString();
        return $"""
            <!DOCTYPE html>
            <html lang="{CultureInfo.CurrentUICulture.Name}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text("page_title")}</title>
            </head>
            <body>
            <main>
            <h1>{Text("page_title")}</h1>
            <p>{Text(refusal.Code, refusal.Args)}</p>
            <p><a href="/">{Text("page_back")}</a></p>
            {(trace is null ? "" : $"<p><small>{Text("page_trace", trace)}</small></p>")}
            </main>
            </body>
            </html>

            """;
    }
}
