using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Registrations;

/// <summary>What every way of registering reads.</summary>
internal sealed record RegistrationInput(string? Municipality, OrganisationRequest? Organisation, string? Post, Guid? PrivacyNoticeId, FormConsents Consents);

/// <summary>Reads what both ways of registering have in common.</summary>
internal static class RegistrationFields
{
    /// <summary>Fields of the organisation are named <c>organisation.name</c> and so on.</summary>
    private const string Prefix = "organisation.";

    /// <returns>Null where something is refused.</returns>
    public static async Task<RegistrationForm?> ReadAsync(
        RegistrationInput request, Fields fields, ParticipantsDb db, LegalProfileInForce profile, NoticeInForce notices, CancellationToken cancellationToken)
    {
        var municipality = fields.OptionalText("municipality", request.Municipality, 100);
        var post = request.Organisation is null ? null : fields.OptionalText("post", request.Post, 120);
        Organisation? organisation = null;
        if (request.Organisation is { } proposal)
        {
            // The guarantor is part of the instance's settings, further ones are registered by staff.
            if (proposal.Kind == OrganisationKind.Guarantor)
                fields.Refuse(Refusal.Rule("guarantor_is_registered_by_staff", Prefix + "kind"));
            var read = Organisation.Register(proposal, await profile.SectorsAsync(cancellationToken), db.Now);
            fields.Add(Named(read.Refusals));
            organisation = read.IsRefused ? null : read.Value;
        }

        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            fields.Add(Result.From(notice.Refusals));
        return fields.AreRefused
            ? null
            : new RegistrationForm(municipality, post, request.Organisation, organisation?.Sector ?? Sector.CivilSociety, notice.Value, request.Consents) { Read = organisation };
    }

    /// <summary>Whether what is proposed is registered already. For a public form, ask it behind the guard: the answer tells something.</summary>
    /// <param name="isNoOther">False: a name that looks like a registered one is refused here. Else it is for the review to see.</param>
    /// <param name="toStaff">See <see cref="OrganisationDuplicates.CheckAsync"/>.</param>
    public static async Task<Result> CheckDuplicatesAsync(ParticipantsDb db, RegistrationForm form, bool isNoOther, bool toStaff, CancellationToken cancellationToken) =>
        form.Read is { } organisation ? Named((await OrganisationDuplicates.CheckAsync(db, organisation, isNoOther, cancellationToken, toStaff)).Refusals) : Result.Done;

    private static Result Named(IReadOnlyList<Refusal> refusals) => Result.From([.. refusals.Select(refusal => refusal with { Field = Prefix + refusal.Field })]);
}
