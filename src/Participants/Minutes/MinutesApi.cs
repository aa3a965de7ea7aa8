using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Caching;

namespace OpenGov.Participants.Minutes;

internal static class MinutesApi
{
    public static void AddMinutes(this IServiceCollection services) => services.AddScoped<MinutesDesk>();

    public static void MapMinutes(this ModelBuilder model)
    {
        model.Entity<SessionMinutes>(minutes =>
        {
            minutes.ToTable("session_minutes").Ignore(row => row.Last);
            minutes.HasOne<SecretariatSession>().WithMany().HasForeignKey(row => row.SessionId);
            // The resolution is stored before the minutes that it approves.
            minutes.HasOne<Resolution>().WithMany().HasForeignKey(row => row.ResolutionId);
            minutes.HasMany(row => row.Versions).WithOne().HasForeignKey(row => row.MinutesId);
        });
        model.Entity<MinutesVersion>().ToTable("minutes_version").Property(row => row.Id).ValueGeneratedNever();
    }

    public static void MapMinutes(this IEndpointRouteBuilder api)
    {
        api.MapGet("/secretariats/{id:guid}/minutes", ReadMinutes.Of).DependsOnStateOnly().WithTags("Minutes").ProducesProblem(404).WithSummary("Minutes of its sessions, the latest first.");
        var minutes = api.MapGroup("/secretariat-sessions/{id:guid}/minutes").WithTags("Minutes");
        minutes.MapGet("", ReadMinutes.One).DependsOnStateOnly().Produces(304).ProducesProblem(404).WithSummary("The minutes of a session: versions, corrections, approval.");
        minutes.MapGet("/versions/{number:int}", ReadMinutes.Version).DependsOnStateOnly().Produces<MinutesContent>().Produces(304).ProducesProblem(404)
            .WithSummary("One version, byte for byte as it was hashed.");
        var writing = minutes.MapGroup("").RequireStaffOrOffice(OfficeOf.Session).ProducesProblem(404).ProducesProblem(409);
        writing.MapPost("", CorrectMinutes.WriteSoFar).WithSummary("Writes down what has happened so far in a session that is open.");
        writing.MapPost("/corrections", CorrectMinutes.Handle).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428).WithSummary("Corrects minutes that are not approved yet; If-Match.");
    }
}
