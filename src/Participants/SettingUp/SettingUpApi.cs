using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Staffing;

namespace OpenGov.Participants.SettingUp;

/// <summary>How far the first start has come.</summary>
public sealed record SetUpProgress(bool AdministratorExists, bool InstanceConfigured);

public static class SettingUpApi
{
    public static void MapSettingUp(this IEndpointRouteBuilder api)
    {
        var setUp = api.MapGroup("/set-up").WithTags("Set-up").NeverStored();
        setUp.MapGet("", Progress).WithSummary("What of the set-up is done.");
        setUp.MapPost("/administrator", CreateFirstAdministrator.Handle).ProducesProblem(403).ProducesProblem(409).WithSummary("Makes the first administrator with the key of the set-up link.");
        setUp.MapPut("/instance", ConfigureInstance.Handle).ProducesProblem(409).ProducesProblem(422).RequireStaff(StaffRole.Administrator).WithSummary("State, guarantor, address and look.");
    }

    private static async Task<Ok<SetUpProgress>> Progress(ParticipantsDb db, CancellationToken cancellationToken) => TypedResults.Ok(
        new SetUpProgress(await FirstStart.HasAdministratorAsync(db, cancellationToken), await db.Instances.AnyAsync(cancellationToken)));
}
