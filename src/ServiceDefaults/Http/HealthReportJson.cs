using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenGov.ServiceDefaults.Http;

/// <summary>What <c>/health</c> answers: the worst status and each check's own. Exceptions stay in the log.</summary>
/// <param name="Status">Healthy, Degraded or Unhealthy.</param>
public sealed record HealthReportJson(string Status, IReadOnlyDictionary<string, HealthCheckJson> Checks)
{
    internal static Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(Of(report), http.RequestAborted);
    }

    internal static HealthReportJson Of(HealthReport report) => new(
        report.Status.ToString(),
        report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ToDictionary(entry => entry.Key, entry => new HealthCheckJson(entry.Value.Status.ToString(), entry.Value.Description), StringComparer.Ordinal));
}

/// <param name="Description">In English, for the operator; null where there is nothing to say.</param>
public sealed record HealthCheckJson(string Status, string? Description);
