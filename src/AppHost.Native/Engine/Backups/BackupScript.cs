namespace OpenGov.AppHost.Native;

/// <summary>Runs one of <c>deploy</c>'s scripts as a child that leaves processor and disk to the others.</summary>
internal static class BackupScript
{
    /// <summary>A database that locks a table for hours, or a disk over a network that answers no more.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string script, Instance instance, string backup, LogFile log, CancellationToken stop)
    {
        string[] ioPriority = Posix.Find("ionice") is { } ionice ? [ionice, "-c", "2", "-n", "7"] : [];
        var command = new Command(Recipes.Require("nice", "coreutils"), ["-n", "10", .. ioPriority, "bash", script, instance.Folder, backup], instance.Folder)
        {
            // It removes what it began; what does not go in time is killed, with what it started.
            StopTimeout = TimeSpan.FromSeconds(2),
        };
        using var child = await Child.StartAsync(command, instance.PidFile("backup"), log);
        try
        {
            return await child.Exited.WaitAsync(Longest, stop);
        }
        catch (TimeoutException)
        {
            throw new BackupProblemException(BackupProblem.TookTooLong);
        }
        finally
        {
            await child.StopAsync();
        }
    }
}
