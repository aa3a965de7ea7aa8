using OpenGov.Participants.Files;

namespace OpenGov.Participants.Secretariats;

/// <summary>A file that is at hand for a session, or for one point of its agenda. Removed before it begins it stays named, with the reason.</summary>
public sealed class SessionDocument
{
    private SessionDocument()
    {
    }

    public Guid Id { get; private init; }
    public Guid SessionId { get; private init; }

    /// <summary>Null: of the session as a whole.</summary>
    public Guid? AgendaItemId { get; private init; }

    public string Title { get; private init; } = "";
    public string FileName { get; private init; } = "";
    public string MediaType { get; private init; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; private init; }

    /// <summary>Lower-case hex.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Null once it was removed.</summary>
    public Guid? FileId { get; private set; }

    public DateTimeOffset AddedAt { get; private init; }
    public DateTimeOffset? RemovedAt { get; private set; }
    public string? RemoveReason { get; private set; }

    internal static SessionDocument Attach(Guid session, Guid? item, string title, UploadedDocument file, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        SessionId = session,
        AgendaItemId = item,
        Title = title,
        FileName = file.FileName,
        MediaType = file.MediaType,
        Size = file.Size,
        Sha256 = file.Sha256!,
        FileId = file.Id,
        AddedAt = now,
    };

    internal void Remove(string reason, DateTimeOffset now) => (FileId, RemovedAt, RemoveReason) = (null, now, reason);
}
