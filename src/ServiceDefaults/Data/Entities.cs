namespace OpenGov.ServiceDefaults.Data;

/// <summary>
/// A thing that is shared and edited: its version is the concurrency token, the ETag of its representations and the
/// <c>AggregateVersion</c> of its facts. <see cref="ServiceDbContext"/> raises it by one in each transaction that changes the row.
/// </summary>
public abstract class AggregateRoot
{
    public Guid Id { get; protected init; }

    /// <summary>1 when first stored.</summary>
    public int Version { get; internal set; } = 1;

    /// <summary>
    /// Marks the aggregate as changed and returns its new version, for the facts that tell of the change. Calling it again
    /// before the transaction ends returns the same number.
    /// </summary>
    public int Touch()
    {
        if (!Touched && !IsNew)
        {
            Version++;
            Touched = true;
        }

        return Version;
    }

    /// <summary>True until the row is stored for the first time.</summary>
    internal bool IsNew { get; set; } = true;

    internal bool Touched { get; set; }
}

/// <summary>
/// What the system notes for itself about a thing, such as that somebody was reminded of it. Nobody reads it there, so it makes no
/// other version of the thing: whoever is editing it meanwhile has still read the latest.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotedAttribute : Attribute;

/// <summary>Row of <c>event_log</c>.</summary>
public sealed class LoggedEvent
{
    public Guid EventId { get; init; }
    public long? Sequence { get; init; }
    public required string Type { get; init; }
    public Guid AggregateId { get; init; }
    public int AggregateVersion { get; init; }
    public DateTimeOffset OccurredAt { get; init; }
    public string? TraceParent { get; init; }
    public bool Personal { get; init; }
    public string? Payload { get; init; }
    public DateTimeOffset? ErasedAt { get; init; }
}

/// <summary>Row of <c>audit_log</c>: who did what to which thing, when, before, after and why.</summary>
public sealed class AuditEntry
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public Guid? AccountId { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public Guid SubjectId { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
    public string? Reason { get; init; }
    public string? TraceId { get; init; }
}
