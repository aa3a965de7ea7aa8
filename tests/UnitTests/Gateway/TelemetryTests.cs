using System.Diagnostics;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.Gateway;

public sealed class TelemetryTests
{
    private const string Key = "Qm9sYS1kZS1mdWVnbw-9zYXJhbWJ1bGxv-77Kq";

    [Fact]
    public async Task One_trace_runs_from_the_caller_through_the_gateway_to_the_service()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var system = await TestSystem.StartAsync([.. receiver.Environment.Select(pair => (pair.Key, pair.Value))]);
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var answer = await system.SendAsync("GET", "/api/action-plans/v1/plans", ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        var inward = system.ActionPlans.Requests.ShouldHaveSingleItem()["traceparent"]!.Split('-');
        inward[1].ShouldBe(trace);

        var server = await receiver.SpanAsync(span => span.TraceId == trace && span.Source == "Microsoft.AspNetCore");
        server.Service.ShouldBe("gateway");
        server.Kind.ShouldBe(2);
        server.Name.ShouldBe("GET /api/action-plans/{**rest}");
        server.ParentId.ShouldBe("00f067aa0ba902b7");
        server.Attributes["http.request.method"].ShouldBe("GET");
        server.Attributes["url.path"].ShouldBe("/api/action-plans/v1/plans");
        server.Attributes["http.response.status_code"].ShouldBe("200");
        var client = await receiver.SpanAsync(span => span.TraceId == trace && span.SpanId == inward[2]);
        client.Source.ShouldBe("System.Net.Http");
        client.Kind.ShouldBe(3);
    }

    [Fact]
    public async Task No_secret_of_an_address_a_cookie_or_a_header_is_exported()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var system = await TestSystem.StartAsync(
            [.. receiver.Environment.Select(pair => (pair.Key, pair.Value)), ("Logging:LogLevel:Default", "Information")]);
        string[] addresses =
        [
            $"/configurar?clave={Key}", $"/avisos/confirmar/{Key}", $"/avisos/baja/{Key}", $"/cuenta/invitacion/{Key}", $"/compromisos?q=persona%40example.mx&x={Key}",
            $"/api/participants/v1/invitations/{Key}", $"/api/notifications/v1/subscription-tokens/{Key}", $"/nuevo/{Key}",
        ];
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        foreach (var address in addresses)
        {
            using var answer = await system.SendAsync(
                "GET", address, ("Cookie", $"og_session={Key}"), ("Referer", $"http://x/{Key}"), ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        }

        // A service that fails is what gets logged.
        await system.Portal.KillAsync();
        using var failed = await system.SendAsync("GET", $"/cuenta/invitacion/{Key}?a={Key}", ("Authorization", $"Bearer {Key}"), ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));

        await receiver.UntilAsync(all => all.Spans.Count(span => span.TraceId == trace && span.Source == "Microsoft.AspNetCore") == addresses.Length + 1 && all.Logs.Any(log => log.TraceId == trace));
        receiver.Mentions(Key).ShouldBeFalse();
        receiver.Mentions("persona").ShouldBeFalse();
        receiver.Mentions("clave=").ShouldBeFalse();
        receiver.Spans.ShouldContain(span => span.TraceId == trace && span.Attributes.GetValueOrDefault("url.path") == "/avisos/baja/***");
        receiver.Logs.ShouldContain(log => log.Service == "gateway" && log.TraceId == trace);
    }

    [Fact]
    public async Task Probes_are_not_traced_and_metrics_are_exported()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var system = await TestSystem.StartAsync([.. receiver.Environment.Select(pair => (pair.Key, pair.Value))]);
        using var health = await system.SendAsync("GET", "/health");
        using var alive = await system.SendAsync("GET", "/alive");
        using var page = await system.SendAsync("GET", "/plan");
        await receiver.SpanAsync(span => span.Attributes.GetValueOrDefault("url.path") == "/plan");
        receiver.Spans.ShouldNotContain(span => span.Attributes.GetValueOrDefault("url.path") == "/health" || span.Attributes.GetValueOrDefault("url.path") == "/alive");
        await receiver.UntilAsync(all => all.Metrics.Any(metric => metric.Name == "http.server.request.duration" && metric.Service == "gateway"));
    }

    [Fact]
    public async Task A_collector_that_is_away_does_not_hold_up_the_end()
    {
        var nobody = $"http://127.0.0.1:{FreePorts.Next()}";
        var system = await TestSystem.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", nobody), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        using var page = await system.SendAsync("GET", "/plan");
        var clock = Stopwatch.StartNew();
        await system.DisposeAsync();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
    }
}
