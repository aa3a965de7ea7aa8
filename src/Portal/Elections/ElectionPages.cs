using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Elections;

internal static class ElectionPages
{
    public static void MapElections(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/secretariado/{id:guid}/elecciones", ["GET", "HEAD"], ShowElections.ListAsync);
        pages.MapMethods("/elecciones/{id:guid}", ["GET", "HEAD"], ShowElections.OneAsync);
        pages.MapMethods("/elecciones/{id:guid}/padron", ["GET", "HEAD"], ShowElections.RollAsync);

        var own = pages.MapGroup("/elecciones/{id:guid}/papeleta").WithMetadata(new PersonalPage());
        own.MapGet("", OwnPapers.ShowAsync);
        own.MapPost("", OwnPapers.VoteAsync);

        var staff = pages.MapGroup("/administracion/secretariado/{id:guid}/elecciones").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("", ElectionDesk.ShowAsync);
        staff.MapPost("", ElectionDesk.CallAsync);
        staff.MapPost("/{election:guid}/proclamacion", ElectionDesk.ProclaimAsync);
        staff.MapPost("/{election:guid}/cancelacion", ElectionDesk.CancelAsync);
    }
}
