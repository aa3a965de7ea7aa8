using OpenGov.AppHost.Native;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The commands that every process understands (names of Aspire 13.0 and 13.1; later versions accept them too).</summary>
public static class KnownResourceCommands
{
    public static readonly string StartCommand = "resource-start";
    public static readonly string StopCommand = "resource-stop";
    public static readonly string RestartCommand = "resource-restart";
}

/// <summary>What came of a command.</summary>
public sealed class ExecuteCommandResult
{
    public required bool Success { get; init; }

    public string? ErrorMessage { get; init; }
}

/// <summary>Stops and starts single resources of a running application.</summary>
public class ResourceCommandService
{
    private readonly Func<Orchestrator> _orchestrator;

    internal ResourceCommandService(Func<Orchestrator> orchestrator) => _orchestrator = orchestrator;

    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteCommandAsync(resource.Name, commandName, cancellationToken);

    /// <param name="resourceId">The name of a resource, or of one replica of it (<c>participants-2</c>).</param>
    /// <param name="commandName">One of <see cref="KnownResourceCommands"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, not what was begun.</param>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var processes = _orchestrator().Processes.Where(p => p.Name == resourceId || p.Resource.Name == resourceId).ToArray();
        if (processes.Length == 0)
            return new ExecuteCommandResult { Success = false, ErrorMessage = $"No process is called '{resourceId}'." };

        if (commandName != KnownResourceCommands.StartCommand && commandName != KnownResourceCommands.StopCommand
            && commandName != KnownResourceCommands.RestartCommand)
            return new ExecuteCommandResult { Success = false, ErrorMessage = $"'{commandName}' is not a command of '{resourceId}'." };

        if (commandName != KnownResourceCommands.StartCommand)
            await Task.WhenAll(processes.Select(p => p.StopAsync(cancellationToken)));
        if (commandName != KnownResourceCommands.StopCommand)
        {
            foreach (var process in processes)
                process.Start();
        }
        return new ExecuteCommandResult { Success = true };
    }
}
