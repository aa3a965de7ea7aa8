using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>Where the executive secretary sees who registered and decides.</summary>
internal static class ReviewRegistrations
{
    /// <summary>Not a state: those that are erased soon, of people who cannot sign in to keep them.</summary>
    public const string Ending = "ENDING";

    public static readonly IReadOnlyList<string> States = ["UNDER_REVIEW", "ACCEPTED", "REFUSED", "WITHDRAWN", Ending];

    public static readonly string Fields = string.Join(' ', ["mandateUntil", "isNoOther", "reason", ReasonOf("PUBLISH_NAME"), ReasonOf("OTHER_CALLS")]);

    /// <summary>Each consent has a form of its own on the page.</summary>
    public static string ReasonOf(string consent) => $"reason-{consent}";

    public static async Task<IResult> ListAsync(HttpContext http, RegistrationClient registrations, string? estado, string? desde, string? listo)
    {
        var state = States.Contains(estado) ? estado! : States[0];
        var answer = await registrations.ListAsync(state, desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<RegistrationsPage>(new RegistrationsModel(list, state, desde, listo)) : Pages.For(http, answer);
    }

    public static async Task<IResult> ShowAsync(HttpContext http, RegistrationClient registrations, Guid id, string? listo)
    {
        var answer = await registrations.OneAsync(id);
        return answer is { Ok: true, Value: { } registration }
            ? Pages.Of<RegistrationPage>(new RegistrationModel(registration, With(registration, new FormState()), listo))
            : Pages.For(http, answer);
    }

    public static async Task<IResult> AcceptAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.AcceptAsync(id, new { mandateUntil = Layout.Format.EndOf(form.Date("mandateUntil")), isNoOther = form.IsChecked("isNoOther") }, form.Version);
        return answer.Ok ? Pages.See("/administracion/registros?listo=registration_accepted") : await AgainAsync(http, registrations, id, form, answer);
    }

    public static async Task<IResult> RefuseAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.RefuseAsync(id, new { reason = form.ValueOrNull("reason") }, form.Version);
        return answer.Ok ? Pages.See("/administracion/registros?listo=registration_refused") : await AgainAsync(http, registrations, id, form, answer);
    }

    public static async Task<IResult> WithdrawAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.WithdrawForAsync(id, form.ValueOrNull("reason"), form.Version);
        return answer.Ok ? Pages.See($"/administracion/registros/{id}?listo=registration_withdrawn") : await AgainAsync(http, registrations, id, form, answer);
    }

    public static async Task<IResult> RenewAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.RenewAsync(id, form.Version);
        return answer.Ok ? Pages.See($"/administracion/registros/{id}?listo=registration_renewed") : await AgainAsync(http, registrations, id, form, answer);
    }

    public static async Task<IResult> RevokeAsync(HttpContext http, RegistrationClient registrations, Guid id, string kind)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.RevokeConsentAsync(id, kind, form.ValueOrNull("reason"));
        return answer.Ok ? Pages.See($"/administracion/registros/{id}?listo=consent_revoked") : await AgainAsync(http, registrations, id, form, answer, _ => ReasonOf(kind));
    }

    private static async Task<IResult> AgainAsync<T>(HttpContext http, RegistrationClient registrations, Guid id, FormState form, Answer<T> refused, Func<string, string?>? rename = null)
    {
        if (refused.MustSignIn || refused.Forbidden || refused.NotFound)
            return Pages.For(http, refused);
        var shown = await registrations.OneAsync(id);
        return shown is { Ok: true, Value: { } registration }
            ? Pages.Of<RegistrationPage>(new RegistrationModel(registration, With(registration, form.Refuse(refused, rename)), null), refused.Away ? 503 : refused.Status)
            : Pages.For(http, shown);
    }

    private static FormState With(RegistrationView registration, FormState form) => form.Set(FormState.VersionField, registration.Version);
}

public sealed record RegistrationsModel(Listing<RegistrationView> Registrations, string State, string? Cursor, string? Done)
{
    public string Address(string? cursor) => "/administracion/registros" + Query.Of(("estado", State), ("desde", cursor));
}

public sealed record RegistrationModel(RegistrationView Registration, FormState Form, string? Done);
