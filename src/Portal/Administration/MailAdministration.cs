using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;
using OpenGov.Portal.Notices;
using OpenGov.Portal.Setup;

namespace OpenGov.Portal.Administration;

/// <summary>The mail server, a test message, and what became of each mail.</summary>
internal static class MailAdministration
{
    public static async Task<IResult> ShowAsync(Visit visit, NotificationsApi notifications, string? listo) =>
        Page(await MailServerForm.LoadAsync(notifications), TestForm(visit), listo);

    public static async Task<IResult> SaveAsync(HttpContext http, Visit visit, NotificationsApi notifications)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await notifications.SetMailServerAsync(MailServerForm.Body(form), form.Version);
        if (answer.Ok)
            return Pages.See("/administracion/correo?listo=mail_server_saved");
        if (answer.MustSignIn || answer.Forbidden)
            return Pages.For(http, answer);
        if (answer.Stale)
            form.Set(FormState.VersionField, (await notifications.MailServerAsync()).ETag);
        return Page(form.Refuse(answer), TestForm(visit), null, answer.Away ? 503 : answer.Status);
    }

    public static async Task<IResult> TestAsync(HttpContext http, NotificationsApi notifications)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await notifications.SendTestAsync(form.Value("to"));
        if (answer.Ok)
            return Pages.See("/administracion/correo?listo=test_sent");
        return answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : Page(await MailServerForm.LoadAsync(notifications), form.Refuse(answer), null, answer.Away ? 503 : answer.Status);
    }

    public static async Task<IResult> DeliveriesAsync(HttpContext http, NotificationsApi notifications, string? desde, string? listo)
    {
        var answer = await notifications.DeliveriesAsync(desde);
        return answer is { Ok: true, Value: { } list } ? Pages.Of<DeliveriesPage>(new DeliveriesModel(list, desde, listo)) : Pages.For(http, answer);
    }

    public static async Task<IResult> RetryAsync(HttpContext http, NotificationsApi notifications, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await notifications.RetryDeliveryAsync(id, form.Key);
        return answer.MustSignIn || answer.Forbidden || answer.Away || answer.NotFound
            ? Pages.For(http, answer)
            : Pages.See("/administracion/envios?listo=" + (answer.Ok ? "delivery_retried" : "delivery_not_retried"));
    }

    private static FormState TestForm(Visit visit) => new FormState().Set("to", visit.Session?.Account.Email);

    private static Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<MailAdministrationPage> Page(FormState server, FormState test, string? done, int status = 200) =>
        Pages.Of<MailAdministrationPage>(new MailModel(server, test, done), status);
}

public sealed record DeliveriesModel(Listing<DeliveryView> Deliveries, string? Cursor, string? Done);
