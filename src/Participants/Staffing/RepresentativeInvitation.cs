using OpenGov.Participants.Accounts;

namespace OpenGov.Participants.Staffing;

/// <summary>A representative asks another person to act for the organisation too. One use, seven days, one open for each person.</summary>
public sealed class RepresentativeInvitation
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private RepresentativeInvitation()
    {
    }

    public Guid Id { get; private init; }
    public Guid OrganisationId { get; private init; }
    public Guid AccountId { get; private init; }
    public Guid InvitedBy { get; private init; }
    public byte[] TokenHash { get; private init; } = [];
    public DateTimeOffset? MandateUntil { get; private init; }
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? AcceptedAt { get; private set; }
    public DateTimeOffset? VoidedAt { get; private set; }

    public static RepresentativeInvitation For(Guid organisation, Guid account, Guid by, DateTimeOffset? mandateUntil, string token, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        OrganisationId = organisation,
        AccountId = account,
        InvitedBy = by,
        TokenHash = Secret.Hash(token),
        MandateUntil = mandateUntil?.ToUniversalTime(),
        CreatedAt = now,
        ExpiresAt = now + Lifetime,
    };

    /// <summary>An invitation to a mandate that would be over is over too.</summary>
    public bool IsOpen(DateTimeOffset now) => AcceptedAt is null && VoidedAt is null && now < ExpiresAt && (MandateUntil is null || now < MandateUntil);

    public void Accept(DateTimeOffset now) => AcceptedAt = now;
}
