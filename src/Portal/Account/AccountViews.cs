using OpenGov.Portal.Commitments;

namespace OpenGov.Portal.Account;

// The portal's own view of the services' answers: only what pages show.

public sealed record SessionAccount(Guid Id, string DisplayName, string Email);

public sealed record StaffPostView(Guid Id, string Role, DateTimeOffset? From, DateTimeOffset? Until);

public sealed record MandateView(Guid Id, Guid OrganisationId, string OrganisationName, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>Who is signed in, as Participants tells. What they may do is decided by the services; this only picks menus.</summary>
public sealed record SessionView(
    SessionAccount Account, IReadOnlyList<StaffPostView>? StaffPosts, IReadOnlyList<MandateView>? Mandates, DateTimeOffset? ExpiresAt,
    bool SecondStepMissing = false)
{
    public bool IsStaff => StaffPosts is { Count: > 0 };
    public bool IsAdministrator => Has("ADMINISTRATOR");
    public bool IsSecretary => Has("EXECUTIVE_SECRETARY");
    public bool IsOperator => Has("OPERATOR");
    public bool HasMandate => Mandates is { Count: > 0 };

    private bool Has(string role) => StaffPosts?.Any(post => post.Role == role) ?? false;
}

/// <param name="Challenge">The password was right and a code is asked for: then there is no session yet.</param>
/// <param name="HasPasskey">A passkey may stand in for the code.</param>
public sealed record SignedIn(string SessionToken, DateTimeOffset ExpiresAt, string? DeviceToken = null, string? Challenge = null, bool HasPasskey = false, bool SecondStepMissing = false);

public sealed record PasskeyView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool BackedUp);

/// <param name="Options">JSON for the browser.</param>
public sealed record PasskeyOptions(string Options, string State);

public sealed record SignInMethods(DateTimeOffset? SecondFactorSince, int RecoveryCodesLeft);

public sealed record BegunSecondFactor(string Secret, string Address);

public sealed record IssuedRecoveryCodes(IReadOnlyList<string> Codes);

public sealed record ApiKeyView(Guid Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt);

public sealed record CreatedApiKey(Guid Id, string Key, DateTimeOffset ExpiresAt);

public sealed record PasswordWasReset(string DeviceToken);

public sealed record AddressConfirmation(string Purpose, string Address);

public sealed record MySession(Guid Id, DateTimeOffset? StartedAt, DateTimeOffset? LastSeenAt, DateTimeOffset? ExpiresAt, string? Browser, string? System, bool Current);

public sealed record Invitation(string DisplayName);

public sealed record MyActivity(
    Guid Id,
    int Number,
    string Title,
    string? CommitmentIdentifier,
    string? CommitmentTitle,
    DateOnly? Start,
    DateOnly? End,
    string? Status,
    int Version,
    bool Overdue,
    PartyView? Responsible);

public sealed record ActivityView(
    Guid Id,
    int Number,
    string Title,
    string? CommitmentIdentifier,
    string? CommitmentTitle,
    DateOnly? Start,
    DateOnly? End,
    PartyView? Responsible,
    string? MeansOfVerification,
    string? Status,
    int Version,
    bool Overdue);

public sealed record ReceivedFile(Guid Id, string Sha256, long Size, string FileName, string? MediaType);

public sealed record ReportResult(Guid Id, int ActivityVersion, ProgressView? Progress);

public sealed record AcceptanceDefinition(
    int Number, string Title, string? Objective, IReadOnlyList<KeyActionText>? KeyActions);

public sealed record KeyActionText(int Number, string Title, int? Weight, IReadOnlyList<ActivityText>? Activities);

public sealed record ActivityText(int Number, string Title, DateOnly? Start, DateOnly? End);

/// <summary>A draft commitment whose acceptance by an institution of mine is asked for (INV-20).</summary>
public sealed record PendingAcceptance(
    Guid CommitmentId, string Identifier, string PlanTitle, string DefinitionHash, AcceptanceDefinition Commitment, string OrganisationName, bool Accepted);
