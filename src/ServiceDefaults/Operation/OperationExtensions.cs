using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Operation;

internal static class OperationExtensions
{
    /// <summary>What every process says of itself.</summary>
    public static void AddProcessReport(this WebApplicationBuilder builder, string name)
    {
        builder.Services.AddSingleton(new ProcessName(name));
        builder.Services.AddSingleton<RecentFailures>();
        builder.Services.AddSingleton<ILoggerProvider, RecentFailuresProvider>();
        builder.Logging.AddFilter<RecentFailuresProvider>(null, LogLevel.Error);
        builder.Services.AddSingleton<ProcessReporter>();
    }

    /// <summary>The operator's view of a service with log and copies.</summary>
    public static void AddOperation(this IServiceCollection services, bool copiesPosts)
    {
        if (copiesPosts)
        {
            services.AddSingleton<Projection, OperatorsCopy>();
            services.AddScoped<IOperators, Operators>();
        }

        services.AddSingleton<BrokerQueues>();
        services.AddSingleton<OrderRecords>();
        services.AddSingleton<OperatorCommands>();
        services.AddSingleton<MessageOrders>();
        services.AddSingleton<BackupOrders>();
        services.AddHostedService(provider => provider.GetRequiredService<BackupOrders>());
        services.AddSingleton<OperationReporter>();
    }
}
