using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.Portal.Account;
using OpenGov.Portal.Errors;

namespace OpenGov.Portal.Http;

/// <summary>Marks an endpoint as a page for people: it gets the instance, the session, validators and error pages in HTML.</summary>
internal sealed class PageMetadata
{
    public static readonly PageMetadata Page = new();
}

/// <summary>The results of page handlers.</summary>
internal static class Pages
{
    /// <summary>Renders a page component with its one parameter <c>Model</c>.</summary>
    public static RazorComponentResult<TPage> Of<TPage>(object model, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal) { ["Model"] = model }) { StatusCode = status, PreventStreamingRendering = true };

    public static RazorComponentResult<TPage> Of<TPage>(int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new() { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>Post/Redirect/Get: the browser goes on with a GET that can be reloaded.</summary>
    public static IResult See(string address) => new SeeOther(address);

    public static IResult NotFound(HttpContext http)
    {
        _ = http;
        return Of<NotFoundPage>(StatusCodes.Status404NotFound);
    }

    public static IResult Unavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "5";
        return Of<UnavailablePage>(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The page for an answer that leaves nothing to show: away, not found, not signed in, not allowed.</summary>
    public static IResult For<T>(HttpContext http, Answer<T> answer) => answer switch
    {
        { MustSignIn: true } => SignInFirst(http),
        { Problem.Code: "second_step_required" } => See(SecondFactor.Address),
        { Forbidden: true } => Of<ForbiddenPage>(StatusCodes.Status403Forbidden),
        { Away: true } => Unavailable(http),
        _ => NotFound(http),
    };

    /// <summary>Sends an anonymous reader to sign in, and back to where they were going.</summary>
    public static IResult SignInFirst(HttpContext http) =>
        See($"/cuenta/entrar?{ReturnPath.Parameter}={Uri.EscapeDataString(http.Request.Path + (HttpMethods.IsGet(http.Request.Method) ? http.Request.QueryString : default))}");

    private sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }
}
