using System.Text.RegularExpressions;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Instances;
using OpenGov.Participants.Organisations;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>Bounds that keep a profile workable; the law itself may be stricter, the software must not be.</summary>
public static partial class ParameterRules
{
    public static IReadOnlyList<Refusal> Check(ProfileParameters p)
    {
        var refusals = new List<Refusal>();
        Range("minVotingSeats", p.MinVotingSeats, 3, 100);
        Range("maxSeatsPerSector", p.MaxSeatsPerSector, 1, 100);
        Range("seatTermMonths", p.SeatTermMonths, 1, 120);
        Range("maxConsecutiveTerms", p.MaxConsecutiveTerms, 1, 20);
        Range("callMinDays", p.CallMinDays, 1, 365);
        Range("awarenessMinEvents", p.AwarenessMinEvents, 0, 100);
        Range("noticeOrdinaryDays", p.NoticeOrdinaryDays, 0, 90);
        Range("noticeExtraHours", p.NoticeExtraHours, 0, 720);
        Range("replyDays", p.ReplyDays, 1, 365);
        Range("planDurationMonths", p.PlanDurationMonths, 1, 72);
        Range("maxCommitments", p.MaxCommitments, 1, 500);
        Range("graceDays", p.GraceDays, 0, 365);
        Range("smallCellThreshold", p.SmallCellThreshold, 1, 100);
        Range("retention/registrationMonths", p.Retention?.RegistrationMonths, 0, 600);
        Range("retention/accessLogMonths", p.Retention?.AccessLogMonths, 1, 600);
        Range("retention/accountMonths", p.Retention?.AccountMonths, 1, 600);
        Range("privacy/preventionDays", p.Privacy?.PreventionDays, 1, 60);
        Range("privacy/completionDays", p.Privacy?.CompletionDays, 1, 60);
        Range("privacy/answerDays", p.Privacy?.AnswerDays, 1, 120);
        Range("privacy/extensionDays", p.Privacy?.ExtensionDays, 1, 120);
        Range("privacy/effectiveDays", p.Privacy?.EffectiveDays, 1, 120);
        Range("privacy/reviewDays", p.Privacy?.ReviewDays, 1, 120);
        Range("privacy/warnDays", p.Privacy?.WarnDays, 0, 60);
        Range("privacy/breachNoticeHours", p.Privacy?.BreachNoticeHours, 1, 720);
        Demand("quorumFraction", p.QuorumFraction is { Numerator: >= 1, Denominator: <= 100 } quorum && (quorum.MoreThan ? quorum.Numerator < quorum.Denominator : quorum.Numerator <= quorum.Denominator), "quorum_invalid");
        Demand("completionThresholds", p.CompletionThresholds is [>= 1 and var substantial, <= 100 and var complete] && substantial < complete, "thresholds_invalid");
        Demand("subsectors", p.Subsectors is not null && p.Subsectors.All(pair => SectorRules.Configurable.Contains(pair.Key) && pair.Value != Sector.Guarantor), "subsectors_invalid");
        Demand("decisionRules", p.DecisionRules is { Count: <= 50 } && p.DecisionRules.Keys.All(matter => Code().IsMatch(matter)), "matter_code_invalid");
        Demand("legalBasis", p.LegalBasis is { Count: <= 50 } && p.LegalBasis.All(basis => basis is { Law.Length: > 0 and <= 500 } && (basis.Articles?.Length ?? 0) <= 200 && IsWebAddress(basis.Url)), "legal_basis_invalid");
        Demand("guarantors", p.Guarantors is { Count: <= 50 } && (p.Guarantors.Count == 0 || p.Guarantors.Count(guarantor => guarantor?.HoldsSeat == true) == 1), "guarantor_seat_invalid");
        Demand("guarantors", p.Guarantors is null || p.Guarantors.All(guarantor => guarantor is not null && (guarantor.TransparencyUnit?.Length ?? 0) <= 500), "field_invalid");
        Demand("retention", p.Retention is not null, "field_invalid");
        Demand("privacy", p.Privacy is not null, "field_invalid");
        Demand("themes", p.Themes is null || (p.Themes is { Count: >= 1 and <= 200 } && AreDistinctCodes(p.Themes)), "themes_invalid");
        Demand("pillars", p.Pillars is { Count: >= 1 } && p.Pillars.Distinct().Count() == p.Pillars.Count, "pillars_invalid");
        Demand("licence", p.Licence is { Length: >= 2 and <= 100 }, "field_invalid");
        Demand("ogp", p.Ogp is not null && (p.Ogp.Prefix?.Length ?? 0) <= 20 && (p.Ogp.PlanId?.Length ?? 0) <= 50, "field_invalid");
        Demand("nationalReturn", p.NationalReturn is not null && (p.NationalReturn.Recipient?.Length ?? 0) <= 300, "field_invalid");
        if (p.Languages is not null)
        {
            var fields = new Fields();
            LanguageTags.Read(fields, p.Languages);
            refusals.AddRange(fields.Refusals.Select(refusal => refusal with { Field = "/parameters/" + refusal.Field!.TrimStart('/') }));
        }

        return refusals;

        void Range(string field, int? value, int min, int max)
        {
            if (value < min || value > max)
                refusals.Add(Refusal.Invalid($"/parameters/{field}", "number_out_of_range", min, max));
        }

        void Demand(string field, bool holds, string code)
        {
            if (!holds)
                refusals.Add(Refusal.Invalid($"/parameters/{field}", code));
        }
    }

    private static bool IsWebAddress(string? url) =>
        url is null || (url.Length <= 2000 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp));

    private static bool AreDistinctCodes(IReadOnlyList<string> codes) =>
        codes.All(code => code is not null && Code().IsMatch(code)) && codes.Distinct(StringComparer.Ordinal).Count() == codes.Count;

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{1,59}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
