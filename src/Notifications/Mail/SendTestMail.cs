using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Mail;

public sealed record TestMailRequest(string? To);

/// <param name="Reply">What the server answered when it took the message.</param>
public sealed record TestMailView(string Reply);

internal static class SendTestMail
{
    /// <summary>Sends at once and outside the queue, so that the administrator sees the server's own answer.</summary>
    public static async Task<Results<Ok<TestMailView>, ProblemHttpResult>> HandleAsync(
        TestMailRequest request, NotificationsDb database, InstanceKey key, IMailTransport transport, MailWriter writer, HttpContext http,
        CancellationToken cancellationToken)
    {
        var to = EmailAddress.Parse(request.To, "to");
        if (to.IsRefused)
            return http.Problem(to);
        var server = await database.MailServers.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (server is null)
            return http.Problem(Refusal.Rule("mail_server_missing"));

        if (server.TryOpen(key) is not { } settings)
            return http.Problem(Refusal.Rule("mail_password_unreadable", "password"));
        var instance = await database.FindInstanceAsync(cancellationToken) ?? new MailInstance(settings.FromName, "");
        try
        {
            await using var session = await transport.OpenAsync(settings, instance.Host, cancellationToken);
            var message = writer.WriteTest(settings, instance, to.Value, Guid.CreateVersion7(), CultureInfo.CurrentUICulture);
            var reply = await session.SendAsync(settings.From, to.Value, message, _ => Task.FromResult(true), cancellationToken);
            return TypedResults.Ok(new TestMailView(reply));
        }
        catch (MailException failure)
        {
            return http.Problem(Refusal.Rule(failure.Code, null, failure.Reply ?? failure.Message));
        }
    }
}
