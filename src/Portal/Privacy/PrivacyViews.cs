namespace OpenGov.Portal.Privacy;

public sealed record NoticeTransfer(string Recipient, string Purpose, bool NeedsConsent);

public sealed record NoticeText(
    string? ResponsibleName,
    string? ResponsibleAddress,
    IReadOnlyList<string>? Purposes,
    IReadOnlyList<string>? PurposesWithConsent,
    IReadOnlyList<NoticeTransfer>? Transfers,
    string? MeansToRefuse,
    string? PersonalData,
    string? SensitiveData,
    string? LegalBasis,
    string? ArcoMeans,
    string? TransparencyUnit,
    string? Changes,
    int? CarriedFrom = null);

/// <param name="Language">Of the text: es where the notice is not translated to the reader's.</param>
public sealed record PrivacyNoticeView(Guid Id, int Number, DateTimeOffset InForceFrom, DateTimeOffset? PublishedAt, string Language, NoticeText Text, IReadOnlyList<string>? Languages = null);

public sealed record NoticeVersion(Guid Id, int Number, DateTimeOffset InForceFrom);
