using OpenGov.Notifications.Deliveries;
using OpenGov.Notifications.Mail;
using OpenGov.Notifications.PersonalMails;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Notifications;

internal static class NotificationsExtensions
{
    /// <summary>Links, sealed addresses, mail and the workers that send it.</summary>
    public static void AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<Projection, PersonalMailsQueue>();
        services.AddSingleton<Projection, MovedAddresses>();
        services.AddSingleton<AddressVault>();
        services.AddSingleton<LinkTokens>();
        services.AddSingleton<MailWriter>();
        services.AddSingleton<IMailTransport, SmtpTransport>();
        services.AddSingleton<HandOverMarks>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<DeliverySignal>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliverySignal>());
        services.AddHostedService<DeliveryWorker>();
        services.AddSingleton<IFigures, DeliveryFigures>();
        services.AddSingleton<Housekeeping>();
        services.AddHostedService(provider => provider.GetRequiredService<Housekeeping>());
        services.AddHealthChecks().AddCheck<MailHealth>("mail");
    }
}
