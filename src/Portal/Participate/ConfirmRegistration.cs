using OpenGov.Portal.Account;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>The link of the mail. Opening it changes nothing, because mail scanners open links; the button does.</summary>
internal static class ConfirmRegistration
{
    public static async Task<IResult> ShowAsync(HttpContext http, RegistrationClient registrations, string token)
    {
        var answer = await registrations.ConfirmationAsync(token);
        return answer is { Ok: true, Value: { } greeting }
            ? Pages.Of<ConfirmRegistrationPage>(new ConfirmRegistrationModel(greeting, token, new FormState()))
            : answer.Away ? Pages.Unavailable(http) : Pages.Of<RegistrationGonePage>(StatusCodes.Status404NotFound);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, RegistrationClient registrations, string token)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await registrations.ConfirmAsync(
            token, new { password = form.Raw("password"), privacyNoticeId = form.Notice, publishName = form.IsChecked("publishName"), otherCalls = form.IsChecked("otherCalls") });
        if (answer is { Ok: true, Value: { } confirmed })
        {
            SessionCookie.Set(http, confirmed.Session);
            return Pages.See("/participa/mis-registros?listo=" + (confirmed.State == "ACCEPTED" ? "registration_confirmed" : "registration_waits"));
        }

        if (answer.NotFound)
            return Pages.Of<RegistrationGonePage>(StatusCodes.Status404NotFound);
        var shown = await registrations.ConfirmationAsync(token);
        return shown.Value is { } greeting
            ? Pages.Of<ConfirmRegistrationPage>(new ConfirmRegistrationModel(greeting, token, form.Refuse(answer)), answer.Away ? 503 : answer.Status)
            : Pages.For(http, shown);
    }
}

public sealed record ConfirmRegistrationModel(RegistrationGreeting Greeting, string Token, FormState Form);
