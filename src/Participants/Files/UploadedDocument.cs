namespace OpenGov.Participants.Files;

/// <summary>Row of <c>stored_file</c>; its content lies in chunks beside it (<see cref="ServiceDefaults.Files.FileStore"/>).</summary>
public sealed class UploadedDocument
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public string FileName { get; init; } = "";
    public string MediaType { get; init; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>Lower-case hex; null while the upload is under way.</summary>
    public string? Sha256 { get; init; }

    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When something took it. What nothing takes is removed after a day.</summary>
    public DateTimeOffset? AttachedAt { get; private set; }

    internal void Attach(DateTimeOffset now) => AttachedAt ??= now;

    internal void Release() => AttachedAt = null;
}
