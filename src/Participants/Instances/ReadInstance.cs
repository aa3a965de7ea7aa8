using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Instances;

public sealed record GuarantorView(Guid Id, string Name, string? Acronym, OrganisationKind Kind);

/// <summary>What every page needs to know. Before the set-up only <paramref name="Configured"/> (false) and the defaults.</summary>
public sealed record InstanceView(
    bool Configured,
    string? CveEnt,
    string? Iso,
    string? StateName,
    string? Name,
    GuarantorView? Guarantor,
    string PublicAddress,
    Theme Theme,
    bool HasLogo,
    IReadOnlyList<string> Languages,
    bool ExampleData);

public static class ReadInstance
{
    /// <summary>A dark teal (7.6:1 against white) and a warm accent, until a state chooses its own.</summary>
    private static readonly Theme Neutral = new("#1f5a5b", "#b8862f");

    public static async Task<Results<Ok<InstanceView>, StatusCodeHttpResult>> Handle(
        HttpContext http, ParticipantsDb db, PublicAddress address, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-cache";
        var row = await (
            from instance in db.Instances.AsNoTracking()
            join guarantor in db.Organisations.AsNoTracking() on instance.GuarantorId equals guarantor.Id
            select new { Instance = instance, Guarantor = guarantor, HasLogo = db.Logos.Any(logo => logo.InstanceId == instance.Id) })
            .SingleOrDefaultAsync(cancellationToken);
        if (http.IsNotModified(ETags.Of(row?.Instance.Version ?? 0)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(row is null
            ? new InstanceView(false, null, null, null, null, null, await address.GetAsync(cancellationToken), Neutral, false, ["es-MX"], false)
            : View(row.Instance, row.Guarantor, row.HasLogo));
    }

    internal static InstanceView View(Instance instance, Organisations.Organisation guarantor, bool hasLogo) => new(
        true, instance.CveEnt, instance.State.Iso, instance.State.CommonName, instance.Name,
        new GuarantorView(guarantor.Id, guarantor.Name, guarantor.Acronym, guarantor.Kind),
        instance.Address, new Theme(instance.PrimaryColour, instance.AccentColour), hasLogo, instance.Languages, instance.ExampleData);
}
