using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>What every process says of itself; the gateway and the portal have no more to say than this and their figures.</summary>
/// <param name="Service">Its name in addresses and telemetry.</param>
/// <param name="Process">Unique to this run of the process, so that two addresses of one process are seen as one.</param>
/// <param name="Now">The process's clock: the page compares it with its own.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="Backup">The last one that <c>deploy/backup.sh</c> made; null where the process does not know the instance's data folder.</param>
/// <param name="Failures">Since it started, newest first.</param>
/// <param name="Restarts">Of all programs of the instance, as the engine that runs them wrote them down; empty where another one runs them.</param>
/// <param name="Figures">What only this kind of process counts.</param>
public sealed record ProcessReport(
    string Service, Guid Process, int ProcessId, string Version, string Runtime, DateTimeOffset StartedAt, DateTimeOffset Now, long MemoryBytes,
    DiskReport? Disk, BackupReport? Backup, HealthReportJson? Health, IReadOnlyList<RecentFailure> Failures, IReadOnlyList<RestartReport> Restarts, IReadOnlyList<Figure> Figures,
    IReadOnlyList<Setting> Settings);

/// <param name="Data">True: the disk of the instance's data folder. False: the disk of the program, since the data are elsewhere.</param>
public sealed record DiskReport(bool Data, long FreeBytes, long TotalBytes);

/// <param name="At">Null: none was made yet.</param>
/// <param name="Files">How many files it has; each with its size and SHA-256 stands in <c>backups/last</c>.</param>
/// <param name="Automatic">What the engine makes by itself; null where none does.</param>
public sealed record BackupReport(DateTimeOffset? At, int Files, long SizeBytes, AutomaticBackups? Automatic = null);

/// <summary>A program that ended by itself and was started again.</summary>
/// <param name="Name">Of the process: <c>transparency</c>, of several replicas <c>transparency-2</c>; <c>postgres</c>, <c>broker</c>.</param>
/// <param name="Count">How often, since the data folder exists.</param>
/// <param name="ExitCode">128 plus the signal where one ended it; -1 where it could not be started.</param>
/// <param name="Line">The last error that it logged before, as a template without what people entered; null where it logged none.</param>
public sealed record RestartReport(string Name, long Count, DateTimeOffset At, int ExitCode, string? Line);

/// <summary>A number, time or text that one kind of process knows. Pages have a text for each code.</summary>
public sealed record Figure(string Code, long? Number = null, DateTimeOffset? Time = null, string? Text = null);

/// <summary>Figures that a service adds to its report; register as many as there are.</summary>
public interface IFigures
{
    Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A replica of a service as it sees itself. A part that could not be learned is null, and <paramref name="Unknown"/> says why.</summary>
/// <param name="Unknown">Part and reason.</param>
public sealed record OperationReport(
    ProcessReport Process,
    DatabaseReport? Database,
    BrokerReport? Broker,
    LogReport? Log,
    IReadOnlyList<CopyReport>? Copies,
    ParkedReport? Parked,
    BrokenReport? Broken,
    IReadOnlyList<CommandView>? Commands,
    IReadOnlyList<AppliedSchemaFile>? SchemaFiles,
    IReadOnlyDictionary<string, string> Unknown);

/// <param name="Connections">Of all services to this server, as far as its statistics tell.</param>
/// <param name="OldestTransaction">Begin of the oldest transaction of this service that is still open; null where none is.</param>
public sealed record DatabaseReport(string Version, long SizeBytes, long Connections, int MaxConnections, DateTimeOffset? OldestTransaction);

/// <param name="Connected">This process's bus is connected.</param>
/// <param name="Version">Null while the broker cannot be asked.</param>
public sealed record BrokerReport(bool Connected, string? Version, IReadOnlyList<QueueReport> Queues);

/// <param name="Broken">The queue of messages that could not even be read; the service takes them out of it and keeps them.</param>
public sealed record QueueReport(string Name, long Messages, long Consumers, bool Broken);

/// <param name="Waiting">Facts that the broker has not confirmed yet.</param>
/// <param name="Oldest">When the oldest of them was recorded.</param>
public sealed record LogReport(long Numbered, long Published, long Waiting, DateTimeOffset? Oldest);

/// <param name="Head">The owner's last sequence as this process last saw it; 0 before it saw one.</param>
/// <param name="Parked">Facts of the owner that wait for an operator.</param>
public sealed record CopyReport(string Owner, long Position, long Head, DateTimeOffset? BehindSince, string? Failure, long Parked);

public sealed record ParkedReport(long Waiting, DateTimeOffset? Since, long SetAside);

/// <summary>Messages that could not even be read.</summary>
public sealed record BrokenReport(long Waiting, DateTimeOffset? Since, long SetAside);

public sealed record AppliedSchemaFile(string Module, string Name, DateTimeOffset AppliedAt);

public enum CommandAction { SendAgain, SetAside, Rebuild, SendMessageAgain, SetMessageAside, Backup }

/// <summary>INTERRUPTED: the process that ran it is gone. Of a rebuild nothing took effect, of messages what is told as done; it can be ordered again.</summary>
public enum CommandState { Done, Running, Failed, Interrupted }

/// <summary>An operator's command and how it went.</summary>
/// <param name="Sequence">The fact it was about; null for all of the owner's.</param>
/// <param name="MessageId">The message that could not be read that it was about; null for all of the owner's.</param>
/// <param name="Done">Facts sent, set aside or applied so far; of orders about messages, these.</param>
/// <param name="Total">Facts that it was about; of a rebuild, the owner's log.</param>
public sealed record CommandView(
    Guid Id, Guid AccountId, CommandAction Action, string Owner, long? Sequence, Guid? MessageId, string Reason, CommandState State, long Done, long Total, string? Failure,
    DateTimeOffset At, DateTimeOffset SeenAt);
