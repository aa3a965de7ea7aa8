using OpenGov.Contracts.Participants.V1;
using OpenGov.Notifications.Instance;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Mail;

internal static class MailServerApi
{
    public static void MapMailServer(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/notifications/v1/mail-server").WithTags("Mail server").RequireStaff(StaffRole.Administrator);
        group.MapGet("", ReadMailServer.HandleAsync);
        group.MapPut("", SetMailServer.HandleAsync);
        group.MapPost("/test", SendTestMail.HandleAsync);
    }
}

/// <param name="Security">NONE (only to this machine, or with <paramref name="AcceptUnencrypted"/> and without a user), STARTTLS or TLS.</param>
/// <param name="Password">Null or empty: the stored one stays, as long as server, port, security and user stay.</param>
/// <param name="AcceptUnencrypted">The administrator knows that mails will travel readable.</param>
public sealed record MailServerRequest(
    string? Host,
    int? Port,
    MailSecurity? Security,
    string? UserName,
    string? Password,
    string? FromAddress,
    string? FromName,
    string? ReplyTo = null,
    bool AcceptUnencrypted = false);

/// <summary>The settings without the password; it is never returned.</summary>
/// <param name="Configured">False: nothing is set, mails wait and nothing is lost.</param>
/// <param name="HasPassword">One is stored that stays where none is given.</param>
/// <param name="PasswordUnreadable">One is stored that was sealed with another key: mails wait until it is typed again.</param>
public sealed record MailServerView(
    bool Configured,
    string? Host,
    int? Port,
    MailSecurity? Security,
    string? UserName,
    bool HasPassword,
    string? FromAddress,
    string? FromName,
    string? ReplyTo,
    bool AcceptUnencrypted,
    bool PasswordUnreadable = false)
{
    public static readonly MailServerView None = new(false, null, null, null, null, false, null, null, null, false);

    public static MailServerView Of(MailServer server, InstanceKey key)
    {
        var isReadable = server.TryOpenPassword(key, out var password);
        return new(
            true, server.Host, server.Port, server.Security, server.UserName, password is not null, server.FromAddress, server.FromName, server.ReplyTo,
            server.AcceptUnencrypted, !isReadable);
    }
}
