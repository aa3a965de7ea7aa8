using System.Text.RegularExpressions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>Bounds that keep a mechanism workable, as <see cref="LegalProfiles.ParameterRules"/> does for the profile.</summary>
internal static partial class MechanismRules
{
    /// <summary>Of each of the four parts.</summary>
    private const int PartLength = 20000;

    /// <summary>Line ends as one character, whatever wrote them: the same text has one hash.</summary>
    public static Result<(MechanismParts Parts, MechanismParameters Parameters)> Read(WriteMechanismRequest request)
    {
        var (parts, parameters) = (new MechanismParts(Text(request.Integration), Text(request.Functions), Text(request.Operation), Text(request.Decisions)), request.Parameters ?? new MechanismParameters());
        var refusals = Check(parts, parameters);
        return refusals.Count > 0 ? Result<(MechanismParts, MechanismParameters)>.From(refusals) : (parts, parameters);

        static string Text(string? given) => given?.Trim().ReplaceLineEndings("\n") ?? "";
    }

    private static List<Refusal> Check(MechanismParts parts, MechanismParameters parameters)
    {
        var refusals = new List<Refusal>();
        foreach (var (field, text) in new[] { ("integration", parts.Integration), ("functions", parts.Functions), ("operation", parts.Operation), ("decisions", parts.Decisions) })
        {
            if (text.Contains('\0', StringComparison.Ordinal))
                refusals.Add(Refusal.Invalid(field, "field_invalid"));
            if (text.Length > PartLength)
                refusals.Add(Refusal.Invalid(field, "field_too_long", PartLength));
        }

        Range("maxSeatsPerSector", parameters.MaxSeatsPerSector, 1, 100);
        Range("seatTermMonths", parameters.SeatTermMonths, 1, 120);
        Range("maxConsecutiveTerms", parameters.MaxConsecutiveTerms, 1, 20);
        Range("noticeOrdinaryDays", parameters.NoticeOrdinaryDays, 0, 90);
        Range("noticeExtraHours", parameters.NoticeExtraHours, 0, 720);
        Range("secondCallMinutes", parameters.SecondCallMinutes, 0, 2880);
        Range("ordinaryFrequencyMonths", parameters.OrdinaryFrequencyMonths, 1, 24);
        if (parameters.QuorumFraction is { } quorum
            && !(quorum is { Numerator: >= 1, Denominator: <= 100 } && (quorum.MoreThan ? quorum.Numerator < quorum.Denominator : quorum.Numerator <= quorum.Denominator)))
            refusals.Add(Refusal.Invalid("/parameters/quorumFraction", "quorum_invalid"));
        if (parameters.DecisionRules is not { Count: <= 50 } || !parameters.DecisionRules.Keys.All(IsMatter))
            refusals.Add(Refusal.Invalid("/parameters/decisionRules", "matter_code_invalid"));
        return refusals;

        void Range(string field, int? value, int min, int max)
        {
            if (value < min || value > max)
                refusals.Add(Refusal.Invalid($"/parameters/{field}", "number_out_of_range", min, max));
        }
    }

    public static bool IsMatter(string? matter) => matter is not null && Matter().IsMatch(matter);

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{1,59}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Matter();
}
