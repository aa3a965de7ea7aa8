using System.Text.Json;

namespace OpenGov.AppHost.Native;

/// <summary>What the operator's page is told of the backups; the services read it from <c>backups/state.json</c> of the data folder. It names no path and nobody.</summary>
/// <param name="Folder">Its name alone.</param>
/// <param name="Next">Null where none is made without being asked for, or where it is not known.</param>
/// <param name="Kept">How many there are.</param>
/// <param name="Last">The last that was completed and checked.</param>
/// <param name="Trial">The last that was restored as a trial.</param>
/// <param name="Failure">The last backup that failed, also where a later one did not.</param>
/// <param name="TrialFailure">Ditto.</param>
/// <param name="Answer">To the last order. It stays until the next one, whatever happens meanwhile.</param>
/// <param name="ByItself">Whether they are made without being asked for.</param>
internal sealed record BackupState(
    string Folder, DateTimeOffset? Next = null, int Kept = 0, BackupRun? Running = null, BackupMade? Last = null, BackupMade? Trial = null,
    BackupFailed? Failure = null, BackupFailed? TrialFailure = null, BackupAnswer? Answer = null, bool ByItself = false)
{
    /// <summary>Clocks are corrected by seconds now and then.</summary>
    private static readonly TimeSpan Corrected = TimeSpan.FromHours(1);

    private const UnixFileMode ForServices = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <returns>Null where there is none, or none that can be read.</returns>
    public static BackupState? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupState>(File.ReadAllText(file), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Without what a clock that was ahead dated: it would say for months that nothing is due, and stand against what came after it.</summary>
    public BackupState Until(DateTimeOffset now)
    {
        var latest = now + Corrected;
        return this with
        {
            Last = Last?.At > latest ? null : Last,
            Trial = Trial?.At > latest ? null : Trial,
            Failure = Failure?.At > latest ? null : Failure,
            TrialFailure = TrialFailure?.At > latest ? null : TrialFailure,
        };
    }

    /// <summary>As a whole, or not at all.</summary>
    public void Write(string file)
    {
        using (var stream = new FileStream(file + ".new", new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = ForServices }))
        {
            JsonSerializer.Serialize(stream, this, JsonSerializerOptions.Web);
            stream.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(file + ".new", ForServices);
        File.Move(file + ".new", file, overwrite: true);
    }
}

/// <param name="Order">Of the operator who asked for it.</param>
internal sealed record BackupRun(DateTimeOffset Since, bool IsTrial, Guid? Order);

/// <param name="Files">Without the list of checksums.</param>
internal sealed record BackupMade(DateTimeOffset At, string Name, int Files, long SizeBytes);

/// <param name="Reason">A <see cref="BackupProblem"/> as the page knows it.</param>
internal sealed record BackupFailed(DateTimeOffset At, string Reason);

/// <param name="Failure">Why it failed; null where the backup was made.</param>
internal sealed record BackupAnswer(Guid Order, string? Failure);

/// <summary>Why there is no backup.</summary>
internal enum BackupProblem { Other, ServerAway, NoRoom, Damaged, ProgramsMissing, OneRunsAlready, Interrupted, FolderMissing, TookTooLong }

internal sealed class BackupProblemException(BackupProblem problem) : Exception
{
    public BackupProblem Problem { get; } = problem;

    /// <param name="exitCode">Of the scripts (<c>deploy/backups.sh</c>); above 128 a signal ended it.</param>
    public static BackupProblemException OfExitCode(int exitCode) => new(exitCode switch
    {
        11 => BackupProblem.ServerAway,
        12 => BackupProblem.NoRoom,
        13 => BackupProblem.Damaged,
        14 => BackupProblem.ProgramsMissing,
        15 => BackupProblem.OneRunsAlready,
        16 or > 128 => BackupProblem.Interrupted,
        _ => BackupProblem.Other,
    });

    public static string CodeOf(BackupProblem problem) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(problem.ToString());
}
