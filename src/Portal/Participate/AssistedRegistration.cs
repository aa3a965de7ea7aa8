using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>Staff register a person who is there, with or without e-mail and organisation.</summary>
internal static class AssistedRegistration
{
    public const string Fields = "contact identityCheck mandateUntil organisation.isNoOther " + Register.OrganisationFields;

    public static IResult Show() => Pages.Of<AssistedRegistrationPage>(new AssistedRegistrationModel(new FormState(), LooksLikeAnother: false));

    public static async Task<IResult> HandleAsync(HttpContext http, RegistrationClient registrations)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.RegisterAssistedAsync(new
        {
            displayName = form.ValueOrNull("displayName"),
            email = form.ValueOrNull("email"),
            contact = form.ValueOrNull("contact"),
            identityCheck = form.ValueOrNull("identityCheck"),
            municipality = form.ValueOrNull("municipality"),
            organisation = form.ValueOrNull("organisation.name") is null ? null : Register.Organisation(form),
            post = form.ValueOrNull("post"),
            mandateUntil = Layout.Format.EndOf(form.Date("mandateUntil")),
            privacyNoticeId = form.Notice,
            publishName = form.IsChecked("publishName"),
            otherCalls = form.IsChecked("otherCalls"),
        });
        if (answer is { Ok: true, Value: { } registration })
            return Pages.See($"/administracion/registros/{registration.Id}?listo=registration_assisted");
        return answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : Pages.Of<AssistedRegistrationPage>(
                new AssistedRegistrationModel(form.Refuse(answer), form.IsChecked("organisation.isNoOther") || answer.Problem?.Code == "organisation_looks_like"), answer.Away ? 503 : answer.Status);
    }
}

/// <param name="LooksLikeAnother">The name looks like a registered one: whoever registers says that it is another.</param>
public sealed record AssistedRegistrationModel(FormState Form, bool LooksLikeAnother);
