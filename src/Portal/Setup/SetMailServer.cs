using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;
using OpenGov.Portal.Notices;

namespace OpenGov.Portal.Setup;

internal static class SetMailServer
{
    public static async Task<IResult> Show(HttpContext http, Visit visit, NotificationsApi notifications, string? listo)
    {
        if (visit.Session is not { } session)
            return Pages.SignInFirst(http);
        var server = await MailServerForm.LoadAsync(notifications);
        return Pages.Of<SetupMailPage>(new MailModel(server, new FormState().Set("to", session.Account.Email), listo));
    }

    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, NotificationsApi notifications)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await notifications.SetMailServerAsync(MailServerForm.Body(form), form.Version);
        if (answer.Ok)
            return Pages.See("/configurar/correo?listo=mail_server_saved");
        return answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : Pages.Of<SetupMailPage>(
                new MailModel(form.Refuse(answer), new FormState().Set("to", visit.Session?.Account.Email), null), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> TestAsync(HttpContext http, NotificationsApi notifications)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await notifications.SendTestAsync(form.Value("to"));
        if (answer.Ok)
            return Pages.See("/configurar/correo?listo=test_sent");
        return answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : Pages.Of<SetupMailPage>(
                new MailModel(await MailServerForm.LoadAsync(notifications), form.Refuse(answer), null), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }
}

public sealed record MailModel(FormState Server, FormState Test, string? Done)
{
    public bool HasErrors => Server.HasErrors || Test.HasErrors;
    public bool IsConfigured => Server.Version.Length > 0;
}
