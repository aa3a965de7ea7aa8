using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

internal static class AccountPages
{
    public static void MapAccount(this RouteGroupBuilder pages)
    {
        var group = pages.MapGroup("/cuenta").WithMetadata(new PersonalPage());
        group.MapGet("", ShowAccount.HandleAsync);
        group.MapPost("/sesiones/{id:guid}/terminar", EndSession.HandleAsync);
        group.MapGet("/entrar", SignIn.Show).WithMetadata(new BeforeSetup());
        group.MapPost("/entrar", SignIn.HandleAsync).WithMetadata(new BeforeSetup());
        group.MapPost("/entrar/codigo", SecondStep.HandleAsync);
        group.MapGet("/segundo-paso", SecondFactor.ShowAsync);
        group.MapPost("/segundo-paso", SecondFactor.BeginAsync);
        group.MapPost("/segundo-paso/confirmar", SecondFactor.ConfirmAsync);
        group.MapPost("/segundo-paso/codigos", SecondFactor.ReplaceCodesAsync);
        group.MapPost("/segundo-paso/quitar", SecondFactor.RemoveAsync);
        group.MapPost("/entrar/llave-de-acceso", PasskeySignIn.AskAsync);
        group.MapPost("/entrar/llave-de-acceso/confirmar", PasskeySignIn.HandleAsync);
        group.MapGet("/llaves-de-acceso", Passkeys.ShowAsync);
        group.MapPost("/llaves-de-acceso", Passkeys.BeginAsync);
        group.MapPost("/llaves-de-acceso/confirmar", Passkeys.AddAsync);
        group.MapPost("/llaves-de-acceso/{id:guid}/eliminar", Passkeys.RemoveAsync);
        group.MapGet("/llaves", ApiKeys.ShowAsync);
        group.MapPost("/llaves", ApiKeys.CreateAsync);
        group.MapPost("/llaves/{id:guid}/eliminar", ApiKeys.RevokeAsync);
        group.MapPost("/salir", SignOut.HandleAsync).WithMetadata(new BeforeSetup());
        group.MapPost("/sesiones/terminar", EndSession.OthersAsync);
        group.MapGet("/olvido", ForgotPassword.Show);
        group.MapPost("/olvido", ForgotPassword.HandleAsync);
        group.MapGet("/olvido/enviado", ForgotPassword.ShowSent);
        group.MapGet("/restablecer/{token}", ResetPassword.ShowAsync);
        group.MapPost("/restablecer/{token}", ResetPassword.HandleAsync);
        group.MapGet("/contrasena", ChangePassword.Show);
        group.MapPost("/contrasena", ChangePassword.HandleAsync);
        group.MapGet("/nombre", ChangeName.Show);
        group.MapPost("/nombre", ChangeName.HandleAsync);
        group.MapGet("/correo", ChangeAddress.Show);
        group.MapPost("/correo", ChangeAddress.HandleAsync);
        group.MapGet("/correo/{token}", ConfirmAddress.ShowAsync);
        group.MapPost("/correo/{token}", ConfirmAddress.HandleAsync);
        group.MapGet("/invitacion/{token}", AcceptInvitation.ShowAsync);
        group.MapPost("/invitacion/{token}", AcceptInvitation.HandleAsync);
        group.MapGet("/actividades", ListActivities.HandleAsync);
        group.MapGet("/aceptaciones", AcceptCommitments.ShowAsync);
        group.MapPost("/aceptaciones/{id:guid}", AcceptCommitments.HandleAsync);
        group.MapGet("/actividades/{id:guid}/avance", ReportProgress.ShowAsync);
        group.MapPost("/actividades/{id:guid}/avance", ReportProgress.HandleAsync);
        group.MapGet("/actividades/{id:guid}/verificacion", VerifyActivity.ShowAsync);
        group.MapPost("/actividades/{id:guid}/verificacion", VerifyActivity.HandleAsync);
    }
}
