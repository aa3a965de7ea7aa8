using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Setup;

/// <summary>From the link on the console to a working instance: administrator, identity, logo, mail, done.</summary>
internal static class SetupPages
{
    public static void MapSetup(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/configurar").WithMetadata(new BeforeSetup(), new PersonalPage());
        group.MapGet("", StartSetup.HandleAsync);
        group.MapPost("/administrador", CreateAdministrator.HandleAsync);
        group.MapPost("/instancia", ConfigureInstance.HandleAsync);
        group.MapGet("/logo", SetLogo.ShowAsync);
        group.MapPost("/logo", SetLogo.HandleAsync);
        group.MapGet("/correo", SetMailServer.Show);
        group.MapPost("/correo", SetMailServer.HandleAsync);
        group.MapPost("/correo/prueba", SetMailServer.TestAsync);
        group.MapGet("/listo", ShowDone.Handle);
    }
}
