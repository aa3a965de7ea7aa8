using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

internal static class PrivacyPages
{
    public static void MapPrivacy(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/privacidad", ["GET", "HEAD"], ShowNotice.CurrentAsync);
        pages.MapMethods("/privacidad/avisos/{id:guid}", ["GET", "HEAD"], ShowNotice.VersionAsync);

        var staff = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("/aviso-de-privacidad", PublishNotice.ShowAsync);
        staff.MapPost("/aviso-de-privacidad", PublishNotice.HandleAsync);
    }
}
