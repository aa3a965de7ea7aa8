using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Organisations;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Registrations;

public enum RegistrationState
{
    /// <summary>Nobody has proved to read mail at the address. It is forgotten after a day.</summary>
    Unconfirmed,

    /// <summary>Waits for the executive secretary.</summary>
    UnderReview,

    Accepted,

    /// <summary>With a reason, which its person got.</summary>
    Refused,

    /// <summary>By its person.</summary>
    Withdrawn,
}

public enum RegistrationChannel
{
    Web,

    /// <summary>By staff, for a person who is there or on the telephone.</summary>
    Assisted,
}

/// <summary>Consents that a person gives with a form, each apart (INV-51).</summary>
public readonly record struct FormConsents(bool PublishName, bool OtherCalls);

/// <summary>What a person gives with the form, besides name and address, which stand in the account.</summary>
/// <param name="Proposal">Null for a citizen.</param>
/// <param name="Notice">The privacy notice that was shown (INV-50).</param>
public sealed record RegistrationForm(string? Municipality, string? Post, OrganisationRequest? Proposal, Sector Sector, Guid Notice, FormConsents Consents)
{
    /// <summary>The proposal as it would be registered.</summary>
    internal Organisation? Read { get; init; }
}

/// <summary>What is put right of a registration; null stays as it is.</summary>
/// <param name="Post">Only where it is for an organisation.</param>
/// <param name="Contact">Only where staff registered the person.</param>
public sealed record Correction(string? Municipality, string? Post, string? Contact)
{
    public static Correction None { get; } = new(null, null, null);
}

/// <summary>
/// A person registers, for themselves or with an organisation whose first representative they are (SPEC §2.3, S2). Citizens
/// count once their address is confirmed; organisations, and whatever looks automated, once the executive secretary accepts.
/// </summary>
public sealed class Registration : AggregateRoot
{
    private Registration()
    {
    }

    public Guid AccountId { get; private init; }
    public RegistrationKind Kind { get; private set; }
    public RegistrationState State { get; private set; }
    public RegistrationChannel Channel { get; private init; }
    public Sector Sector { get; private set; }
    public string? Municipality { get; private set; }
    public string? Post { get; private set; }
    public string? Contact { get; private set; }
    public string? IdentityCheck { get; private init; }
    public OrganisationRequest? Proposal { get; private set; }
    public Guid? OrganisationId { get; private set; }
    public Guid PrivacyNoticeId { get; private set; }
    public bool PublishName { get; private set; }
    public bool OtherCalls { get; private set; }
    public bool Held { get; private set; }
    public string? Reason { get; private set; }
    public DateTimeOffset RegisteredAt { get; private set; }
    public DateTimeOffset? ConfirmedAt { get; private set; }
    public DateTimeOffset? DecidedAt { get; private set; }
    public Guid? DecidedBy { get; private set; }

    /// <summary>When its person came back, or said to staff that they stay: from then on it belongs to the plan of that day.</summary>
    public DateTimeOffset? RenewedAt { get; private set; }

    /// <summary>Since when its person, and for who cannot sign in the staff, know that it ends.</summary>
    public DateTimeOffset? ExpiryToldAt { get; private set; }

    /// <summary>Of the staff, where the person could not do it themselves.</summary>
    public Guid? WithdrawnBy { get; private set; }

    public static Registration Of(Guid accountId, RegistrationForm form, bool held, DateTimeOffset now)
    {
        var registration = new Registration { Id = Guid.CreateVersion7(), AccountId = accountId, Channel = RegistrationChannel.Web };
        registration.Write(form, held, now);
        return registration;
    }

    /// <summary>For a person whom staff know to be who they say: nothing is left to confirm.</summary>
    public static Registration Assisted(Guid accountId, RegistrationForm form, string? contact, string identityCheck, DateTimeOffset now)
    {
        var registration = new Registration
        {
            Id = Guid.CreateVersion7(),
            AccountId = accountId,
            Channel = RegistrationChannel.Assisted,
            Contact = contact,
            IdentityCheck = identityCheck,
        };
        registration.Write(form, held: false, now);
        (registration.State, registration.ConfirmedAt) = (RegistrationState.UnderReview, now);
        return registration;
    }

    /// <summary>
    /// By somebody who is signed in. What waits, or counts already, is not registered a second time; whom staff refused, or never looked at although something was
    /// odd, does not get past them by registering anew.
    /// </summary>
    /// <param name="earlier">All of the account's.</param>
    public static Result<Registration> SignedIn(Account account, RegistrationForm form, IReadOnlyCollection<Registration> earlier, DateTimeOffset now)
    {
        var allowed = account.TakesOn();
        if (allowed.IsRefused)
            return Result<Registration>.From(allowed.Refusals);
        var kind = form.Proposal is null ? RegistrationKind.Citizen : RegistrationKind.Organisation;
        if (earlier.Any(row => row.Kind == kind && row.State == RegistrationState.UnderReview))
            return Refusal.Conflict("registration_waits");
        if (kind == RegistrationKind.Citizen && earlier.Any(row => row.Kind == kind && row.State == RegistrationState.Accepted))
            return Refusal.Conflict("registration_counts");
        var judged = earlier.Where(row => row.Held || (row.Kind == RegistrationKind.Citizen && row.DecidedAt is not null)).MaxBy(row => row.RegisteredAt);
        var registration = Of(account.Id, form, held: judged is { State: RegistrationState.Refused } or { Held: true, DecidedAt: null }, now);
        registration.Confirm(form.Consents, now);
        return registration;
    }

    /// <summary>Sent again before the address was confirmed: what was typed last is what counts.</summary>
    public void Replace(RegistrationForm form, bool held, DateTimeOffset now)
    {
        Write(form, held || Held, now);
        Touch();
    }

    /// <summary>The address is proved. A citizen of whom nothing is odd counts from now on.</summary>
    /// <param name="consents">Of whoever proved it, and not of whoever filled in the form (INV-51).</param>
    public Result Confirm(FormConsents consents, DateTimeOffset now)
    {
        if (State != RegistrationState.Unconfirmed)
            return Refusal.Conflict("registration_not_in_state");
        (PublishName, OtherCalls) = (consents.PublishName, consents.OtherCalls);
        ConfirmedAt = now;
        State = Kind == RegistrationKind.Citizen && !Held ? RegistrationState.Accepted : RegistrationState.UnderReview;
        Touch();
        return Result.Done;
    }

    /// <param name="organisation">What was registered; null for a citizen.</param>
    public Result Accept(Organisation? organisation, Guid by, DateTimeOffset now)
    {
        if (State != RegistrationState.UnderReview)
            return Refusal.Conflict("registration_not_in_state");
        if (organisation is not null)
            (OrganisationId, Sector) = (organisation.Id, organisation.Sector);
        (State, Proposal, DecidedAt, DecidedBy) = (RegistrationState.Accepted, null, now, by);
        Touch();
        return Result.Done;
    }

    public Result Refuse(string reason, Guid by, DateTimeOffset now)
    {
        if (State != RegistrationState.UnderReview)
            return Refusal.Conflict("registration_not_in_state");
        (State, Reason, DecidedAt, DecidedBy) = (RegistrationState.Refused, reason, now, by);
        Touch();
        return Result.Done;
    }

    /// <summary>Data of the person that were wrong, in whichever state: nothing that was decided depends on them.</summary>
    public void Correct(Correction correction)
    {
        Municipality = correction.Municipality ?? Municipality;
        if (Kind == RegistrationKind.Organisation)
            Post = correction.Post ?? Post;
        if (Channel == RegistrationChannel.Assisted)
            Contact = correction.Contact ?? Contact;
        Touch();
    }

    /// <summary>An organisation that was accepted belongs to all its representatives: it is not withdrawn by one of them.</summary>
    /// <returns>Whether it counted until now.</returns>
    public Result<bool> Withdraw()
    {
        if (State is not (RegistrationState.Accepted or RegistrationState.UnderReview) || (State == RegistrationState.Accepted && Kind == RegistrationKind.Organisation))
            return Refusal.Conflict("registration_not_in_state");
        var counted = State == RegistrationState.Accepted;
        (State, Proposal) = (RegistrationState.Withdrawn, null);
        Touch();
        return counted;
    }

    /// <summary>By staff, before whom the person asked for it: who was registered with their help may be unable to sign in.</summary>
    /// <returns>Whether it counted until now.</returns>
    public Result<bool> WithdrawFor(string reason, Guid by)
    {
        if (Channel != RegistrationChannel.Assisted)
            return Refusal.Conflict("registration_not_assisted");
        var withdrawn = Withdraw();
        if (!withdrawn.IsRefused)
            (Reason, WithdrawnBy) = (reason, by);
        return withdrawn;
    }

    /// <summary>Its person stays, and said so to the staff.</summary>
    public Result Renew(DateTimeOffset now)
    {
        if (ExpiryToldAt is null)
            return Refusal.Conflict("registration_not_ending");
        (RenewedAt, ExpiryToldAt) = (now, null);
        Touch();
        return Result.Done;
    }

    public RegistrationAcceptedV1 AcceptedFact() => new(Id, Touch(), Kind, Sector, OrganisationId);

    public RegistrationWithdrawnV1 WithdrawnFact() => new(Id, Touch(), Kind, Sector);

    private void Write(RegistrationForm form, bool held, DateTimeOffset now)
    {
        Kind = form.Proposal is null ? RegistrationKind.Citizen : RegistrationKind.Organisation;
        (Municipality, Post, Proposal, Sector) = (form.Municipality, form.Post, form.Proposal, form.Sector);
        (PrivacyNoticeId, PublishName, OtherCalls) = (form.Notice, form.Consents.PublishName, form.Consents.OtherCalls);
        (Held, RegisteredAt) = (held, now);
    }
}
