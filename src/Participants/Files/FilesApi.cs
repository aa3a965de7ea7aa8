using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Files;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Files;

internal static class FilesApi
{
    public const long MaxBytes = 25 * 1024 * 1024;

    /// <summary>Long enough to write a call on two days, short enough that nobody uses us as a store.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static void AddFiles(this IServiceCollection services) => services.AddSingleton(
        provider => new FileStore(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>(), "stored_file"));

    public static void MapFiles(this ModelBuilder model) => model.Entity<UploadedDocument>().ToTable("stored_file");

    public static void MapFiles(this IEndpointRouteBuilder api)
    {
        var files = api.MapGroup("/files").WithTags("Files");
        // One chunk more than the limit, so that the handler and not the server says why.
        files.MapPost("", Upload).RequireStaffOrOffice(OfficeOf.Any).WithMetadata(new RequestSizeLimitAttribute(MaxBytes + (512 * 1024)))
            .ProducesProblem(413).WithSummary("Uploads a file (raw bytes, at most 25 MB) for a call, a declaration or a session.");
        files.MapGet("/{id:guid}", Download).DependsOnStateOnly().Produces<Stream>(200, "application/octet-stream").Produces(304).ProducesProblem(404)
            .WithSummary("A file that a published call, a declaration or a session carries.");
    }

    /// <summary>Removes what nothing took.</summary>
    public static Task<int> RemoveUnusedAsync(FileStore files, DateTimeOffset now, CancellationToken cancellationToken) => files.RemoveUnusedAsync(now - Lifetime, cancellationToken);

    private static async Task<Results<Created<StoredFile>, ProblemHttpResult>> Upload(string? fileName, FileStore files, HttpContext http, CancellationToken cancellationToken)
    {
        if (FileNames.Clean(fileName) is not { } name)
            return http.Problem(Refusal.Invalid("fileName", "file_name_invalid"));
        var tooLarge = new Refusal("file_too_large", StatusCodes.Status413PayloadTooLarge, null, MaxBytes / 1024 / 1024);
        if (http.Request.ContentLength > MaxBytes)
            return http.Problem(tooLarge);
        var received = await files.ReceiveAsync(http.RequireAccount().AccountId, name, http.Request.Body, MaxBytes, tooLarge, Refusal.Invalid("", "file_empty"), cancellationToken);
        return received.IsRefused ? http.Problem(received) : TypedResults.Created($"/api/participants/v1/files/{received.Value.Id}", received.Value);
    }

    /// <summary>Attached to something public: a draft's documents are nobody's yet.</summary>
    private static async Task<IResult> Download(Guid id, ParticipantsDb db, FileStore files, HttpContext http, CancellationToken cancellationToken)
    {
        var isPublic = await db.CallDocuments.AnyAsync(document => document.FileId == id && db.OpenCalls.Any(call => call.Id == document.CallId && call.PublishedAt != null), cancellationToken)
            || await db.JointDeclarations.AnyAsync(declaration => (declaration.DocumentId == id && declaration.OpenedAt != null) || declaration.SignedDocumentId == id, cancellationToken)
            || await db.SessionDocuments.AnyAsync(document => document.FileId == id, cancellationToken);
        return isPublic ? await files.SendAsync(id, http, cancellationToken) : http.Problem(Refusal.NotFound());
    }
}
