using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Participate;

internal static class MyRegistrations
{
    public static async Task<IResult> ShowAsync(HttpContext http, Visit visit, RegistrationClient registrations, string? listo)
    {
        if (visit.Session is null)
            return Pages.SignInFirst(http);
        var answer = await registrations.MineAsync();
        return answer is { Ok: true, Value: { } mine } ? Pages.Of<MyRegistrationsPage>(new MyRegistrationsModel(mine.Items, listo)) : Pages.For(http, answer);
    }

    public static Task<IResult> ShowCorrectionAsync(HttpContext http, RegistrationClient registrations, Guid id) => CorrectionPageAsync(http, registrations, id, form: null);

    public static async Task<IResult> CorrectAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.CorrectAsync(
            id, new { municipality = form.ValueOrNull("municipality"), post = form.ValueOrNull("post"), contact = form.ValueOrNull("contact") }, form.Version);
        if (answer.Ok)
            return Pages.See("/participa/mis-registros?listo=registration_corrected");
        return answer.MustSignIn || answer.NotFound ? Pages.For(http, answer) : await CorrectionPageAsync(http, registrations, id, form.Refuse(answer));
    }

    /// <param name="form">What was refused; null shows the data as they are.</param>
    private static async Task<IResult> CorrectionPageAsync(HttpContext http, RegistrationClient registrations, Guid id, FormState? form)
    {
        var answer = await registrations.MineAsync();
        if (answer is not { Ok: true, Value: { } mine })
            return Pages.For(http, answer);
        if (mine.Items.FirstOrDefault(one => one.Id == id) is not { } registration)
            return Pages.NotFound(http);
        // With the version as it is now: whoever sends again has seen what is there.
        var shown = form ?? new FormState().Set("municipality", registration.Municipality).Set("post", registration.Post).Set("contact", registration.Contact);
        return Pages.Of<CorrectRegistrationPage>(
            new CorrectRegistrationModel(registration, shown.Set(FormState.VersionField, registration.Version)), form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> WithdrawAsync(HttpContext http, RegistrationClient registrations, Guid id)
    {
        var answer = await registrations.WithdrawAsync(id);
        // Withdrawn before, in another tab: the page shows how it stands.
        return answer.Ok || answer.Status == StatusCodes.Status409Conflict
            ? Pages.See("/participa/mis-registros" + (answer.Ok ? "?listo=registration_withdrawn" : ""))
            : Pages.For(http, answer);
    }
}

public sealed record CorrectRegistrationModel(MyRegistration Registration, FormState Form);

public sealed record MyRegistrationsModel(IReadOnlyList<MyRegistration> Registrations, string? Done);
