using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Caching;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Messaging;

public static class MessagingExtensions
{
    /// <summary>The service's event log, its relay to RabbitMQ, its feed, and the inbox for the owners that it copies.</summary>
    /// <param name="owner">This service, one of <see cref="Owners"/>.</param>
    /// <param name="copies">What it keeps of other owners' facts.</param>
    public static void AddMessaging(this WebApplicationBuilder builder, string owner, params Projection[] copies)
    {
        var services = builder.Services;
        services.Replace(ServiceDescriptor.Scoped<IEndedSessions, EndedSessions>());
        foreach (var copy in copies)
            services.AddSingleton(copy);
        if (copies.Any(copy => copy.Owner == Owners.Participants))
            services.AddSingleton<Projection, EndedSessionsCopy>();
        services.AddOperation(copiesPosts: copies.Any(copy => copy.Owner == Owners.Participants));

        services.AddDatabaseVersion();
        services.AddSingleton<BrokerState>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<InboxMeters>();
        services.AddSingleton<FactApplier>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<CatchUpState>();
        services.AddSingleton<CatchUp>();
        services.AddHostedService(provider => provider.GetRequiredService<CatchUp>());
        services.AddSingleton<ParkedFacts>();
        services.AddSingleton<BrokenMessages>();
        services.AddHostedService(provider => provider.GetRequiredService<BrokenMessages>());
        services.AddSingleton<Rebuild>();
        services.AddHealthChecks().AddCheck<ProjectionsHealth>("projections", tags: ["ready"]);

        var broker = builder.Configuration.GetConnectionString("broker") is { Length: > 0 } address ? new Uri(address) : null;
        services.AddSingleton(new RabbitTopology(owner, broker));
        services.AddSingleton<RelayPosition>();
        services.AddSingleton<RelayMeters>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BatchPublisher>(provider, owner));
        services.AddHostedService<Relay>();
        services.AddSingleton<RequestRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<RequestRetention>());
        if (broker is null)
            services.AddHealthChecks().AddCheck<NoBrokerHealth>("broker", tags: ["ready"]);
        else
            services.AddBus(owner, broker, copies.Select(copy => copy.Owner).Distinct(StringComparer.Ordinal).ToArray());
    }

    /// <summary>The internal event feed, what an operator sees and orders (rebuild, send again), and what a person may see of themselves.</summary>
    public static void MapMessaging(this WebApplication app)
    {
        app.MapOwnPersonalData(app.Services.GetRequiredService<RabbitTopology>().Owner);
        var routes = app.MapInternal();
        routes.MapFeed();
        routes.MapInbox();
        app.MapOperation(app.Services.GetRequiredService<RabbitTopology>().Owner);
    }
}
