using Microsoft.AspNetCore.Mvc;
using Npgsql;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Files;

namespace OpenGov.ActionPlans.EvidenceFiles;

internal static class EvidenceFilesApi
{
    public static void AddEvidenceFiles(this IServiceCollection services)
    {
        services.AddSingleton(provider => new FileStore(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>(), "evidence_file"));
        services.AddSingleton<OrphanFiles>().AddHostedService(provider => provider.GetRequiredService<OrphanFiles>());
    }

    public static void MapEvidenceFiles(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/action-plans/v1/evidence-files").WithTags("Evidence files");
        // One chunk more than the limit, so that the handler and not the server says why.
        group.MapPost("", UploadFile.Handle).RequireAuthorization().MayRefuse(400, 401, 403, 409, 413).WithMetadata(new RequestSizeLimitAttribute(UploadFile.MaxBytes + (512 * 1024)))
            .WithSummary("Uploads a file (raw bytes, at most 25 MB) for a later report");
        group.MapGet("/{id:guid}", (Guid id, FileStore files, HttpContext http, CancellationToken cancellationToken) => files.SendAsync(id, http, cancellationToken)).DependsOnStateOnly().Produces<Stream>(200, "application/octet-stream").Validated().MayRefuse(404).WithSummary("A file that a report carries");
    }
}
