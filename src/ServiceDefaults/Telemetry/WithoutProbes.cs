using System.Diagnostics;
using OpenTelemetry;

namespace OpenGov.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps the questions whether a process lives, and what they cause, out of the traces: asked every other second, they would
/// bury the rest. A sampler cannot tell them, because addresses are set after it decides.
/// </summary>
internal sealed class WithoutProbes : BaseProcessor<Activity>
{
    private static readonly string[] Probes = ["/alive", "/health"];

    public override void OnEnd(Activity data)
    {
        for (var activity = data; activity is not null; activity = activity.Parent)
        {
            if (IsProbe(activity))
            {
                // Exporters take what is recorded only.
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
                return;
            }
        }
    }

    private static bool IsProbe(Activity activity) =>
        (activity.GetTagItem("url.path") ?? activity.GetTagItem("url.full")) is string address
            ? Probes.Any(probe => address.EndsWith(probe, StringComparison.Ordinal))
            : activity.OperationName is "proxy.cluster_health_checks";
}
