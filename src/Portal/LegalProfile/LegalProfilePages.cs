using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.LegalProfile;

internal static class LegalProfilePages
{
    public static void MapLegalProfile(this RouteGroupBuilder pages)
    {
        var staff = pages.MapGroup("/administracion/perfil-legal").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("", LegalProfileDesk.ShowAsync);
        staff.MapPost("", LegalProfileDesk.CompareAsync);
        staff.MapPost("/adoptar", LegalProfileDesk.AdoptAsync);
        staff.MapGet("/{id:guid}/retirar", WithdrawProfile.ShowAsync);
        staff.MapPost("/{id:guid}/retirar", WithdrawProfile.HandleAsync);
    }
}
