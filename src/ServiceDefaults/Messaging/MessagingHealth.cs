using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>Copies that lag, cannot be read or hold parked facts: the service serves, but an operator should look.</summary>
internal sealed class ProjectionsHealth(CatchUpState state, ParkedFacts parked, TimeProvider clock) : IHealthCheck
{
    /// <summary>A copy may be behind for a moment while a large batch is applied.</summary>
    private static readonly TimeSpan MayLag = TimeSpan.FromSeconds(10);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var complaints = new List<string>();
        foreach (var (owner, copy) in state.Copies.OrderBy(copy => copy.Key, StringComparer.Ordinal))
        {
            if (copy.Failure is { } failure)
                complaints.Add($"Cannot catch up with {owner} ({failure}).");
            else if (copy.Position > copy.Head)
                complaints.Add($"The copy of {owner} is ahead of its log, which lost facts: rebuild the copy.");
            else if (copy.BehindSince is { } since && clock.GetUtcNow() - since > MayLag)
                complaints.Add($"The copy of {owner} is {copy.Head - copy.Position} facts behind since {since:O}.");
        }

        try
        {
            if (await HealthPatience.AskAsync(parked.WaitingAsync, cancellationToken) is (> 0 and var count, { } first))
                complaints.Add($"{count} facts are parked, the first since {first:O}.");
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            complaints.Add("Parked facts cannot be counted: PostgreSQL does not answer.");
        }

        return complaints.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(' ', complaints));
    }
}

/// <summary>Stands for the bus where no broker is configured.</summary>
internal sealed class NoBrokerHealth : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Degraded("No broker is configured: copies are made from the owners' feeds."));
}
