namespace OpenGov.Participants.Privacy.Consents;

public enum ConsentKind
{
    /// <summary>The person's name beside their contributions (INV-51).</summary>
    PublishName,

    /// <summary>Being told of other calls.</summary>
    OtherCalls,
}

/// <summary>A consent to one purpose, apart from all others; revoked it has no effect from that moment on, and stays on record.</summary>
public sealed class Consent
{
    /// <summary>Of the wording that people agree to (Portal: <c>privacy.consent_…</c>). Another wording is another version, and asks anew.</summary>
    public const int CurrentText = 1;

    public Guid Id { get; init; }
    public Guid PersonId { get; init; }
    public ConsentKind Kind { get; init; }
    public int TextVersion { get; init; }
    public Guid PrivacyNoticeId { get; init; }
    public DateTimeOffset GivenAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
}
