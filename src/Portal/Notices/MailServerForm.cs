using OpenGov.Portal.Administration;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Notices;

/// <summary>The mail server as a form: the same fields in the set-up and in the administration.</summary>
internal static class MailServerForm
{
    public const string Fields = "host port security userName password fromAddress fromName replyTo acceptUnencrypted to";

    public static object Body(FormState form) => new
    {
        host = form.ValueOrNull("host"),
        port = form.Number("port"),
        security = form.ValueOrNull("security"),
        userName = form.ValueOrNull("userName"),
        password = form.Raw("password") is { Length: > 0 } password ? password : null,
        fromAddress = form.ValueOrNull("fromAddress"),
        fromName = form.ValueOrNull("fromName"),
        replyTo = form.ValueOrNull("replyTo"),
        acceptUnencrypted = form.IsChecked("acceptUnencrypted"),
    };

    public static async Task<FormState> LoadAsync(NotificationsApi notifications)
    {
        var answer = await notifications.MailServerAsync();
        return answer is { Ok: true, Value: { } server } ? From(server, answer.ETag) : new FormState().Refuse(answer);
    }

    private static FormState From(MailServer server, string? version) => new FormState()
        .Set("host", server.Host)
        .Set("port", server.Port ?? 587)
        .Set("security", server.Security ?? "STARTTLS")
        .Set("userName", server.UserName)
        .Set("fromAddress", server.FromAddress)
        .Set("fromName", server.FromName)
        .Set("replyTo", server.ReplyTo)
        .Set("acceptUnencrypted", server.AcceptUnencrypted == true ? "true" : "")
        .Set("hasPassword", server.HasPassword == true ? "true" : "")
        .Set("passwordUnreadable", server.PasswordUnreadable ? "true" : "")
        .Set(FormState.VersionField, server.Configured == true ? version : "");
}
