using OpenGov.Portal.Layout;
using OpenGov.ServiceDefaults.Operation;
using static OpenGov.Portal.Text;

namespace OpenGov.Portal.Operation;

/// <summary>What somebody should attend to about backups.</summary>
internal static class BackupFindings
{
    /// <summary>One day's backup may fail or be late; two are a habit.</summary>
    private static readonly TimeSpan MayBeOld = TimeSpan.FromDays(2);

    /// <summary>With these it is not the backup that is bad: it could not be tried.</summary>
    private static readonly string[] NotTried = ["SERVER_AWAY", "NO_ROOM", "PROGRAMS_MISSING", "ONE_RUNS_ALREADY", "INTERRUPTED"];

    public static IEnumerable<Finding> Of(SystemView system)
    {
        if (system.Backup is not { } backup)
        {
            yield return new Finding(Severity.Notice, T("operation.findBackupUnknown"), T("operation.todoBackups"));
            yield break;
        }

        var own = backup.Automatic;
        var isOld = backup.At is { } at && system.At - at > MayBeOld;
        // Without any backup, or with an old one, every further failure costs more.
        if (own is { Fails: true, Failure: { } failure })
            yield return new Finding(isOld || backup.At is null ? Severity.Failure : Severity.Warning, T("operation.findBackupFails", Format.Moment(failure.At), Code("backupproblem", failure.Reason)), Code("backuptodo", failure.Reason));
        if (own is { TrialFails: true, TrialFailure: { } trial })
            yield return new Finding(NotTried.Contains(trial.Reason, StringComparer.Ordinal) ? Severity.Warning : Severity.Failure, T("operation.findTrialFails", Format.Moment(trial.At), Code("backupproblem", trial.Reason)), T("operation.todoTrialFails"));
        if (isOld)
            yield return new Finding(Severity.Warning, T("operation.findBackupOld", Format.Moment(backup.At)), T(own is null ? "operation.todoBackups" : "operation.todoBackupOld"));
        if (backup.At is null && own is not { Fails: true })
            yield return None(own);
    }

    private static Finding None(AutomaticBackups? own) => own switch
    {
        null => new Finding(Severity.Warning, T("operation.findBackups"), T("operation.todoBackups")),
        { Next: { } next } => new Finding(Severity.Notice, T("operation.findBackups"), T("operation.todoBackupsSoon", Format.Moment(next))),
        { Running: { } run } => new Finding(Severity.Notice, T("operation.findBackups"), T("operation.backupRuns", Format.Moment(run.Since))),
        _ => new Finding(Severity.Warning, T("operation.findBackups"), T("operation.todoBackupsAsk")),
    };
}
