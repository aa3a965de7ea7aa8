using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OpenGov.AppHost.Native;

/// <summary>Tells whoever started the system what it waits for, what runs where, and what fell and came back.</summary>
internal sealed class ConsoleReport(Orchestrator orchestrator, ResourceNotificationService notifications, TextWriter output)
{
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await output.WriteLineAsync(Messages.Starting(orchestrator.Instance.Folder));
        var said = "";
        while (true)
        {
            var change = notifications.NextChange;
            var missing = orchestrator.Processes.Where(p => p.Health != HealthStatus.Healthy).Select(p => p.Name).ToArray();
            if (missing.Length == 0)
                break;
            var now = Messages.WaitingFor(string.Join(", ", missing));
            if (now != said)
                await output.WriteLineAsync($"[{Stopwatch.GetElapsedTime(started).TotalSeconds,5:0.0} s] {now}");
            said = now;
            await change.WaitAsync(cancellationToken);
        }
        await output.WriteLineAsync(Messages.Ready(Stopwatch.GetElapsedTime(started).TotalSeconds));
        await WriteTableAsync();
        await FollowChangesAsync(cancellationToken);
    }

    public Task SayAsync(string message) => output.WriteLineAsync(message);

    private async Task WriteTableAsync()
    {
        List<string[]> rows = [[Messages.ColumnResource(), Messages.ColumnState(), Messages.ColumnAddress(), Messages.ColumnProcess()]];
        foreach (var process in orchestrator.Processes)
        {
            var addresses = process.Resource.Endpoints.Where(e => e.Name != "distribution")
                .Select(e => e.Url(orchestrator.Processes.Where(p => p.Resource == process.Resource).TakeWhile(p => p != process).Count()));
            rows.Add([process.Name, StateOf(process), string.Join(' ', addresses), $"{process.ProcessId}"]);
        }
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length)).ToArray();
        await output.WriteLineAsync();
        foreach (var row in rows)
            await output.WriteLineAsync("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        await output.WriteLineAsync();
        await output.WriteLineAsync(Messages.StopHint());
    }

    private async Task FollowChangesAsync(CancellationToken cancellationToken)
    {
        var known = orchestrator.Processes.ToDictionary(p => p, StateOf);
        while (true)
        {
            var change = notifications.NextChange;
            foreach (var process in orchestrator.Processes)
            {
                var state = StateOf(process);
                if (known[process] == state)
                    continue;
                known[process] = state;
                await output.WriteLineAsync(process.Health == HealthStatus.Healthy
                    ? Messages.CameBack(process.Name) : Messages.Fell(process.Name, state));
            }
            await change.WaitAsync(cancellationToken);
        }
    }

    private static string StateOf(SupervisedProcess process) =>
        Messages.State(process is { State: "Running", Health: { } health } ? $"{health}" : process.State);
}
