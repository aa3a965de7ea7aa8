using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>Staff register a person who is there, with or without e-mail and organisation.</summary>
internal static class AssistedRegistration
{
    public const string Fields = "contact identityCheck " + Register.OrganisationFields;

    public static IResult Show() => Pages.Of<AssistedRegistrationPage>(new FormState());

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
            privacyNoticeId = form.Notice,
            publishName = form.IsChecked("publishName"),
            otherCalls = form.IsChecked("otherCalls"),
        });
        if (answer is { Ok: true, Value: { } registration })
            return Pages.See($"/administracion/registros/{registration.Id}?listo=registration_assisted");
        return answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : Pages.Of<AssistedRegistrationPage>(form.Refuse(answer), answer.Away ? 503 : answer.Status);
    }
}
