using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>MassTransit over RabbitMQ, as far as this system uses it: one exchange for each owner, one queue for each copy.</summary>
internal static class BusExtensions
{
    /// <param name="subscriber">This service.</param>
    /// <param name="broker">An <c>amqp://user:password@host:port/vhost</c> address.</param>
    /// <param name="owners">Whose facts it copies.</param>
    public static void AddBus(this IServiceCollection services, string subscriber, Uri broker, IReadOnlyCollection<string> owners)
    {
        services.AddSingleton<InboxConsumer>();
        // Each look at /health while the broker is away would log a warning with a stack; the publisher and MassTransit say it once
        // for each attempt.
        services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error));
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            // The broker brings speed, not truth: without it the service is degraded, not down.
            bus.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "broker";
                health.MinimalFailureStatus = HealthStatus.Degraded;
                health.Tags.Add("ready");
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker, host =>
                {
                    var user = broker.UserInfo.Split(':', 2);
                    if (user is [var name, var password])
                    {
                        host.Username(Uri.UnescapeDataString(name));
                        host.Password(Uri.UnescapeDataString(password));
                    }

                    host.ConnectionName(subscriber);
                    host.Heartbeat(TimeSpan.FromSeconds(10));
                });
                foreach (var owner in owners)
                {
                    rabbit.ReceiveEndpoint(RabbitTopology.QueueOf(subscriber, owner), endpoint =>
                    {
                        endpoint.ConfigureConsumeTopology = false;
                        foreach (var (name, value) in RabbitTopology.QueueArguments)
                            endpoint.SetQueueArgument(name, value);
                        endpoint.Bind(RabbitTopology.ExchangeOf(owner), exchange => exchange.ExchangeType = "fanout");
                        // Order needs one message at a time; a few more wait in memory so that the next is at hand.
                        endpoint.ConcurrentMessageLimit = 1;
                        endpoint.PrefetchCount = 8;
                        endpoint.Consumer(() => context.GetRequiredService<InboxConsumer>());
                    });
                }
            });
        });
        // The web server must not wait for the broker.
        services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = false);
    }
}
