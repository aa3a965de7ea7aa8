using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.ServiceDefaults.Data;

public static class DatabaseExtensions
{
    /// <summary>The service's own database: data source, EF Core context, schema migrations and readiness check.</summary>
    /// <param name="connectionName">Name of the connection string, for example <c>action-plans-db</c>.</param>
    public static void AddServiceDatabase<TContext>(this IHostApplicationBuilder builder, string connectionName)
        where TContext : ServiceDbContext
    {
        var connectionString = builder.Configuration.GetConnectionString(connectionName)
            ?? throw new InvalidOperationException($"Set ConnectionStrings__{connectionName} to this service's PostgreSQL database.");
        builder.Services.AddSingleton(services => Build(services, connectionString));
        builder.Services.AddSingleton(services => new SideConnections(Build(services, connectionString, SideConnections.AtMost)));
        builder.Services.AddDbContext<TContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
            .EnableSensitiveDataLogging(false));
        builder.Services.AddScoped<ServiceDbContext>(services => services.GetRequiredService<TContext>());
        builder.Services.AddSingleton(services => new SchemaMigrator(
            services.GetRequiredService<NpgsqlDataSource>(), typeof(TContext).Assembly, services.GetRequiredService<ILogger<SchemaMigrator>>()));
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]);
    }

    private static NpgsqlDataSource Build(IServiceProvider services, string connectionString, int? atMost = null)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        // Parameter values may be personal data: never logged.
        source.EnableParameterLogging(false);
        // A statement that a connection runs for the fifth time stays parsed and planned, which is much of what applying a fact
        // costs PostgreSQL. Few enough of them to keep its memory for each connection well under a megabyte.
        source.ConnectionStringBuilder.MaxAutoPrepare = 32;
        if (atMost is { } connections)
        {
            (source.ConnectionStringBuilder.MinPoolSize, source.ConnectionStringBuilder.MaxPoolSize) = (0, connections);
            // Nobody asks on them in between: one that lay there while the server was started again would fail whoever comes first.
            (source.ConnectionStringBuilder.ConnectionIdleLifetime, source.ConnectionStringBuilder.ConnectionPruningInterval) = (1, 1);
        }

        DatabaseConnections.Limit(source.ConnectionStringBuilder);
        return source.Build();
    }

    /// <summary>Brings the schema up to date before the service answers, waiting up to a minute for PostgreSQL.</summary>
    public static async Task ApplySchemaAsync(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILogger<SchemaMigrator>>();
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await app.Services.GetRequiredService<SchemaMigrator>().ApplyAsync(app.Lifetime.ApplicationStopping);
                return;
            }
            catch (NpgsqlException exception) when (Http.ExceptionToProblem.IsDatabaseAway(exception) && clock.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                log.LogWarning("Waiting for PostgreSQL: {Reason}", FailureText.Of(exception));
                await Task.Delay(TimeSpan.FromSeconds(1), clock, app.Lifetime.ApplicationStopping);
            }
        }
    }
}
