using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Messaging;

public static class MessagingExtensions
{
    /// <summary>The service's event log, its relay to RabbitMQ, its feed, and the inbox for the owners that it copies.</summary>
    /// <param name="owner">This service, one of <see cref="Owners"/>.</param>
    /// <param name="copies">What it keeps of other owners' facts.</param>
    public static void AddMessaging(this WebApplicationBuilder builder, string owner, params Projection[] copies)
    {
        builder.Services.Replace(ServiceDescriptor.Scoped<IEndedSessions, EndedSessions>());
        foreach (var copy in copies)
            builder.Services.AddSingleton(copy);
        if (copies.Any(copy => copy.Owner == Owners.Participants))
            builder.Services.AddSingleton<Projection, EndedSessionsCopy>();
        _ = owner;
    }

    /// <summary>The internal event feed and the commands of an operator (rebuild, send again).</summary>
    public static void MapMessaging(this WebApplication app)
    {
        app.MapInternal();
    }
}
