using System.Globalization;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace OpenGov.ServiceDefaults.Telemetry;

/// <summary>
/// The exporter's standard settings (<c>OTEL_…</c>), read from the process's configuration: without OpenTelemetry's hosting
/// package the exporter would look at environment variables only.
/// </summary>
internal sealed class Exporting(IConfiguration configuration)
{
    /// <summary>A collector that is away must not hold up the end of a process.</summary>
    private const int TimeoutMilliseconds = 2000;

    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    public bool IsOn => !string.IsNullOrEmpty(configuration[Prefix + "ENDPOINT"]);

    public int MetricIntervalMilliseconds => Number("OTEL_METRIC_EXPORT_INTERVAL", 15_000);

    /// <param name="options">Of the exporter.</param>
    /// <param name="signal">traces, metrics or logs.</param>
    public void Configure(OtlpExporterOptions options, string signal)
    {
        var endpoint = configuration[Prefix + "ENDPOINT"]!;
        if (configuration[Prefix + "PROTOCOL"] is "http/protobuf")
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            endpoint = $"{endpoint.TrimEnd('/')}/v1/{signal}";
        }
        else
        {
#pragma warning disable CS0618 // gRPC is the standard's default and what Aspire's dashboard listens to.
            options.Protocol = OtlpExportProtocol.Grpc;
#pragma warning restore CS0618
        }

        options.Endpoint = new Uri(endpoint);
        options.Headers = configuration[Prefix + "HEADERS"];
        options.TimeoutMilliseconds = TimeoutMilliseconds;
        options.BatchExportProcessorOptions.ExporterTimeoutMilliseconds = TimeoutMilliseconds;
        options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = Number("OTEL_BSP_SCHEDULE_DELAY", 2000);
    }

    public void Configure(LogRecordExportProcessorOptions options)
    {
        options.BatchExportProcessorOptions.ExporterTimeoutMilliseconds = TimeoutMilliseconds;
        options.BatchExportProcessorOptions.ScheduledDelayMilliseconds = Number("OTEL_BLRP_SCHEDULE_DELAY", 2000);
    }

    private int Number(string name, int otherwise) =>
        int.TryParse(configuration[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
