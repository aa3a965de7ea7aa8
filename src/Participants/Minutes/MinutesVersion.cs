namespace OpenGov.Participants.Minutes;

/// <summary>The minutes as they read at one time; never changed.</summary>
public sealed class MinutesVersion
{
    private MinutesVersion()
    {
    }

    public Guid Id { get; private init; }
    public Guid MinutesId { get; private init; }
    public int Number { get; private init; }

    /// <summary>The document to the byte.</summary>
    public string Content { get; private init; } = "";

    /// <summary>SHA-256 of <see cref="Content"/> in UTF-8, lower-case hex.</summary>
    public string Hash { get; private init; } = "";

    public DateTimeOffset WrittenAt { get; private init; }

    /// <summary>What the correction that made this version says; null where it was written from what happened.</summary>
    public string? Correction { get; private init; }

    public string? Reason { get; private init; }

    /// <summary>Of who made the correction; who it was stands in the audit log.</summary>
    public MinutesOffice? Office { get; private init; }

    public int? AgendaItem { get; private init; }

    public MinutesContent Read() => MinutesContent.Read(Content);

    internal static MinutesVersion Write(Guid minutes, int number, MinutesContent content, MinutesCorrection? correction, DateTimeOffset now)
    {
        var text = content.Write();
        return new MinutesVersion
        {
            Id = Guid.CreateVersion7(),
            MinutesId = minutes,
            Number = number,
            Content = text,
            Hash = MinutesContent.HashOf(text),
            WrittenAt = now,
            Correction = correction?.Text,
            Reason = correction?.Reason,
            Office = correction?.Office,
            AgendaItem = correction?.AgendaItem,
        };
    }
}
