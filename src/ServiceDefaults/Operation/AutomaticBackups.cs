using System.Text.Json;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>What the native engine tells of the backups that it makes by itself.</summary>
/// <param name="Folder">Name of the folder that they lie in, without its path.</param>
/// <param name="Next">Null where none comes without being asked for, or where it is not known.</param>
/// <param name="Kept">How many there are.</param>
/// <param name="Last">The last that was completed and checked.</param>
/// <param name="Trial">The last that was restored as a trial.</param>
/// <param name="Failure">The last one that failed, also where a later one did not.</param>
/// <param name="TrialFailure">Ditto.</param>
/// <param name="Answer">To the last order of an operator.</param>
/// <param name="ByItself">Whether they come without being asked for.</param>
public sealed record AutomaticBackups(
    string Folder, DateTimeOffset? Next, int Kept, BackupRun? Running, BackupMade? Last, BackupMade? Trial, BackupFailed? Failure, BackupFailed? TrialFailure,
    BackupAnswer? Answer = null, bool ByItself = false)
{
    /// <summary>True while what was tried last did not succeed.</summary>
    public bool Fails => Failure is { } failure && !(Last?.At > failure.At);

    /// <inheritdoc cref="Fails"/>
    public bool TrialFails => TrialFailure is { } failure && !(Trial?.At > failure.At);

    /// <returns>Null where no engine makes backups here.</returns>
    internal static AutomaticBackups? Read(string dataFolder)
    {
        try
        {
            return JsonSerializer.Deserialize<AutomaticBackups>(File.ReadAllText(Path.Combine(dataFolder, "backups", "state.json")), JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <param name="IsTrial">A backup is being restored into databases of its own.</param>
/// <param name="Order">The operator's order that it answers.</param>
public sealed record BackupRun(DateTimeOffset Since, bool IsTrial, Guid? Order);

/// <param name="Name">Of its folder.</param>
public sealed record BackupMade(DateTimeOffset At, string Name, int Files, long SizeBytes);

/// <param name="Reason">SERVER_AWAY, NO_ROOM, DAMAGED, PROGRAMS_MISSING, ONE_RUNS_ALREADY, INTERRUPTED, FOLDER_MISSING, TOOK_TOO_LONG or OTHER; pages have a text for each.</param>
public sealed record BackupFailed(DateTimeOffset At, string Reason);

/// <param name="Failure">As in <see cref="BackupFailed"/>; null where the backup was made.</param>
public sealed record BackupAnswer(Guid Order, string? Failure);
