using System.Diagnostics;

namespace OpenGov.ServiceDefaults.Telemetry;

/// <summary>
/// W3C trace context without baggage: what a caller writes there would travel to every service, into messages and logs, and
/// nobody could say that it holds no personal data.
/// </summary>
internal sealed class TraceOnlyPropagator : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator W3C = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent", "tracestate"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (setter is not null)
            W3C.Inject(activity, carrier, (target, name, value) =>
            {
                if (Fields.Contains(name, StringComparer.Ordinal))
                    setter(target, name, value);
            });
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        W3C.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
