using OpenGov.Portal.Account;

namespace OpenGov.Portal.Participate;

// The portal's own view of the services' answers: only what pages show.

public sealed record RegistrationStamp(string Stamp);

/// <param name="Consents">In effect already.</param>
public sealed record RegistrationGreeting(string DisplayName, string Kind, string? OrganisationName, IReadOnlyList<string>? Consents = null);

public sealed record ConfirmedRegistration(string State, SignedIn Session);

public sealed record ProposedOrganisation(
    string? Name, string? Acronym, string? Kind, string? Municipality, string? Purpose, string? Website, string? Rfc, string? Cluni, string? Cvegeo);

public sealed record RegistrationView(
    Guid Id, int Version, string Kind, string State, string Channel, string Sector, Guid AccountId, string DisplayName, string? Email, string? Municipality, string? Post, string? Contact,
    string? IdentityCheck, ProposedOrganisation? Proposal, Guid? OrganisationId, bool Held, string? Reason, DateTimeOffset RegisteredAt, DateTimeOffset? DecidedAt, IReadOnlyList<string>? Similar,
    IReadOnlyList<string>? SameNumber = null, IReadOnlyList<ConsentInEffect>? Consents = null, DateTimeOffset? EndsAt = null);

public sealed record ConsentInEffect(string Kind, DateTimeOffset GivenAt);

public sealed record PublicName(Guid Id, string Name);

/// <param name="Unnamed">Null where so few are not counted.</param>
public sealed record PublicNameFigures(int Named, int? Unnamed);

public sealed record MyRegistration(
    Guid Id, int Version, string Kind, string State, string Sector, string? Municipality, string? Post, string? Contact, string? OrganisationName, Guid? OrganisationId, string? Reason, DateTimeOffset? RegisteredAt,
    ProposedOrganisation? Proposal = null);

public sealed record Representative(Guid MandateId, string DisplayName, DateTimeOffset From, DateTimeOffset? Until, bool InForce, bool IsMe);

public sealed record OwnOrganisation(Administration.OrganisationView Organisation, IReadOnlyList<Representative> Representatives, IReadOnlyList<string> Invited);

public sealed record RepresentationGreeting(string OrganisationName, string DisplayName, bool NeedsPassword, DateTimeOffset? MandateUntil);

/// <param name="Session">Null for who had an account before.</param>
public sealed record AcceptedRepresentation(Guid OrganisationId, SignedIn? Session);
