using OpenGov.Portal.Account;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Participate;

/// <summary>What a representative does for the own organisation, and the link with which a further one accepts.</summary>
internal static class Representation
{
    public const string InviteFields = "displayName email mandateUntil";

    public static async Task<IResult> ShowAsync(HttpContext http, Visit visit, RegistrationClient registrations, Guid id, string? listo) =>
        visit.Session is null ? Pages.SignInFirst(http) : await PageAsync(http, registrations, id, new FormState(), listo);

    public static async Task<IResult> InviteAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.InviteAsync(id, new { email = form.ValueOrNull("email"), displayName = form.ValueOrNull("displayName"), mandateUntil = Layout.Format.EndOf(form.Date("mandateUntil")) });
        if (answer.Ok)
            return Pages.See($"/participa/organizaciones/{id}?listo=representative_invited");
        return answer.MustSignIn || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, registrations, id, form.Refuse(answer), null);
    }

    public static async Task<IResult> EndAsync(HttpContext http, RegistrationClient registrations, Guid id, Guid mandate)
    {
        var answer = await registrations.EndMandateAsync(id, mandate);
        if (!answer.Ok && answer.Status != StatusCodes.Status409Conflict)
            return Pages.For(http, answer);
        // Whoever ended their own mandate finds nothing there any more.
        var own = await registrations.OrganisationAsync(id);
        return Pages.See(own.Ok ? $"/participa/organizaciones/{id}?listo=mandate_ended" : "/cuenta?listo=mandate_ended");
    }

    public static async Task<IResult> ShowInvitationAsync(HttpContext http, RegistrationClient registrations, string token)
    {
        var answer = await registrations.RepresentationAsync(token);
        return answer is { Ok: true, Value: { } greeting }
            ? Pages.Of<AcceptRepresentationPage>(new AcceptRepresentationModel(greeting, token, new FormState()))
            : answer.Away ? Pages.Unavailable(http) : Pages.Of<RegistrationGonePage>(StatusCodes.Status404NotFound);
    }

    public static async Task<IResult> AcceptAsync(HttpContext http, RegistrationClient registrations, string token)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.AcceptRepresentationAsync(token, new { password = form.Raw("password"), privacyNoticeId = form.Notice });
        if (answer is { Ok: true, Value: { } accepted })
        {
            if (accepted.Session is { } session)
                SessionCookie.Set(http, session);
            return Pages.See($"/participa/organizaciones/{accepted.OrganisationId}?listo=representation_accepted");
        }

        if (answer.NotFound)
            return Pages.Of<RegistrationGonePage>(StatusCodes.Status404NotFound);
        var shown = await registrations.RepresentationAsync(token);
        return shown.Value is { } greeting
            ? Pages.Of<AcceptRepresentationPage>(new AcceptRepresentationModel(greeting, token, form.Refuse(answer)), answer.Away ? 503 : answer.Status)
            : Pages.For(http, shown);
    }

    private static async Task<IResult> PageAsync(HttpContext http, RegistrationClient registrations, Guid id, FormState form, string? done)
    {
        var answer = await registrations.OrganisationAsync(id);
        return answer is { Ok: true, Value: { } own }
            ? Pages.Of<OwnOrganisationPage>(new OwnOrganisationModel(own, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}

public sealed record OwnOrganisationModel(OwnOrganisation Own, FormState Form, string? Done);

public sealed record AcceptRepresentationModel(RepresentationGreeting Greeting, string Token, FormState Form);
