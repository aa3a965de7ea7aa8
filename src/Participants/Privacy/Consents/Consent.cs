namespace OpenGov.Participants.Privacy.Consents;

public enum ConsentKind
{
    /// <summary>The person's name in the public list of those who take part and beside their contributions (INV-51).</summary>
    PublishName,

    /// <summary>Being told of other calls.</summary>
    OtherCalls,
}

/// <summary>A consent to one purpose, apart from all others; revoked it has no effect from that moment on, and stays on record.</summary>
public sealed class Consent
{
    /// <summary>The first wording of <see cref="ConsentKind.PublishName"/> that speaks of the public list. Under an earlier one the name stands beside contributions only.</summary>
    public const int PublicListText = 2;

    public Guid Id { get; init; }
    public Guid PersonId { get; init; }
    public ConsentKind Kind { get; init; }
    public int TextVersion { get; init; }
    public Guid PrivacyNoticeId { get; init; }
    public DateTimeOffset GivenAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Of the staff, where the person revoked it before them.</summary>
    public Guid? RevokedBy { get; set; }

    public string? RevocationReason { get; set; }

    /// <summary>Version of the wording that people agree to now (Portal: <c>consentText_…</c>). Another wording is another version, and asks anew.</summary>
    public static int CurrentText(ConsentKind kind) => kind == ConsentKind.PublishName ? PublicListText : 1;
}
