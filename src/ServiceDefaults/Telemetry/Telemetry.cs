using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpenGov.ServiceDefaults.Telemetry;

/// <summary>
/// Traces, metrics and logs over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The providers are built by hand: the
/// hosting and instrumentation packages of OpenTelemetry cannot be restored, the built-in sources need no package.
/// </summary>
public static class TelemetryExtensions
{
    public const string SourceName = "OpenGov";

    public static readonly ActivitySource Source = new(SourceName);
    public static readonly Meter Meter = new(SourceName);

    private static readonly string[] Sources =
        [SourceName, "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Yarp.ReverseProxy"];

    private static readonly string[] Meters =
    [
        SourceName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime",
        "Npgsql", "MassTransit", "Yarp.ReverseProxy",
    ];

    private static readonly string[] Talkative =
        ["Microsoft.AspNetCore", "System.Net.Http.HttpClient", "Yarp.ReverseProxy", "Microsoft.EntityFrameworkCore", "Npgsql"];

    /// <summary>A collector that is away costs the end of a process this long at most.</summary>
    private const int ShutdownMilliseconds = 3000;

    public static void AddTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        // HTTP spans carry their tags (method, route, status) only with this switch (.NET 10).
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        DistributedContextPropagator.Current = new TraceOnlyPropagator();
        builder.Services.AddSingleton(DistributedContextPropagator.Current);

        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "O";
            options.IncludeScopes = false;
        });
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);

        LogsWithoutValues.Use(builder.Services);
        // These write whole exceptions into the text itself. Whoever catches the exception logs it.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Query", LogLevel.None);

        // Below Warning these write whole addresses, with set-up keys, tokens and searches in them; traces say it without.
        foreach (var category in Talkative)
            builder.Logging.AddFilter(category, LogLevel.Warning);

        var resource = ResourceBuilder.CreateDefault().AddService(
            builder.Configuration["OTEL_SERVICE_NAME"] ?? serviceName,
            serviceVersion: typeof(TelemetryExtensions).Assembly.GetName().Version?.ToString(3),
            serviceInstanceId: Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var exporting = new Exporting(builder.Configuration);
        if (exporting.IsOn)
        {
            builder.Logging.AddOpenTelemetry(logging =>
            {
                logging.SetResourceBuilder(resource);
                logging.IncludeFormattedMessage = true;
                logging.AddOtlpExporter((exporter, processor) =>
                {
                    exporting.Configure(exporter, "logs");
                    exporting.Configure(processor);
                });
            });
        }

        builder.Services.AddSingleton<IStartupFilter, RequestOutcomes>();
        builder.Services.AddHostedService(_ => new Providers(resource, exporting));
    }

    /// <summary>Builds the providers with the host and flushes them at its end.</summary>
    private sealed class Providers(ResourceBuilder resource, Exporting exporting) : IHostedLifecycleService
    {
        /// <summary>
        /// Without an exporter nobody reads spans, and describing them is work for each request. What is left is who caused what: events and
        /// logs carry the trace of their request all the same. One for the process, for as long as it lives.
        /// </summary>
        private static readonly ActivityListener Identifying = new()
        {
            ShouldListenTo = source => source.Name is SourceName or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
        };

        private TracerProvider? traces;
        private MeterProvider? metrics;

        public Task StartingAsync(CancellationToken cancellationToken)
        {
            if (!exporting.IsOn)
            {
                ActivitySource.AddActivityListener(Identifying);
                return Task.CompletedTask;
            }

            var tracing = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources)
                .AddProcessor(new WithoutProbes()).AddProcessor(new SecretsInAddresses());
            traces = tracing.AddOtlpExporter(options => exporting.Configure(options, "traces")).Build();
            metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters)
                .AddOtlpExporter((exporter, reader) =>
                {
                    exporting.Configure(exporter, "metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = exporting.MetricIntervalMilliseconds;
                    reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = ShutdownMilliseconds;
                })
                .Build();
            return Task.CompletedTask;
        }

        public async Task StoppedAsync(CancellationToken cancellationToken)
        {
            // A host can be stopped from two sides at once (its own RunAsync and whoever holds it); a provider cannot.
            var (lastTraces, lastMetrics) = (Interlocked.Exchange(ref traces, null), Interlocked.Exchange(ref metrics, null));
            await Task.WhenAll(
                Task.Run(() => lastTraces?.Shutdown(ShutdownMilliseconds), CancellationToken.None),
                Task.Run(() => lastMetrics?.Shutdown(ShutdownMilliseconds), CancellationToken.None));
            lastTraces?.Dispose();
            lastMetrics?.Dispose();
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
