using OpenGov.Portal.Account;

namespace OpenGov.Portal.Administration;

// The portal's own view of the services' answers: only what pages show.

public sealed record OrganisationView(Guid Id, string Name, string? Acronym, string Kind, string? Sector, string? Cvegeo, int? Version);

public sealed record AccountView(
    Guid Id, string DisplayName, string Email, bool? Active, IReadOnlyList<StaffPostView>? StaffPosts, IReadOnlyList<MandateView>? Mandates);

public sealed record CreatedAccount(Guid Id, string InvitationLink);

public sealed record LegalParametersView(
    int ReportingPeriodMonths, int GraceDays, int SubstantialFrom, int CompleteFrom, int PlanDurationMonths, int? MaxCommitments);

public sealed record LegalProfileView(Guid? Id, DateOnly ValidFrom, LegalParametersView? Parameters, IReadOnlyList<DateOnly>? Holidays);

public sealed record ImportResult(Guid? Id, string? Identifier, string? Slug, string? Origin, int? Commitments);

public sealed record ReadinessIssue(string? Rule, string Code, string? Field, string? Detail);

public sealed record Publication(int PlanVersion, string ContentHash, DateTimeOffset? PublishedAt);

/// <param name="Security">NONE, STARTTLS or TLS.</param>
public sealed record MailServer(string? Host, int? Port, string? Security, string? UserName, string? FromAddress, string? FromName, bool? HasPassword);

public sealed record DeliveryView(Guid Id, string? To, string? Kind, string? Subject, string? Status, int? Attempts, string? LastError, DateTimeOffset? At);
