using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Directory;

internal static class DirectoryPages
{
    public static void MapDirectory(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/participa/directorio", ["GET", "HEAD"], ShowDirectory.ListAsync);
        pages.MapMethods("/participa/directorio/{id:guid}", ["GET", "HEAD"], ShowDirectory.OneAsync);
        var staff = pages.MapGroup("/administracion/organizaciones").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("/importar", ImportOrganisations.Show);
        staff.MapPost("/importar", ImportOrganisations.PreviewAsync);
        staff.MapPost("/importar/{id:guid}", ImportOrganisations.ApplyAsync);
        staff.MapGet("/{id:guid}/sucesion", Succession.ShowAsync);
        staff.MapPost("/{id:guid}/sucesion", Succession.HandleAsync);
        staff.MapPost("/{id:guid}/sucesion/deshacer", Succession.UndoAsync);
    }
}
