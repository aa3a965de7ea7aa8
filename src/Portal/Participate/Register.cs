using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>Self-registration of a citizen, or of an organisation with its first representative.</summary>
internal static class Register
{
    public const string PersonFields = "displayName email municipality";

    public const string OrganisationFields =
        "organisation.name organisation.acronym organisation.kind organisation.municipality organisation.purpose organisation.website organisation.rfc organisation.cluni "
        + "organisation.cvegeo post " + PersonFields;

    /// <summary>Hidden field with the form's signed time stamp, and the trap that people leave empty.</summary>
    public const string StampField = "_sello";
    public const string TrapField = "website";

    /// <summary>A guarantor is registered by staff.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Administration.Organisations.Kinds.Where(kind => kind != "GUARANTOR").Reverse()];

    public static Task<IResult> ShowPersonAsync(RegistrationClient registrations) => FormAsync<RegisterPersonPage>(registrations, new FormState(), 200);

    public static Task<IResult> ShowOrganisationAsync(RegistrationClient registrations) => FormAsync<RegisterOrganisationPage>(registrations, new FormState(), 200);

    public static Task<IResult> HandlePersonAsync(HttpContext http, RegistrationClient registrations) =>
        HandleAsync<RegisterPersonPage>(http, registrations, form => (null, null));

    public static Task<IResult> HandleOrganisationAsync(HttpContext http, RegistrationClient registrations) =>
        HandleAsync<RegisterOrganisationPage>(http, registrations, form => (Organisation(form), form.ValueOrNull("post")));

    public static object Organisation(FormState form) => new
    {
        name = form.ValueOrNull("organisation.name"),
        acronym = form.ValueOrNull("organisation.acronym"),
        kind = form.ValueOrNull("organisation.kind"),
        cvegeo = form.ValueOrNull("organisation.cvegeo"),
        municipality = form.ValueOrNull("organisation.municipality"),
        purpose = form.ValueOrNull("organisation.purpose"),
        website = form.ValueOrNull("organisation.website"),
        rfc = form.ValueOrNull("organisation.rfc"),
        cluni = form.ValueOrNull("organisation.cluni"),
    };

    private static async Task<IResult> HandleAsync<TPage>(HttpContext http, RegistrationClient registrations, Func<FormState, (object? Organisation, string? Post)> read)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var form = await FormState.ReadAsync(http.Request);
        var (organisation, post) = read(form);
        var answer = await registrations.RegisterAsync(new
        {
            displayName = form.ValueOrNull("displayName"),
            email = form.ValueOrNull("email"),
            municipality = form.ValueOrNull("municipality"),
            organisation,
            post,
            privacyNoticeId = form.Notice,
            publishName = form.IsChecked("publishName"),
            otherCalls = form.IsChecked("otherCalls"),
            marks = new { stamp = form.Value(StampField), website = form.Value(TrapField) },
        });
        if (answer.Ok)
            return Pages.See("/participa/registro/enviado");
        // The same stamp would be refused again: it is used up by whatever is found behind the guard.
        if (answer.Status == StatusCodes.Status409Conflict || answer.Problem?.Code == "form_expired")
            form.Set(StampField, "");
        return await FormAsync<TPage>(registrations, form.Refuse(answer), answer.Away ? 503 : answer.Status);
    }

    private static async Task<IResult> FormAsync<TPage>(RegistrationClient registrations, FormState form, int status) where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        if (form.Value(StampField).Length == 0 && await registrations.StampAsync() is { Ok: true, Value: { } stamp })
            form.Set(StampField, stamp.Stamp);
        return Pages.Of<TPage>(form, status);
    }
}
