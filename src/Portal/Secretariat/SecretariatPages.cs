using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;
using OpenGov.Portal.Minutes;

namespace OpenGov.Portal.Secretariat;

internal static class SecretariatPages
{
    public static void MapSecretariat(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/secretariado", ["GET", "HEAD"], ShowSecretariat.FirstAsync);
        pages.MapMethods("/secretariado/{id:guid}", ["GET", "HEAD"], ShowSecretariat.OneAsync);
        pages.MapMethods("/secretariados", ["GET", "HEAD"], ShowSecretariat.AllAsync);
        pages.MapMethods("/secretariado/{id:guid}/acta-de-instalacion", ["GET", "HEAD"], ShowSecretariat.ActAsync);
        pages.MapMethods("/secretariado/{id:guid}/votos", ["GET", "HEAD"], ShowRegisters.VotesAsync);
        pages.MapMethods("/secretariado/{id:guid}/asistencia", ["GET", "HEAD"], ShowRegisters.AttendanceAsync);
        pages.MapMethods("/sesiones", ["GET", "HEAD"], ShowSessions.ListAsync);
        pages.MapMethods("/sesiones/{id:guid}", ["GET", "HEAD"], ShowSessions.OneAsync);
        pages.MapMethods("/sesiones/{id:guid}/cambios", ["GET", "HEAD"], ShowSessions.ChangesAsync);
        pages.MapMethods("/sesiones.ics", ["GET", "HEAD"], SessionCalendar.AllAsync);
        pages.MapMethods("/sesiones/{id:guid}.ics", ["GET", "HEAD"], SessionCalendar.OneAsync);
        pages.MapMethods("/sesiones/{id:guid}/acta", ["GET", "HEAD"], ShowMinutes.OneAsync);
        pages.MapMethods("/acuerdos", ["GET", "HEAD"], ShowSessions.ResolutionsAsync);
        pages.MapMethods("/acuerdos/{id:guid}", ["GET", "HEAD"], ShowSessions.ResolutionAsync);

        var own = pages.MapGroup("/sesiones/{id:guid}/mi-asiento").WithMetadata(new PersonalPage());
        own.MapGet("", OwnSeatDesk.ShowAsync);
        own.MapPost("/asistencia", OwnSeatDesk.ComeAsync);
        own.MapPost("/salida", OwnSeatDesk.LeaveAsync);
        own.MapPost("/votos/{motion:guid}", OwnSeatDesk.VoteAsync);

        var staff = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("/secretariado", ComposeSecretariat.ListAsync);
        staff.MapPost("/secretariado", ComposeSecretariat.FormAsync);
        staff.MapGet("/secretariado/{id:guid}", ComposeSecretariat.ShowAsync);
        staff.MapGet("/secretariado/{id:guid}/periodos", ShowSecretariat.AlertsAsync);
        staff.MapPost("/secretariado/{id:guid}/{act}", ComposeSecretariat.ActAsync);

        var running = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOrOffice>();
        running.MapGet("/secretariado/{id:guid}/convocar", ConveneDesk.ShowAsync);
        running.MapPost("/secretariado/{id:guid}/convocar", ConveneDesk.ConveneAsync);
        running.MapGet("/sesiones/{id:guid}", RunSession.ShowAsync);
        running.MapPost("/sesiones/{id:guid}/{act}", RunSession.ActAsync);
        running.MapPost("/sesiones/{id:guid}/documentos", RunSession.AttachAsync);
        running.MapGet("/sesiones/{id:guid}/acta", MinutesDesk.ShowAsync);
        running.MapPost("/sesiones/{id:guid}/acta", MinutesDesk.CorrectAsync);
        running.MapGet("/secretariado/{id:guid}/acuerdos", FollowUpDesk.ListAsync);
        running.MapGet("/acuerdos/{id:guid}", FollowUpDesk.ShowAsync);
        running.MapPost("/acuerdos/{id:guid}", FollowUpDesk.TellAsync);
    }
}
