using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Gateway;

/// <summary>A real server on loopback in a service's place: records what reaches it and answers as the test says.</summary>
internal sealed class TestUpstream : IAsyncDisposable
{
    private readonly int port;
    private WebApplication? app;

    private TestUpstream(int port) => this.port = port;

    public Uri Address => new($"http://127.0.0.1:{port}");

    public ConcurrentQueue<Seen> Requests { get; } = [];

    /// <summary>What it answers besides health; by default 200 with the path.</summary>
    public RequestDelegate Handler { get; set; } = context => context.Response.WriteAsync(context.Request.Path);

    public string Health { get; set; } = "Healthy";

    /// <summary>What it says its state is; null: it does not say.</summary>
    public string? StateVersion { get; set; } = "1";

    public static async Task<TestUpstream> StartAsync(RequestDelegate? handler = null, int? port = null)
    {
        var upstream = new TestUpstream(port ?? FreePorts.Next());
        if (handler is not null)
            upstream.Handler = handler;
        await upstream.RestartAsync();
        return upstream;
    }

    public async Task RestartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();

        // In the gateway's process, but not part of what it traces.
        builder.Services.AddSingleton(new System.Diagnostics.ActivitySource("upstream of a test"));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
    }

    /// <summary>The process is gone: its port refuses connections and open ones break.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app!.StopAsync(now.Token);
        await app.DisposeAsync();
        app = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await KillAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/alive" || context.Request.Path == "/health")
        {
            context.Response.StatusCode = string.Equals(Health, "Unhealthy", StringComparison.Ordinal) ? 503 : 200;
            await context.Response.WriteAsJsonAsync(new { status = Health });
            return;
        }

        if (context.Request.Path == "/internal/version")
        {
            context.Response.StatusCode = StateVersion is not null && context.Request.Headers.Authorization.ToString().StartsWith("Internal ", StringComparison.Ordinal) ? 200 : 404;
            await context.Response.WriteAsync(StateVersion ?? "");
            return;
        }

        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(new Seen(context.Request.Method, context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget, headers));
        await Handler(context);
    }

    /// <param name="Target">Path and query as they came over the wire.</param>
    internal sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
    {
        public string? this[string header] => Headers.GetValueOrDefault(header);
    }
}
