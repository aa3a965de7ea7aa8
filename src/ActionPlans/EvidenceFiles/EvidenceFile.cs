namespace OpenGov.ActionPlans.EvidenceFiles;

/// <summary>An uploaded file. Its content lies in chunks beside it; once a report carries it, it is public and never changes.</summary>
public sealed class EvidenceFile
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public required string FileName { get; init; }
    public required string MediaType { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>Lower-case hex; null while the upload is under way.</summary>
    public string? Sha256 { get; init; }

    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? AttachedAt { get; private set; }

    internal void Attach(DateTimeOffset now) => AttachedAt = now;
}
