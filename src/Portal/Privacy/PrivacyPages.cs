using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

internal static class PrivacyPages
{
    public static void MapPrivacy(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/privacidad", ["GET", "HEAD"], ShowNotice.CurrentAsync);
        pages.MapMethods("/privacidad/avisos/{id:guid}", ["GET", "HEAD"], ShowNotice.VersionAsync);

        var own = pages.MapGroup("/cuenta").WithMetadata(new PersonalPage());
        own.MapGet("/privacidad", MyPrivacy.ShowAsync);
        own.MapPost("/privacidad/consentimientos/{kind}", MyPrivacy.ConsentAsync);
        own.MapPost("/privacidad/derechos", MyPrivacy.AskAsync);
        own.MapGet("/privacidad/mis-datos.zip", MyPrivacy.DownloadAsync);
        own.MapGet("/derechos/{id:guid}", MyPrivacy.RequestAsync);
        own.MapPost("/derechos/{id:guid}/{act}", MyPrivacy.ActAsync);
        // The notice names this address.
        pages.MapGet("/privacidad/derechos", () => Pages.See("/cuenta/privacidad#derechos"));

        var staff = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("/aviso-de-privacidad", PublishNotice.ShowAsync);
        staff.MapPost("/aviso-de-privacidad", PublishNotice.HandleAsync);
        staff.MapGet("/derechos", ArcoDesk.ListAsync);
        staff.MapPost("/derechos", ArcoDesk.RecordAsync);
        staff.MapGet("/derechos/{id:guid}", ArcoDesk.ShowAsync);
        staff.MapPost("/derechos/{id:guid}/{act}", ArcoDesk.ActAsync);
        staff.MapGet("/derechos/{id:guid}/datos.zip", ArcoDesk.DownloadAsync);
        staff.MapGet("/accesos", Accesses.ListAsync);
        staff.MapPost("/accesos", Accesses.FindAsync);
        staff.MapGet("/vulneraciones", Breaches.ListAsync);
        staff.MapPost("/vulneraciones", Breaches.RecordAsync);
        staff.MapGet("/vulneraciones/{id:guid}", Breaches.ShowAsync);
        staff.MapPost("/vulneraciones/{id:guid}", Breaches.ChangeAsync);
    }
}
