using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Http;

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

    /// <summary>As the inviter typed it. Who the address belongs to, and whether it has an account, is its owner's to tell.</summary>
    public string DisplayName { get; private init; } = "";

    public byte[] TokenHash { get; private init; } = [];
    public DateTimeOffset? MandateUntil { get; private init; }
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset ExpiresAt { get; private init; }
    public DateTimeOffset? AcceptedAt { get; private set; }
    public DateTimeOffset? VoidedAt { get; private set; }

    public static RepresentativeInvitation For(Guid organisation, Guid account, Guid by, PersonName name, DateTimeOffset? mandateUntil, string token, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        OrganisationId = organisation,
        AccountId = account,
        InvitedBy = by,
        DisplayName = name.Text,
        TokenHash = Secret.Hash(token),
        MandateUntil = mandateUntil?.ToUniversalTime(),
        CreatedAt = now,
        ExpiresAt = now + Lifetime,
    };

    /// <summary>An invitation to a mandate that would be over is over too.</summary>
    public bool IsOpen(DateTimeOffset now) => AcceptedAt is null && VoidedAt is null && now < ExpiresAt && (MandateUntil is null || now < MandateUntil);

    /// <summary>Nobody gives what they do not have: a mandate in force then, and no longer than it lasts.</summary>
    /// <param name="inviters">The inviter's own mandate for the organisation, of which one is in force at a time.</param>
    public Result<Term> Accept(Mandate? inviters, DateTimeOffset now)
    {
        if (!IsOpen(now) || inviters is null || !inviters.Term.IsInForce(now))
            return Refusal.NotFound();
        AcceptedAt = now;
        return new Term(now, Until(inviters.Term));
    }

    /// <summary>When the mandate ends that accepting it would start.</summary>
    public DateTimeOffset? Until(Term inviters) => MandateUntil is { } until && (inviters.End is null || until < inviters.End) ? until : inviters.End;
}
