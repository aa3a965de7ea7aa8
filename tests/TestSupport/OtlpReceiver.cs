using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpenGov.TestSupport;

/// <summary>
/// A collector of the test's own: takes OTLP over HTTP (binary protobuf) on loopback and keeps what processes export. Processes
/// are pointed at it with <see cref="Environment"/>.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<OtlpSpan> spans = [];
    private readonly ConcurrentQueue<OtlpLog> logs = [];
    private readonly ConcurrentQueue<OtlpMetric> metrics = [];
    private readonly ConcurrentQueue<byte[]> payloads = [];

    private OtlpReceiver(WebApplication app) => this.app = app;

    public Uri Endpoint { get; private set; } = null!;

    public IReadOnlyCollection<OtlpSpan> Spans => spans;
    public IReadOnlyCollection<OtlpLog> Logs => logs;
    public IReadOnlyCollection<OtlpMetric> Metrics => metrics;

    /// <summary>What a process needs to export here, and soon.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint.ToString().TrimEnd('/'),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();

        // What the receiver does is not part of what a test's process traces.
        builder.Services.AddSingleton(new System.Diagnostics.ActivitySource("receiver of a test"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.Run(receiver.ReceiveAsync);
        await receiver.app.StartAsync();
        var address = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        receiver.Endpoint = new Uri(address);
        return receiver;
    }

    /// <summary>Waits until the condition holds for what has arrived.</summary>
    /// <exception cref="TimeoutException">After <paramref name="seconds"/>; names the spans that did arrive.</exception>
    public async Task UntilAsync(Func<OtlpReceiver, bool> condition, int seconds = 20)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!condition(this))
        {
            if (DateTime.UtcNow > end)
            {
                var arrived = string.Join('\n', spans.Select(span => $"{span.TraceId} {span.Service} {span.Source} {span.Name}").TakeLast(100));
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Not within {seconds} s. Last spans:\n{arrived}"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Waits for a span.</summary>
    public async Task<OtlpSpan> SpanAsync(Func<OtlpSpan, bool> which, int seconds = 20)
    {
        await UntilAsync(receiver => receiver.spans.Any(which), seconds);
        return spans.First(which);
    }

    /// <summary>Whether a text occurs anywhere in what was exported: names, attributes, bodies, events.</summary>
    public bool Mentions(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return payloads.Any(payload => payload.AsSpan().IndexOf(bytes) >= 0);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var payload = body.ToArray();
        payloads.Enqueue(payload);
        switch (context.Request.Path.Value)
        {
            case "/v1/traces":
                OtlpMessages.Spans(payload).ForEach(spans.Enqueue);
                break;
            case "/v1/logs":
                OtlpMessages.Logs(payload).ForEach(logs.Enqueue);
                break;
            case "/v1/metrics":
                OtlpMessages.Metrics(payload).ForEach(metrics.Enqueue);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }

        // An empty message of the response's type: everything was accepted.
        context.Response.ContentType = "application/x-protobuf";
    }
}
