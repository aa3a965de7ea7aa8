using System.Text.Json.Nodes;
using OpenGov.Portal.Forms;

namespace OpenGov.Portal.LegalProfile;

public sealed record LegalProfileView(
    Guid Id, DateOnly ValidFrom, DateOnly? ValidTo, JsonObject? Parameters, IReadOnlyList<DateOnly>? Holidays, DateTimeOffset? AdoptedAt, string? Reason, IReadOnlyList<string>? Warnings);

public sealed record ProfileChange(string Field, JsonNode? Before, JsonNode? After);

public sealed record ProfileComparison(
    Guid? Replaces, DateOnly ValidFrom, DateOnly? ValidTo, IReadOnlyList<ProfileChange>? Changes, IReadOnlyList<DateOnly>? HolidaysAdded,
    IReadOnlyList<DateOnly>? HolidaysRemoved, IReadOnlyList<string>? Warnings);

public sealed record AdoptedVersion(
    Guid Id, DateOnly ValidFrom, DateOnly? ValidTo, DateTimeOffset? AdoptedAt, string? AdoptedBy, string? Reason, IReadOnlyList<ProfileChange>? Changes, int HolidaysAdded,
    int HolidaysRemoved, DateTimeOffset? WithdrawnAt = null, string? WithdrawnBy = null, string? WithdrawalReason = null, bool CanWithdraw = false);

public sealed record WithdrawModel(AdoptedVersion Version, FormState Form);

/// <param name="Guarantors">Organisations that may be one, by id.</param>
/// <param name="Proposed">Year whose rest days of the law were put into the form.</param>
public sealed record LegalProfileModel(
    LegalProfileView? Current, IReadOnlyList<AdoptedVersion> History, IReadOnlyDictionary<Guid, string> Guarantors, FormState Form, string? Done, int? Proposed);

public sealed record ComparisonModel(ProfileComparison Comparison, IReadOnlyDictionary<Guid, string> Guarantors, FormState Form);
