using OpenGov.Portal.Http;

namespace OpenGov.Portal.Errors;

/// <summary>An exception in a page becomes a page in the portal's look; its trace id is all that it tells.</summary>
internal sealed class ErrorPages(RequestDelegate next, ILogger<ErrorPages> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception failure) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted && IsPage(http))
        {
            if (failure is BadHttpRequestException bad)
            {
                http.Response.Clear();
                await Pages.Of<BadRequestPage>(new BadRequestModel(bad.StatusCode), bad.StatusCode).ExecuteAsync(http);
                return;
            }

            log.LogError(failure, "Page failed");
            http.Response.Clear();
            http.Response.Headers.CacheControl = "no-store";
            await Pages.Of<ErrorPage>(StatusCodes.Status500InternalServerError).ExecuteAsync(http);
        }
    }

    private static bool IsPage(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null;
}

public sealed record BadRequestModel(int Status);
