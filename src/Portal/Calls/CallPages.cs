using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Calls;

internal static class CallPages
{
    public static void MapCalls(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/participa/convocatorias", ["GET", "HEAD"], ShowCalls.ListAsync);
        pages.MapMethods("/participa/convocatorias/{number:int}", ["GET", "HEAD"], ShowCalls.OneAsync);
        pages.MapPost("/participa/convocatorias/{number:int}/solicitud", ShowCalls.ApplyAsync).WithMetadata(new PersonalPage());

        var own = pages.MapGroup("/cuenta/convocatorias").WithMetadata(new PersonalPage());
        own.MapGet("", ShowCalls.OwnAsync);
        own.MapPost("/{id:guid}/retirar", ShowCalls.WithdrawAsync);
        own.MapGet("/{id:guid}", WriteApplication.ShowAsync);
        own.MapPost("/{id:guid}", WriteApplication.HandleAsync);
        own.MapPost("/{id:guid}/descartar", WriteApplication.DiscardAsync);

        var staff = pages.MapGroup("/administracion/convocatorias").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOrOffice>();
        staff.MapGet("", CallDesk.ListAsync);
        staff.MapGet("/nueva", CallDesk.ShowNew);
        staff.MapPost("/nueva", CallDesk.DraftAsync);
        staff.MapGet("/{id:guid}", CallDesk.ShowAsync);
        staff.MapPost("/{id:guid}", CallDesk.RewriteAsync);
        staff.MapPost("/{id:guid}/documentos", CallDesk.AddDocumentAsync);
        staff.MapPost("/{id:guid}/publicar", CallDesk.PublishAsync);
        staff.MapPost("/{id:guid}/descartar", CallDesk.DiscardAsync);
        staff.MapPost("/{id:guid}/modificar", CallDesk.AmendAsync);
        staff.MapPost("/{id:guid}/cancelar", CallDesk.CancelAsync);
        staff.MapPost("/{id:guid}/resultados", CallDesk.ResolveAsync);
        staff.MapGet("/{id:guid}/en-nombre", RecordApplication.ShowAsync);
        staff.MapPost("/{id:guid}/en-nombre", RecordApplication.HandleAsync);
        staff.MapPost("/{id:guid}/en-nombre/buscar", RecordApplication.SearchAsync);
        staff.MapGet("/{id:guid}/solicitudes/{application:guid}/documentos", WriteApplication.ShowRecordedAsync);
        staff.MapPost("/{id:guid}/solicitudes/{application:guid}/documentos", WriteApplication.HandleRecordedAsync);
        staff.MapPost("/{id:guid}/solicitudes/{application:guid}/documentos/descartar", WriteApplication.DiscardRecordedAsync);
        staff.MapPost("/{id:guid}/solicitudes/{application:guid}/completar", RecordApplication.CompleteAsync);
        staff.MapPost("/{id:guid}/solicitudes/{application:guid}/retirar", RecordApplication.WithdrawAsync);
        staff.MapPost("/{id:guid}/solicitudes/{application:guid}", CallDesk.DecideAsync);
        staff.MapPost("/{id:guid}/solicitudes/{application:guid}/prevencion", CallDesk.PreventAsync);
    }
}
