using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

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

    public static Task<IResult> ShowPersonAsync(RegistrationClient registrations, Visit visit) => FormAsync<RegisterPersonPage>(registrations, visit, new FormState(), 200);

    /// <param name="de">A registration of the reader's that was refused: the form starts with what it said.</param>
    public static async Task<IResult> ShowOrganisationAsync(RegistrationClient registrations, Visit visit, Guid? de)
    {
        var form = new FormState();
        if (visit.Session is not null && de is { } id && (await registrations.MineAsync()).Value?.Items.FirstOrDefault(one => one.Id == id) is { Proposal: { } proposal } refused)
            Fill(form, refused, proposal);
        return await FormAsync<RegisterOrganisationPage>(registrations, visit, form, 200);
    }

    public static Task<IResult> HandlePersonAsync(HttpContext http, RegistrationClient registrations, Visit visit) =>
        HandleAsync<RegisterPersonPage>(http, registrations, visit, form => (null, null));

    public static Task<IResult> HandleOrganisationAsync(HttpContext http, RegistrationClient registrations, Visit visit) =>
        HandleAsync<RegisterOrganisationPage>(http, registrations, visit, form => (Organisation(form), form.ValueOrNull("post")));

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
        // Only the form of staff asks it: of others the executive secretary says so.
        isNoOther = form.IsChecked("organisation.isNoOther"),
    };

    private static void Fill(FormState form, MyRegistration refused, ProposedOrganisation proposal) => form
        .Set("organisation.name", proposal.Name).Set("organisation.acronym", proposal.Acronym).Set("organisation.kind", proposal.Kind).Set("organisation.cvegeo", proposal.Cvegeo)
        .Set("organisation.municipality", proposal.Municipality).Set("organisation.purpose", proposal.Purpose).Set("organisation.website", proposal.Website)
        .Set("organisation.rfc", proposal.Rfc).Set("organisation.cluni", proposal.Cluni).Set("post", refused.Post).Set("municipality", refused.Municipality);

    private static async Task<IResult> HandleAsync<TPage>(HttpContext http, RegistrationClient registrations, Visit visit, Func<FormState, (object? Organisation, string? Post)> read)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var form = await FormState.ReadAsync(http.Request);
        var (organisation, post) = read(form);
        if (visit.Session is not null)
            return await WithAccountAsync<TPage>(http, registrations, visit, form, organisation, post);
        var answer = await registrations.RegisterAsync(new
        {
            displayName = form.ValueOrNull("displayName"),
            email = form.ValueOrNull("email"),
            municipality = form.ValueOrNull("municipality"),
            organisation,
            post,
            privacyNoticeId = form.Notice,
            marks = new { stamp = form.Value(StampField), website = form.Value(TrapField) },
        });
        if (answer.Ok)
            return Pages.See("/participa/registro/enviado");
        // The same stamp would be refused again: it is used up by whatever is found behind the guard.
        if (answer.Status == StatusCodes.Status409Conflict || answer.Problem?.Code == "form_expired")
            form.Set(StampField, "");
        return await FormAsync<TPage>(registrations, visit, form.Refuse(answer), answer.Away ? 503 : answer.Status);
    }

    /// <summary>Whoever is signed in registers with the account that they have; another would be refused, and nobody needs two.</summary>
    private static async Task<IResult> WithAccountAsync<TPage>(HttpContext http, RegistrationClient registrations, Visit visit, FormState form, object? organisation, string? post)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var answer = await registrations.RegisterSignedInAsync(
            new
            {
                municipality = form.ValueOrNull("municipality"),
                organisation,
                post,
                privacyNoticeId = form.Notice,
                publishName = form.IsChecked("publishName"),
                otherCalls = form.IsChecked("otherCalls"),
            },
            form.Key);
        if (answer is { Ok: true, Value: { } registration })
            return Pages.See("/participa/mis-registros?listo=" + (registration.State == "ACCEPTED" ? "registration_confirmed" : "registration_waits"));
        return answer.MustSignIn ? Pages.For(http, answer) : await FormAsync<TPage>(registrations, visit, form.Refuse(answer), answer.Away ? 503 : answer.Status);
    }

    private static async Task<IResult> FormAsync<TPage>(RegistrationClient registrations, Visit visit, FormState form, int status) where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        if (visit.Session is null && form.Value(StampField).Length == 0 && await registrations.StampAsync() is { Ok: true, Value: { } stamp })
            form.Set(StampField, stamp.Stamp);
        return Pages.Of<TPage>(form, status);
    }
}
