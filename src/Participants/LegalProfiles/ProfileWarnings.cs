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

    /// <summary>A year in which the version applies from its start, or within six months of it, has no day without business.</summary>
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
    public static IReadOnlyList<ProfileWarning> Of(LegalProfile profile)
    {
        var (parameters, holidays) = (profile.Parameters, profile.Holidays);
        var law = new PrivacyTerms();
        var terms = parameters.Privacy ?? law;
        // The first version begins in the past, of which nobody asks a calendar.
        var adopted = DateOnly.FromDateTime(profile.AdoptedAt.UtcDateTime);
        var from = profile.ValidFrom > adopted ? profile.ValidFrom : adopted;
        (ProfileWarning Warning, bool Holds)[] all =
        [
            (ProfileWarning.GuarantorNotIndependent, parameters.Guarantors.Any(one => !one.Independent)),
            (ProfileWarning.GuarantorNatureContradicts, parameters.Guarantors.Any(one => one is { Independent: true, Nature: GuarantorNature.ExecutiveBody or GuarantorNature.InternalControl })),
            (ProfileWarning.LegalBasisMissing, parameters.LegalBasis.Count == 0),
            (ProfileWarning.CalendarYearMissing, new[] { from.Year, from.AddMonths(6).Year }.Any(year => !holidays.Any(day => day.Year == year))),
            (ProfileWarning.PrivacyTermsLong, terms.PreventionDays > law.PreventionDays || terms.AnswerDays > law.AnswerDays || terms.ExtensionDays > law.ExtensionDays || terms.EffectiveDays > law.EffectiveDays),
            (ProfileWarning.FacilitatorNotRequired, !parameters.FacilitatorRequired),
            (ProfileWarning.ReturnWithoutRecipient, string.IsNullOrWhiteSpace(parameters.NationalReturn.Recipient)),
        ];
        return [.. all.Where(one => one.Holds).Select(one => one.Warning)];
    }
}
