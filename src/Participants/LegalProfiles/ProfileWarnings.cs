using OpenGov.Participants.OpenCalls;

namespace OpenGov.Participants.LegalProfiles;

/// <summary>What the law may allow and people should know. Never refused: the software is not stricter than the law.</summary>
public enum ProfileWarning
{
    /// <summary>Guarantor and public bodies answer to the same superior: "judge and party"; INV-40 then needs an external evaluator (SPEC §4.2).</summary>
    GuarantorNotIndependent,

    /// <summary>A body of the executive or of internal control is marked as independent.</summary>
    GuarantorNatureContradicts,

    /// <summary>No law is named that documents could cite.</summary>
    LegalBasisMissing,

    /// <summary>A year into which terms run that begin today, or in which the version applies within six months, has no day without business.</summary>
    CalendarYearMissing,

    /// <summary>Terms over personal data are longer than those of the laws that were read (SPEC §4.3).</summary>
    PrivacyTermsLong,

    /// <summary>The secretariat may be installed without a neutral figure (INV-05).</summary>
    FacilitatorNotRequired,

    /// <summary>Nobody is named who receives the national return.</summary>
    ReturnWithoutRecipient,
}

public static class ProfileWarnings
{
    public static IReadOnlyList<ProfileWarning> Of(LegalProfile profile, DateOnly today)
    {
        var parameters = profile.Parameters;
        var law = new PrivacyTerms();
        var terms = parameters.Privacy ?? law;
        (ProfileWarning Warning, bool Holds)[] all =
        [
            (ProfileWarning.GuarantorNotIndependent, parameters.Guarantors.Any(one => !one.Independent)),
            (ProfileWarning.GuarantorNatureContradicts, parameters.Guarantors.Any(one => one is { Independent: true, Nature: GuarantorNature.ExecutiveBody or GuarantorNature.InternalControl })),
            (ProfileWarning.LegalBasisMissing, parameters.LegalBasis.Count == 0),
            (ProfileWarning.CalendarYearMissing, LacksYear(profile, today)),
            (ProfileWarning.PrivacyTermsLong, terms.PreventionDays > law.PreventionDays || terms.AnswerDays > law.AnswerDays || terms.ExtensionDays > law.ExtensionDays || terms.EffectiveDays > law.EffectiveDays),
            (ProfileWarning.FacilitatorNotRequired, !parameters.FacilitatorRequired),
            (ProfileWarning.ReturnWithoutRecipient, string.IsNullOrWhiteSpace(parameters.NationalReturn.Recipient)),
        ];
        return [.. all.Where(one => one.Holds).Select(one => one.Warning)];
    }

    /// <summary>The longest term that can begin on a day, in business days: a person's data, a proposal's reply, a session's notice.</summary>
    public static int LongestTerm(ProfileParameters parameters)
    {
        var terms = parameters.Privacy ?? new PrivacyTerms();
        return new[]
        {
            terms.AnswerDays + terms.ExtensionDays, terms.CompletionDays, terms.EffectiveDays, terms.ReviewDays, parameters.ReplyDays, parameters.NoticeOrdinaryDays, CallApplication.MaxCompletionDays,
        }.Max();
    }

    /// <summary>Of the days from today on for which the version speaks: of those that are over, and of those of the next version, nobody asks it for a calendar.</summary>
    private static bool LacksYear(LegalProfile profile, DateOnly today)
    {
        var from = profile.ValidFrom > today ? profile.ValidFrom : today;
        if (profile.ValidTo <= from)
            return false;
        var calendar = new BusinessCalendar(profile.Holidays);
        var (soon, longest) = (from.AddMonths(6), calendar.Add(from, LongestTerm(profile.Parameters)));
        var until = soon > longest ? soon : longest;
        return calendar.YearsWithoutHolidays(from, profile.ValidTo is { } end && end <= until ? end.AddDays(-1) : until).Count > 0;
    }
}
