using Microsoft.AspNetCore.Http.HttpResults;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Operation;

public static class ProcessReportEndpoint
{
    /// <summary>For processes without an API of their own: asked by the portal, with the secret of the instance's processes.</summary>
    public static void MapProcessReport(this WebApplication app) => app.MapInternal()
        .MapGet("/operation", async Task<Ok<ProcessReport>> (ProcessReporter reporter, CancellationToken cancellationToken) =>
            TypedResults.Ok(await reporter.ReadAsync(cancellationToken)));
}
