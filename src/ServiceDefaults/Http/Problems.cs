using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>One reason inside a problem; <paramref name="Field"/> is a field name or a JSON pointer.</summary>
public sealed record ProblemReason(string Code, string? Field, string Detail);

/// <summary>Turns refusals into RFC 9457 problem details with a stable <c>code</c> and a list of reasons in <c>errors</c>.</summary>
public static class Problems
{
    public static ProblemHttpResult Problem(this HttpContext http, params Refusal[] refusals) => http.Problem((IReadOnlyList<Refusal>)refusals);

    public static ProblemHttpResult Problem(this HttpContext http, IReadOnlyList<Refusal> refusals) =>
        TypedResults.Problem(Details(http, refusals));

    public static ProblemHttpResult Problem<T>(this HttpContext http, Result<T> result) => http.Problem(result.Refusals);

    public static ProblemHttpResult Problem(this HttpContext http, Result result) => http.Problem(result.Refusals);

    public static ProblemDetails Details(HttpContext http, IReadOnlyList<Refusal> refusals)
    {
        var catalog = http.RequestServices.GetRequiredService<MessageCatalog>();
        var first = refusals[0];
        var one = refusals.Count == 1;
        var details = new ProblemDetails
        {
            Status = first.Status,
            Title = one ? catalog.Text(first.Code, first.Args) : catalog.Text("validation_failed"),
        };
        details.Extensions["code"] = one ? first.Code : "validation_failed";
        http.Features.Set(new RefusedWith(first.Code));
        if (!one || first.Field is not null)
        {
            details.Extensions["errors"] = refusals
                .Select(refusal => new ProblemReason(refusal.Code, refusal.Field, catalog.Text(refusal.Code, refusal.Args)))
                .ToArray();
        }

        Complete(details);
        return details;
    }

    /// <summary>Adds what every problem carries: its trace, so that a person can quote it to the operator.</summary>
    internal static void Complete(ProblemDetails details) =>
        details.Extensions["traceId"] = Activity.Current?.TraceId.ToString();

    /// <summary>The stable code of a status that the framework itself answered with.</summary>
    internal static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad_request",
        StatusCodes.Status401Unauthorized => "sign_in_required",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status412PreconditionFailed => "stale_version",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        StatusCodes.Status503ServiceUnavailable => "service_unavailable",
        _ => status >= 500 ? "unexpected_error" : "bad_request",
    };
}
