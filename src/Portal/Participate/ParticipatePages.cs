using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Participate;

internal static class ParticipatePages
{
    public static void MapParticipate(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/participa", ["GET", "HEAD"], IResult () => Pages.Of<ParticipatePage>());
        // Names of people: kept by no cache, so that a revocation takes effect at once.
        pages.MapMethods("/participa/personas", ["GET", "HEAD"], ShowPublicNames.ListAsync).WithMetadata(new PersonalPage());
        var group = pages.MapGroup("/participa").WithMetadata(new PersonalPage());
        group.MapGet("/registro", IResult () => Pages.Of<ChooseRegistrationPage>());
        group.MapGet("/registro/persona", Register.ShowPersonAsync);
        group.MapPost("/registro/persona", Register.HandlePersonAsync);
        group.MapGet("/registro/organizacion", Register.ShowOrganisationAsync);
        group.MapPost("/registro/organizacion", Register.HandleOrganisationAsync);
        group.MapGet("/registro/enviado", IResult () => Pages.Of<RegistrationSentPage>());
        group.MapGet("/confirmar/{token}", ConfirmRegistration.ShowAsync);
        group.MapPost("/confirmar/{token}", ConfirmRegistration.HandleAsync);
        group.MapGet("/organizaciones/{id:guid}", Representation.ShowAsync);
        group.MapPost("/organizaciones/{id:guid}/representantes", Representation.InviteAsync);
        group.MapPost("/organizaciones/{id:guid}/representantes/{mandate:guid}/terminar", Representation.EndAsync);
        group.MapGet("/representacion/{token}", Representation.ShowInvitationAsync);
        group.MapPost("/representacion/{token}", Representation.AcceptAsync);
        group.MapGet("/mis-registros", MyRegistrations.ShowAsync);
        group.MapGet("/mis-registros/{id:guid}/corregir", MyRegistrations.ShowCorrectionAsync);
        group.MapPost("/mis-registros/{id:guid}/corregir", MyRegistrations.CorrectAsync);
        group.MapPost("/mis-registros/{id:guid}/retirar", MyRegistrations.WithdrawAsync);

        var staff = pages.MapGroup("/administracion/registros").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOrOffice>();
        staff.MapGet("", ReviewRegistrations.ListAsync);
        staff.MapGet("/asistido", AssistedRegistration.Show);
        staff.MapPost("/asistido", AssistedRegistration.HandleAsync);
        staff.MapGet("/{id:guid}", ReviewRegistrations.ShowAsync);
        staff.MapPost("/{id:guid}/aceptar", ReviewRegistrations.AcceptAsync);
        staff.MapPost("/{id:guid}/rechazar", ReviewRegistrations.RefuseAsync);
        staff.MapPost("/{id:guid}/retirar", ReviewRegistrations.WithdrawAsync);
        staff.MapPost("/{id:guid}/conservar", ReviewRegistrations.RenewAsync);
        staff.MapPost("/{id:guid}/consentimientos/{kind}", ReviewRegistrations.RevokeAsync);
    }
}
