using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Portal.Operation;

public enum PlaceState
{
    /// <summary>It told what it knows.</summary>
    Answers,

    /// <summary>It runs, but could not say more than its health: mostly it could not check who asks, since its database is away.</summary>
    CannotCheck,

    /// <summary>No answer.</summary>
    Away,

    MustSignIn,

    Forbidden,
}

/// <summary>One process of the system, by the address at which it is asked.</summary>
/// <param name="Service">Its name in addresses: <c>action-plans</c>, <c>gateway</c>, <c>portal</c>.</param>
/// <param name="Report">Of services only.</param>
/// <param name="Health">What its <c>/health</c> says where it could tell no more.</param>
/// <param name="AwaySince">Since when this portal gets no answer from it; null while it answers or nobody knows.</param>
public sealed record Place(
    string Service, Uri? Address, PlaceState State, ProcessReport? Process, OperationReport? Report, HealthReportJson? Health, DateTimeOffset? AwaySince)
{
    /// <summary>So its health says: then it has another reason to give no report.</summary>
    public bool DatabaseAnswers => Health?.Checks.TryGetValue("database", out var check) == true && check.Status == "Healthy";
}

/// <summary>What all processes told at one moment.</summary>
public sealed record SystemView(IReadOnlyList<Place> Places, DateTimeOffset At)
{
    /// <summary>At least one service says that the caller is operator; the others may be away.</summary>
    public bool IsAllowed => Places.Any(place => place.Report is not null);
    public bool IsForbidden => Places.Any(place => place.State == PlaceState.Forbidden);
    public bool MustSignIn => Places.Any(place => place.State == PlaceState.MustSignIn);

    /// <summary>
    /// Of each service one report: what is in its database is the same whichever replica tells it; of what each process sees for itself (its bus, how its
    /// copies come, what it could not learn) the worst.
    /// </summary>
    public IReadOnlyList<(string Service, OperationReport Report)> Services =>
    [
        .. Places.Where(place => place.Report is not null).GroupBy(place => place.Service, StringComparer.Ordinal).Select(group => (group.Key, Worst([.. group.Select(place => place.Report!)]))),
    ];

    private static OperationReport Worst(IReadOnlyList<OperationReport> replicas)
    {
        var brokers = replicas.Select(report => report.Broker).OfType<BrokerReport>().ToList();
        var told = brokers.Find(broker => broker.Version is not null) ?? brokers.FirstOrDefault();
        return replicas[0] with
        {
            Database = First(report => report.Database),
            Broker = told is null ? null : told with { Connected = brokers.TrueForAll(broker => broker.Connected) },
            Log = First(report => report.Log),
            Copies = First(report => report.Copies) is null ? null :
            [
                .. replicas.SelectMany(report => report.Copies ?? []).GroupBy(copy => copy.Owner, StringComparer.Ordinal)
                    .Select(copies => copies.OrderByDescending(copy => copy.Failure is not null).ThenBy(copy => copy.BehindSince ?? DateTimeOffset.MaxValue).First()),
            ],
            Parked = First(report => report.Parked),
            Broken = First(report => report.Broken),
            Commands = First(report => report.Commands),
            SchemaFiles = First(report => report.SchemaFiles),
            Unknown = replicas.SelectMany(report => report.Unknown).DistinctBy(part => part.Key).ToDictionary(StringComparer.Ordinal),
        };

        T? First<T>(Func<OperationReport, T?> part) where T : class => replicas.Select(part).FirstOrDefault(one => one is not null);
    }

    public IEnumerable<QueueReport> Queues => Services.SelectMany(one => one.Report.Broker?.Queues ?? []).DistinctBy(queue => queue.Name).OrderBy(queue => queue.Name, StringComparer.Ordinal);

    public string? BrokerVersion => Services.Select(one => one.Report.Broker?.Version).FirstOrDefault(version => version is not null);

    public DiskReport? Disk => Places.Select(place => place.Process?.Disk).OfType<DiskReport>().OrderByDescending(disk => disk.Data).FirstOrDefault();

    /// <summary>The newest that any process sees; null where none knows the data folder.</summary>
    public BackupReport? Backup => Places.Select(place => place.Process?.Backup).OfType<BackupReport>().OrderByDescending(backup => backup.At ?? DateTimeOffset.MinValue).ThenByDescending(backup => backup.Automatic is not null).FirstOrDefault();

    /// <summary>Programs that ended by themselves, the latest first.</summary>
    public IReadOnlyList<RestartReport> Restarts =>
    [
        .. Places.SelectMany(place => place.Process?.Restarts ?? []).GroupBy(restart => restart.Name, StringComparer.Ordinal)
            .Select(group => group.MaxBy(restart => restart.At)!).OrderByDescending(restart => restart.At),
    ];

    public IReadOnlyList<Figure> FiguresOf(string service) => Places.FirstOrDefault(place => place.Service == service && place.Process is not null)?.Process?.Figures ?? [];

    public ErasuresAgain ErasuresAgain
    {
        get
        {
            var figures = FiguresOf(Contracts.Owners.Participants).ToDictionary(figure => figure.Code, StringComparer.Ordinal);
            var again = figures.GetValueOrDefault("erased_again");
            return new(figures.GetValueOrDefault("erasure_ledger")?.Text, again?.Number ?? 0, again?.Time, figures.GetValueOrDefault("erasures_waiting")?.Number ?? 0);
        }
    }

    public long HeadOf(string owner, CopyReport copy) =>
        Services.Where(one => one.Service == owner).Select(one => one.Report.Log?.Numbered).FirstOrDefault() is { } head ? Math.Max(head, copy.Head) : copy.Head;

    public IEnumerable<(string Service, CommandView Command)> Commands =>
        Services.SelectMany(one => (one.Report.Commands ?? []).Select(command => (one.Service, command))).OrderByDescending(one => one.command.At).Take(10);
}

/// <summary>What restored backups brought back of people, as Participants tells it.</summary>
/// <param name="Ledger">KEPT, FAILS, or NONE where no place for it is known; null while Participants cannot be asked.</param>
/// <param name="Count">People erased again, ever.</param>
/// <param name="Waiting">Cannot be erased again until they hold no post.</param>
public sealed record ErasuresAgain(string? Ledger, long Count, DateTimeOffset? Last, long Waiting);
