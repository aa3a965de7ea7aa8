using OpenGov.Portal.Layout;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Operation;
using static OpenGov.Portal.Text;

namespace OpenGov.Portal.Operation;

public enum Severity
{
    /// <summary>Good to know; nothing is broken.</summary>
    Notice,

    /// <summary>It works, but somebody should look.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Failure,
}

/// <param name="What">What is the matter, for a civil servant.</param>
/// <param name="Todo">What helps.</param>
/// <param name="Link">A page that helps; null where none does.</param>
public sealed record Finding(Severity Severity, string What, string Todo, string? Link = null);

/// <summary>
/// What somebody should attend to, read from what the processes told. Only thresholds of showing: no service acts on them.
/// </summary>
internal static class Findings
{
    /// <summary>A fact is at the broker within milliseconds; a minute means that nobody brings it.</summary>
    private static readonly TimeSpan LogMayWait = TimeSpan.FromMinutes(1);

    /// <summary>As the services' own health says.</summary>
    private static readonly TimeSpan CopyMayLag = TimeSpan.FromSeconds(10);

    /// <summary>Keeps PostgreSQL from cleaning up; no request of ours takes a minute.</summary>
    private static readonly TimeSpan TransactionMayTake = TimeSpan.FromMinutes(5);

    /// <summary>Tokens live five minutes with a skew of seconds.</summary>
    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MailMayWait = TimeSpan.FromMinutes(10);

    /// <summary>Time to renew, and to ask others if renewing by itself does not work.</summary>
    private static readonly TimeSpan CertificateWarning = TimeSpan.FromDays(30);

    /// <summary>As long as somebody who looks daily needs to see it.</summary>
    private static readonly TimeSpan RestartIsNews = TimeSpan.FromDays(1);

    private const long Gigabyte = 1024L * 1024 * 1024;

    /// <summary>Worst first.</summary>
    public static IReadOnlyList<Finding> Of(SystemView system) =>
    [
        .. Processes(system).Concat(Restarts(system)).Concat(Versions(system)).Concat(Broker(system)).Concat(Facts(system)).Concat(Databases(system)).Concat(Mail(system)).Concat(Machine(system)).Concat(BackupFindings.Of(system))
            .OrderByDescending(finding => finding.Severity),
    ];

    private static IEnumerable<Finding> Processes(SystemView system)
    {
        foreach (var group in system.Places.GroupBy(place => place.Service, StringComparer.Ordinal))
        {
            var name = Code("process", group.Key);
            var away = group.Where(place => place.State == PlaceState.Away).ToList();
            if (away.Count > 0)
            {
                var since = away[0].AwaySince is { } at ? T("operation.sinceMoment", Format.Moment(at)) : T("operation.sinceUnknown");
                yield return away.Count == group.Count()
                    ? new Finding(Severity.Failure, T("operation.findAway", name, since), T("operation.todoAway", group.Key))
                    : new Finding(Severity.Warning, T("operation.findReplicaAway", name, away.Count, group.Count(), since), T("operation.todoAway", group.Key));
            }

            if (group.Any(place => place is { State: PlaceState.CannotCheck, DatabaseAnswers: true }))
                yield return new Finding(Severity.Warning, T("operation.findNoReport", name), T("operation.todoNoReport", group.Key));
            if (group.Any(place => place is { State: PlaceState.CannotCheck, DatabaseAnswers: false }))
                yield return new Finding(Severity.Failure, T("operation.findCannotCheck", name), T("operation.todoDatabase"));
            // Of replicas the worst: one that is well says nothing of the other. Broker and copies have findings of their own, with more to say.
            foreach (var (check, health) in group.SelectMany(place => place.Process?.Health?.Checks ?? new Dictionary<string, HealthCheckJson>(StringComparer.Ordinal))
                         .Where(pair => pair.Value.Status != "Healthy" && pair.Key is not ("broker" or "projections"))
                         .OrderByDescending(pair => pair.Value.Status == "Unhealthy").DistinctBy(pair => pair.Key))
            {
                yield return new Finding(health.Status == "Unhealthy" ? Severity.Failure : Severity.Warning, T("operation.findCheck", name, Code("check", check)), T(check == "database" ? "operation.todoDatabase" : "operation.todoCheck"));
            }
        }
    }

    private static IEnumerable<Finding> Restarts(SystemView system)
    {
        foreach (var restart in system.Restarts.Where(restart => system.At - restart.At < RestartIsNews))
            yield return new Finding(Severity.Warning, T("operation.findRestart", restart.Name, Format.Moment(restart.At)), T("operation.todoRestart", restart.Name));
    }

    private static IEnumerable<Finding> Versions(SystemView system)
    {
        var processes = system.Places.Select(place => place.Process).OfType<ProcessReport>().ToList();
        var versions = processes.Select(process => process.Version).Distinct(StringComparer.Ordinal).ToList();
        if (versions.Count > 1)
            yield return new Finding(Severity.Warning, T("operation.findVersions", string.Join(", ", versions)), T("operation.todoVersions"));
        var apart = processes.Where(process => (process.Now - system.At).Duration() > ClocksMayDiffer).Select(process => Code("process", process.Service)).Distinct(StringComparer.Ordinal).ToList();
        if (apart.Count > 0)
            yield return new Finding(Severity.Warning, T("operation.findClocks", string.Join(", ", apart)), T("operation.todoClocks"));
    }

    private static IEnumerable<Finding> Broker(SystemView system)
    {
        if (system.Services.Count > 0 && system.BrokerVersion is null)
        {
            yield return new Finding(Severity.Warning, T("operation.findBroker"), T("operation.todoBroker"));
            yield break;
        }

        foreach (var service in system.Services.Where(one => one.Report.Broker is { Connected: false }).Select(one => one.Service))
            yield return new Finding(Severity.Warning, T("operation.findNotConnected", Code("process", service)), T("operation.todoBroker"));
        foreach (var queue in system.Queues)
        {
            if (queue.Broken)
                yield return new Finding(Severity.Warning, T("operation.findBrokenQueue", queue.Name, queue.Messages), T("operation.todoBrokenQueue"));
            else if (queue.Consumers == 0)
                yield return new Finding(Severity.Warning, T("operation.findNoConsumer", queue.Name), T("operation.todoNoConsumer"));
        }
    }

    private static IEnumerable<Finding> Facts(SystemView system)
    {
        foreach (var (service, report) in system.Services)
        {
            var name = Code("process", service);
            if (report.Parked is { Waiting: > 0 } parked)
                yield return new Finding(Severity.Failure, T("operation.findParked", name, parked.Waiting, Format.Moment(parked.Since)), T("operation.todoParked"), "/operacion/mensajes");
            if (report.Broken is { Waiting: > 0 } broken)
                yield return new Finding(Severity.Warning, T("operation.findUnread", name, broken.Waiting, Format.Moment(broken.Since)), T("operation.todoUnread"), "/operacion/mensajes");
            if (report.Log is { Oldest: { } oldest } log && system.At - oldest > LogMayWait)
                yield return new Finding(Severity.Warning, T("operation.findLog", name, log.Waiting, Age.Of(system.At - oldest)), T("operation.todoLog"));
            foreach (var copy in report.Copies ?? [])
            {
                var owner = Code("process", copy.Owner);
                var head = system.HeadOf(copy.Owner, copy);
                if (copy.Position > head && head > 0)
                    yield return new Finding(Severity.Failure, T("operation.findAhead", name, owner), T("operation.todoAhead"), $"/operacion/copias/{service}/{copy.Owner}");
                else if (copy.Failure is not null)
                    yield return new Finding(Severity.Warning, T("operation.findCopyFails", name, owner), T("operation.todoCopyFails", PlainWords.OfReason(copy.Failure)));
                else if (copy.BehindSince is { } since && system.At - since > CopyMayLag)
                    yield return new Finding(Severity.Warning, T("operation.findBehind", name, head - copy.Position, owner, Format.Moment(since)), T("operation.todoBehind"));
            }
        }
    }

    private static IEnumerable<Finding> Databases(SystemView system)
    {
        foreach (var (service, report) in system.Services)
        {
            var name = Code("process", service);
            if (report.Unknown.Count > 0)
                yield return new Finding(Severity.Warning, T("operation.findUnknown", name, string.Join(", ", report.Unknown.Keys.Order(StringComparer.Ordinal).Select(part => Code("part", part)))), T("operation.todoUnknown"));
            if (report.Database?.OldestTransaction is { } oldest && system.At - oldest > TransactionMayTake)
                yield return new Finding(Severity.Warning, T("operation.findTransaction", name, Age.Of(system.At - oldest)), T("operation.todoTransaction"));
        }

        if (system.Services.Select(one => one.Report.Database).FirstOrDefault(one => one is not null) is { } server && server.Connections > 0.8 * server.MaxConnections)
            yield return new Finding(Severity.Warning, T("operation.findConnections", server.Connections, server.MaxConnections), T("operation.todoConnections"));
    }

    private static IEnumerable<Finding> Mail(SystemView system)
    {
        var figures = system.FiguresOf(Contracts.Owners.Notifications).ToDictionary(figure => figure.Code, StringComparer.Ordinal);
        if (figures.GetValueOrDefault("mail_oldest")?.Time is { } oldest && system.At - oldest > MailMayWait)
            yield return new Finding(Severity.Warning, T("operation.findMailWaits", Age.Of(system.At - oldest)), T("operation.todoMail"));
        if (figures.GetValueOrDefault("mail_failed_day")?.Number is > 0 and var failed)
            yield return new Finding(Severity.Warning, T("operation.findMailFailed", failed), T("operation.todoMailFailed"));
    }

    private static IEnumerable<Finding> Machine(SystemView system)
    {
        if (system.Disk is { } disk && (disk.FreeBytes < Gigabyte || disk.FreeBytes < disk.TotalBytes / 20))
            yield return new Finding(disk.FreeBytes < Gigabyte / 4 ? Severity.Failure : Severity.Warning, T("operation.findDisk", Format.Size(disk.FreeBytes)), T("operation.todoDisk"));
        if (system.FiguresOf(OperationDesk.Gateway).FirstOrDefault(figure => figure.Code == "certificate_end")?.Time is { } end && end - system.At < CertificateWarning)
        {
            yield return end <= system.At
                ? new Finding(Severity.Failure, T("operation.findCertificateEnded", Format.Moment(end)), T("operation.todoCertificate"))
                : new Finding(Severity.Warning, T("operation.findCertificateEnds", Format.Moment(end)), T("operation.todoCertificate"));
        }

        var again = system.ErasuresAgain;
        if (again.Ledger is "NONE")
            yield return new Finding(Severity.Warning, T("operation.findLedgerNone"), T("operation.todoLedgerNone"));
        if (again.Ledger is "FAILS")
            yield return new Finding(Severity.Failure, T("operation.findLedgerFails"), T("operation.todoLedgerFails"));
        if (again.Waiting > 0)
            yield return new Finding(Severity.Failure, T("operation.findErasuresWait", again.Waiting), T("operation.todoErasuresWait"));
        if (again is { Count: > 0, Last: { } last } && system.At - last < RestartIsNews)
            yield return new Finding(Severity.Notice, T("operation.findErasedAgain", again.Count, Format.Moment(last)), T("operation.todoErasedAgain"));
    }
}

/// <summary>A span of time as people say it: 40 s, 5 min, 3 h, 2 días.</summary>
internal static class Age
{
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => T("operation.seconds", 0),
        { TotalSeconds: < 90 } => T("operation.seconds", (long)span.TotalSeconds),
        { TotalMinutes: < 90 } => T("operation.minutes", (long)span.TotalMinutes),
        { TotalHours: < 48 } => T("operation.hours", (long)span.TotalHours),
        _ => T("operation.days", (long)span.TotalDays),
    };
}
