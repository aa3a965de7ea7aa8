using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

internal static class AdministrationPages
{
    public static void MapAdministration(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        group.MapGet("", IResult () => Pages.Of<AdministrationPage>());

        group.MapGet("/organizaciones", Organisations.ListAsync);
        group.MapGet("/organizaciones/nueva", Organisations.ShowNew);
        group.MapPost("/organizaciones/nueva", Organisations.RegisterAsync);
        group.MapGet("/organizaciones/{id:guid}", Organisations.ShowAsync);
        group.MapPost("/organizaciones/{id:guid}", Organisations.ChangeAsync);

        group.MapGet("/cuentas", Accounts.ListAsync);
        group.MapPost("/cuentas/buscar", Accounts.FindAsync);
        group.MapGet("/cuentas/nueva", Accounts.ShowNew);
        group.MapPost("/cuentas/nueva", Accounts.InviteAsync);
        group.MapGet("/cuentas/{id:guid}", Accounts.ShowAsync);
        group.MapPost("/cuentas/{id:guid}/invitacion", Accounts.InviteAgainAsync);
        group.MapPost("/cuentas/{id:guid}/restablecer", Accounts.SendPasswordResetAsync);
        group.MapPost("/cuentas/{id:guid}/suspender", Accounts.SuspendAsync);
        group.MapPost("/cuentas/{id:guid}/levantar-suspension", Accounts.LiftSuspensionAsync);
        group.MapPost("/cuentas/{id:guid}/cerrar-sesiones", Accounts.EndSessionsAsync);
        group.MapPost("/cuentas/{id:guid}/puestos", Accounts.AssignPostAsync);
        group.MapPost("/cuentas/{id:guid}/encargos", Accounts.GrantMandateAsync);
        group.MapPost("/cuentas/{id:guid}/puestos/{post:guid}/terminar", Accounts.EndPostAsync);
        group.MapPost("/cuentas/{id:guid}/encargos/{mandate:guid}/terminar", Accounts.EndMandateAsync);

        group.MapGet("/planes", PlanAdministration.ListAsync);
        group.MapPost("/planes/ejercicio", PlanAdministration.OpenExerciseAsync);
        group.MapGet("/planes/importar", ImportPlan.Show);
        group.MapPost("/planes/importar", ImportPlan.HandleAsync);
        group.MapGet("/planes/{id:guid}", PublishPlan.ShowAsync);
        group.MapPost("/planes/{id:guid}", PublishPlan.HandleAsync);

        group.MapGet("/correo", MailAdministration.ShowAsync);
        group.MapPost("/correo", MailAdministration.SaveAsync);
        group.MapPost("/correo/prueba", MailAdministration.TestAsync);
        group.MapGet("/envios", MailAdministration.DeliveriesAsync);
        group.MapPost("/envios/{id:guid}/repetir", MailAdministration.RetryAsync);

        group.MapGet("/inicio-de-sesion", SignInPolicy.ShowAsync);
        group.MapPost("/inicio-de-sesion", SignInPolicy.SaveAsync);

        group.MapGet("/sitio", SiteAdministration.ShowAsync);
        group.MapPost("/sitio", SiteAdministration.SaveAsync);
        group.MapPost("/sitio/logo", SiteAdministration.SaveLogoAsync);
    }
}
