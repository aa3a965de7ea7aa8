namespace OpenGov.Portal.Administration;

// The portal's own view of the services' answers: only what pages show.

public sealed record OrganisationView(Guid Id, int Version, string Name, string? Acronym, string Kind, string? Sector, string? Cvegeo,
    string? Municipality = null, string? Purpose = null, string? Website = null);

public sealed record OrganisationIdentifiers(string? Rfc, string? Cluni);

public sealed record AccountPostView(Guid Id, string Role, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? EndedAt);

public sealed record AccountMandateView(Guid Id, Guid OrganisationId, string OrganisationName, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? EndedAt);

/// <param name="Finished">False until the person accepted the invitation.</param>
public sealed record AccountView(
    Guid Id, string DisplayName, string Email, bool Finished, IReadOnlyList<AccountPostView>? StaffPosts, IReadOnlyList<AccountMandateView>? Mandates, DateTimeOffset? SuspendedAt = null);

public sealed record CreatedAccount(Guid Id, string InvitationLink);

public sealed record ImportedCommitment(int Number, string? Identifier, string? Title);

/// <param name="Id">Null where the document was only checked.</param>
/// <param name="Identifier">MX-MEX-PAL01, or the slug of an imported plan.</param>
public sealed record ImportResult(Guid? Id, string? Identifier, string? Origin, IReadOnlyList<ImportedCommitment>? Commitments);

/// <param name="Rule">INV-20 to INV-28, or a section of the specification.</param>
public sealed record ReadinessItem(string? Rule, string Code, string? Field, string? Detail);

/// <param name="Version">The draft's, for the If-Match of publication.</param>
/// <param name="PaperBefore">Resolutions on paper are taken from before this day; null where they always are.</param>
public sealed record Readiness(
    Guid Id, string Identifier, int Version, bool Ready, IReadOnlyList<ReadinessItem>? Items, Secretariat.DecisionSubject Subject, bool RestsOnResolution, DateOnly? PaperBefore, IReadOnlyList<PlanResolution> Resolutions);

/// <param name="DecidedOn">It approves exactly the draft as it is now.</param>
public sealed record PlanResolution(Guid Id, int Number, DateOnly AdoptedOn, bool DecidedOn);

public sealed record Publication(Guid Id, string Identifier, int PlanVersion, string ContentHash, DateTimeOffset? PublishedAt);

/// <param name="Security">NONE, STARTTLS or TLS.</param>
public sealed record MailServer(
    bool? Configured, string? Host, int? Port, string? Security, string? UserName, bool? HasPassword, string? FromAddress, string? FromName, string? ReplyTo,
    bool? AcceptUnencrypted, bool PasswordUnreadable = false);

/// <param name="Address">Masked; null once it is erased.</param>
public sealed record DeliveryView(
    Guid Id, string? Kind, string? State, string? Address, string? CommitmentIdentifier, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? DueAt,
    DateTimeOffset? EndedAt, string? Error);
