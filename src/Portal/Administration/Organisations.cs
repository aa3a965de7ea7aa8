using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

internal static class Organisations
{
    public const string Fields = "name acronym kind sector cvegeo municipality purpose website rfc cluni isNoOther";

    /// <summary>Codes of SPEC §1.1, as Participants knows them.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "EXECUTIVE", "LEGISLATIVE", "JUDICIAL", "AUTONOMOUS_BODY", "MUNICIPALITY", "UNION", "PUBLIC_TRUST", "POLITICAL_PARTY", "GUARANTOR",
        "CIVIL_SOCIETY_ORGANIZATION", "ACADEMIC_INSTITUTION", "BUSINESS", "PROFESSIONAL_COLLEGE", "CITIZEN_COUNCIL",
    ];

    public static readonly IReadOnlyList<string> Sectors = ["CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"];

    public static async Task<IResult> ListAsync(HttpContext http, ParticipantsApi participants, string? q, string? desde, string? listo)
    {
        var answer = await participants.OrganisationsAsync(q, desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<OrganisationsPage>(new OrganisationsModel(list, q, desde, listo)) : Pages.For(http, answer);
    }

    public static IResult ShowNew() => Pages.Of<OrganisationPage>(new OrganisationModel(null, new FormState()));

    public static async Task<IResult> RegisterAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.RegisterOrganisationAsync(Body(form), form.Key);
        return answer.Ok
            ? Pages.See("/administracion/organizaciones?listo=organisation_registered")
            : Refused(http, answer, new OrganisationModel(null, form));
    }

    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var answer = await participants.OrganisationAsync(id);
        if (answer is not { Ok: true, Value: { } organisation })
            return Pages.For(http, answer);
        // What is not public of it would be lost with the next change if the form did not show it.
        var identifiers = await participants.OrganisationIdentifiersAsync(id);
        return identifiers is { Ok: true, Value: { } known }
            ? Pages.Of<OrganisationPage>(new OrganisationModel(organisation, From(organisation).Set("rfc", known.Rfc).Set("cluni", known.Cluni)))
            : Pages.For(http, identifiers);
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, ParticipantsApi participants, Instance.InstanceCache instances, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ChangeOrganisationAsync(id, Body(form), form.Version);
        if (answer.Ok)
        {
            instances.Forget();
            return Pages.See("/administracion/organizaciones?listo=organisation_changed");
        }

        var current = await participants.OrganisationAsync(id);
        if (current is not { Ok: true, Value: { } organisation })
            return Pages.For(http, current);
        if (answer.Stale)
            form.Set(FormState.VersionField, organisation.Version);
        return Refused(http, answer, new OrganisationModel(organisation, form));
    }

    private static IResult Refused<T>(HttpContext http, Answer<T> answer, OrganisationModel model)
    {
        if (answer.MustSignIn || answer.Forbidden || answer.NotFound)
            return Pages.For(http, answer);
        model.Form.Refuse(answer);
        model = model with { LooksLikeAnother = model.Form.IsChecked("isNoOther") || answer.Problem?.Code == "organisation_looks_like" };
        return Pages.Of<OrganisationPage>(model, answer.Away ? 503 : answer.Status);
    }

    private static object Body(FormState form) => new
    {
        name = form.ValueOrNull("name"),
        acronym = form.ValueOrNull("acronym"),
        kind = form.ValueOrNull("kind"),
        sector = form.ValueOrNull("sector"),
        cvegeo = form.ValueOrNull("cvegeo"),
        municipality = form.ValueOrNull("municipality"),
        purpose = form.ValueOrNull("purpose"),
        website = form.ValueOrNull("website"),
        rfc = form.ValueOrNull("rfc"),
        cluni = form.ValueOrNull("cluni"),
        isNoOther = form.IsChecked("isNoOther"),
    };

    private static FormState From(OrganisationView organisation) => new FormState()
        .Set("name", organisation.Name)
        .Set("acronym", organisation.Acronym)
        .Set("kind", organisation.Kind)
        .Set("sector", organisation.Sector)
        .Set("cvegeo", organisation.Cvegeo)
        .Set("municipality", organisation.Municipality)
        .Set("purpose", organisation.Purpose)
        .Set("website", organisation.Website)
        .Set(FormState.VersionField, organisation.Version);
}

public sealed record OrganisationsModel(Listing<OrganisationView> Organisations, string? Search, string? Cursor, string? Done)
{
    public string Address(string? cursor) => "/administracion/organizaciones" + Query.Of(("q", Search), ("desde", cursor));
}

/// <param name="Current">What is stored now; null for a new organisation.</param>
/// <param name="LooksLikeAnother">The service asks whether it is another than the one that its name looks like.</param>
public sealed record OrganisationModel(OrganisationView? Current, FormState Form, bool LooksLikeAnother = false);
