using OpenGov.Portal.Layout;
using OpenGov.ServiceDefaults.Operation;
using static OpenGov.Portal.Text;

namespace OpenGov.Portal.Operation;

/// <summary>What somebody should attend to about backups.</summary>
internal static class BackupFindings
{
    /// <summary>One day's backup may fail or be late; two are a habit.</summary>
    private static readonly TimeSpan MayBeOld = TimeSpan.FromDays(2);

    /// <summary>One begins within seconds of its time; also how far a clock may be wrong.</summary>
    private static readonly TimeSpan MayBeLate = TimeSpan.FromHours(1);

    /// <summary>With these it is not the backup that is bad: it could not be tried.</summary>
    private static readonly string[] NotTried = ["SERVER_AWAY", "NO_ROOM", "PROGRAMS_MISSING", "ONE_RUNS_ALREADY", "INTERRUPTED", "TOOK_TOO_LONG"];

    /// <summary>What helps where a trial failed. It needs room elsewhere than a backup.</summary>
    public static string TrialRemedy(string reason) => reason == "NO_ROOM" ? T("operation.todoTrialRoom") : Code("backuptodo", reason);

    public static IEnumerable<Finding> Of(SystemView system)
    {
        if (system.Backup is not { } backup)
        {
            yield return new Finding(Severity.Notice, T("operation.findBackupUnknown"), T("operation.todoBackups"));
            yield break;
        }

        var own = backup.Automatic;
        // One from the future says nothing either: the clock was ahead when it was made.
        var isOld = backup.At is { } at && (system.At - at > MayBeOld || at - system.At > MayBeLate);
        var isLate = own is { ByItself: true, Running: null } && !(own.Next >= system.At - MayBeLate);
        // Without any backup, or with an old one, every further failure costs more.
        if (own is { Fails: true, Failure: { } failure })
            yield return new Finding(isOld || backup.At is null ? Severity.Failure : Severity.Warning, T("operation.findBackupFails", Format.Moment(failure.At), Code("backupproblem", failure.Reason)), Code("backuptodo", failure.Reason));
        if (own is { TrialFails: true, TrialFailure: { } trial })
            yield return Trial(trial);
        if (isLate)
            yield return new Finding(Severity.Warning, own!.Next is { } due ? T("operation.findBackupLate", Format.Moment(due)) : T("operation.findBackupUnplanned"), T("operation.todoBackupLate"));
        if (isOld)
            yield return new Finding(Severity.Warning, T("operation.findBackupOld", Format.Moment(backup.At)), T(own is null ? "operation.todoBackups" : "operation.todoBackupOld"));
        if (backup.At is null && own is not { Fails: true } && !isLate)
            yield return None(own);
    }

    private static Finding Trial(BackupFailed failure)
    {
        var (at, problem) = (Format.Moment(failure.At), Code("backupproblem", failure.Reason));
        return NotTried.Contains(failure.Reason, StringComparer.Ordinal)
            ? new Finding(Severity.Warning, T("operation.findTrialNotMade", at, problem), TrialRemedy(failure.Reason))
            : new Finding(Severity.Failure, T("operation.findTrialFails", at, problem), T("operation.todoTrialFails"));
    }

    private static Finding None(AutomaticBackups? own) => own switch
    {
        null => new Finding(Severity.Warning, T("operation.findBackups"), T("operation.todoBackups")),
        { Next: { } next } => new Finding(Severity.Notice, T("operation.findBackups"), T("operation.todoBackupsSoon", Format.Moment(next))),
        { Running: { } run } => new Finding(Severity.Notice, T("operation.findBackups"), T("operation.backupRuns", Format.Moment(run.Since))),
        _ => new Finding(Severity.Warning, T("operation.findBackups"), T("operation.todoBackupsAsk")),
    };
}
