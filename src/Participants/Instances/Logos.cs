using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Instances;

public static class Logos
{
    public static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Read(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var sha256 = await db.Logos.Select(logo => logo.Sha256).SingleOrDefaultAsync(cancellationToken);
        if (sha256 is null)
            return http.Problem(Refusal.NotFound());
        http.Response.Headers.CacheControl = "public, max-age=300";
        if (http.IsNotModified(ETags.Of(sha256)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var logo = await db.Logos.AsNoTracking().SingleAsync(cancellationToken);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.GetTypedHeaders().ETag = ETags.Of(logo.Sha256);
        return TypedResults.File(logo.Content, logo.MediaType);
    }

    /// <summary>The body is the file. PNG, JPEG or WebP, at most 200 KB.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> Put(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var content = await ReadBodyAsync(http.Request.Body, cancellationToken);
        await using var work = await db.BeginAsync(RuleLock.InstanceSettings, cancellationToken);
        var instance = await db.Instances.SingleOrDefaultAsync(cancellationToken);
        if (instance is null)
            return http.Problem(Refusal.Conflict("instance_not_configured"));

        var logo = await db.Logos.SingleOrDefaultAsync(cancellationToken);
        var before = logo?.Sha256;
        if (logo is null)
        {
            var made = InstanceLogo.Of(instance.Id, content);
            if (made.IsRefused)
                return http.Problem(made);
            logo = made.Value;
            db.Add(logo);
        }
        else if (logo.Replace(content) is { IsRefused: true } refused)
        {
            return http.Problem(refused);
        }

        // The instance's representation says whether there is a logo: its ETag moves with it.
        instance.Touch();
        db.Update(instance);
        db.Audit(http.RequireAccount().AccountId, "logo_changed", "instance", instance.Id, new { Sha256 = before }, new { logo.Sha256 });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(logo.Sha256);
        return TypedResults.NoContent();
    }

    /// <summary>At most one byte more than is allowed, however much is sent.</summary>
    private static async Task<byte[]> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[InstanceLogo.MaxSize + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }
}
