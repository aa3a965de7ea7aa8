using System.Collections.Concurrent;

namespace OpenGov.SystemTests.Faults;

public enum Outcome
{
    /// <summary>Not decided yet.</summary>
    UnderWay,

    /// <summary>The system said that it has the report.</summary>
    Acknowledged,

    /// <summary>The system said that it does not take it (4xx), at every attempt.</summary>
    Refused,

    /// <summary>
    /// The system said that it does not take it (4xx), after an attempt of which it could not tell (5xx, a dead connection). Had that one
    /// been taken, the same key would have been answered as the first time: so it is not there either.
    /// </summary>
    RefusedAfterDoubt,

    /// <summary>The connection died, or the system said that it cannot tell (5xx), and the client gave up.</summary>
    Unknown,
}

/// <summary>One report that a client tried to make, with all its attempts under one <c>Idempotency-Key</c>.</summary>
public sealed class AttemptedReport(string key, string commitmentIdentifier)
{
    public string Key => key;

    public string CommitmentIdentifier => commitmentIdentifier;

    public Outcome Outcome { get; set; }

    /// <summary>The report's id as the system answered it.</summary>
    public string? ReportId { get; set; }

    /// <summary>What each attempt ended with: a status, or the name of the exception.</summary>
    public ConcurrentQueue<string> Attempts { get; } = new();

    public override string ToString() => $"{key} ({Outcome}, {string.Join(' ', Attempts)})";
}

/// <summary>All that was tried, with what the client knows of it: acknowledged, refused, unknown.</summary>
public sealed class ReportHistory(DrillSystem system)
{
    // Drills share a system, and each keeps its own history of it.
    private static readonly ConcurrentDictionary<string, bool> Everybodys = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, AttemptedReport> reports = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> answers = new(StringComparer.Ordinal);

    private readonly int killedBefore = system.KilledMailWorkers;

    /// <summary>How many processes of Notifications were killed since it was begun.</summary>
    public int KilledMailWorkers => system.KilledMailWorkers - killedBefore;

    public ICollection<AttemptedReport> Reports => reports.Values;

    /// <summary>How often each status or exception was the answer.</summary>
    public IReadOnlyDictionary<string, int> Answers => new SortedDictionary<string, int>(answers, StringComparer.Ordinal);

    /// <summary>Answers that no client should get: 5xx other than 503 with <c>Retry-After</c>.</summary>
    public ConcurrentQueue<string> Unannounced { get; } = new();

    /// <summary>Whether this or another drill's client tried to make it.</summary>
    public static bool WasTried(string key) => Everybodys.ContainsKey(key);

    public AttemptedReport Begin(string commitmentIdentifier)
    {
        var report = new AttemptedReport(Guid.NewGuid().ToString("N"), commitmentIdentifier);
        reports[report.Key] = report;
        Everybodys[report.Key] = true;
        return report;
    }

    public void Answered(AttemptedReport report, string answer)
    {
        report.Attempts.Enqueue(answer);
        answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
    }

    public int Count(Outcome outcome) => Reports.Count(report => report.Outcome == outcome);
}
