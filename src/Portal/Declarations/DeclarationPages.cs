using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Declarations;

internal static class DeclarationPages
{
    public static void MapDeclarations(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/participa/declaratoria", ["GET", "HEAD"], SignDeclaration.ShowAsync);
        pages.MapPost("/participa/declaratoria/firmas/{id:guid}", SignDeclaration.SignAsync).WithMetadata(new PersonalPage());
        pages.MapMethods("/participa/sensibilizacion", ["GET", "HEAD"], AwarenessDesk.ShowAsync);

        var staff = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOrOffice>();
        staff.MapGet("/declaratoria", DeclarationDesk.ShowAsync);
        staff.MapPost("/declaratoria", DeclarationDesk.SaveAsync);
        staff.MapPost("/declaratoria/documento", DeclarationDesk.AddDocumentAsync);
        staff.MapPost("/declaratoria/documento/quitar", DeclarationDesk.RemoveDocumentAsync);
        staff.MapPost("/declaratoria/{id:guid}/abrir", DeclarationDesk.OpenAsync);
        staff.MapPost("/declaratoria/{id:guid}/firmada", DeclarationDesk.AddSignedAsync);
        staff.MapPost("/declaratoria/firmantes/{id:guid}/papel", DeclarationDesk.RecordPaperAsync);
        staff.MapPost("/declaratoria/firmantes/{id:guid}/quitar", DeclarationDesk.StrikeAsync);
        staff.MapGet("/sensibilizacion", AwarenessDesk.DeskAsync);
        staff.MapPost("/sensibilizacion", AwarenessDesk.PlanAsync);
        staff.MapGet("/sensibilizacion/{id:guid}", AwarenessDesk.OneAsync);
        staff.MapPost("/sensibilizacion/{id:guid}/asistencia", AwarenessDesk.AttendAsync);
        staff.MapPost("/sensibilizacion/{id:guid}/cancelar", AwarenessDesk.CancelAsync);
    }
}
