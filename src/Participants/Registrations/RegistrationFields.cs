using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Registrations;

/// <summary>Reads what both ways of registering have in common.</summary>
internal static class RegistrationFields
{
    /// <summary>Fields of the organisation are named <c>organisation.name</c> and so on.</summary>
    private const string Prefix = "organisation.";

    /// <summary>What the person is called; like an organisation's name it does not pass for another by letters of another alphabet.</summary>
    public static string Name(Fields fields, string? given)
    {
        var name = fields.Text("displayName", given, 1, 120);
        if (OrganisationNames.MixesScripts(name))
            fields.Refuse(Refusal.Invalid("displayName", "name_mixes_scripts"));
        return name;
    }

    /// <param name="isNoOther">False: a name that looks like a registered one is refused here. Else it is for the review to see.</param>
    /// <returns>Null where something is refused.</returns>
    public static async Task<RegistrationForm?> ReadAsync(
        RegisterRequest request, Fields fields, ParticipantsDb db, LegalProfileInForce profile, NoticeInForce notices, bool isNoOther, CancellationToken cancellationToken)
    {
        var municipality = fields.OptionalText("municipality", request.Municipality, 100);
        var sector = Sector.CivilSociety;
        string? post = null;
        if (request.Organisation is { } proposal)
        {
            post = fields.OptionalText("post", request.Post, 120);
            sector = await CheckAsync(proposal);
        }

        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            fields.Add(Result.From(notice.Refusals));
        return fields.AreRefused
            ? null
            : new RegistrationForm(municipality, post, request.Organisation, sector, notice.Value, request.PublishName, request.OtherCalls);

        async Task<Sector> CheckAsync(OrganisationRequest organisation)
        {
            // The guarantor is part of the instance's settings, further ones are registered by staff.
            if (organisation.Kind == OrganisationKind.Guarantor)
                fields.Refuse(Refusal.Rule("guarantor_is_registered_by_staff", Prefix + "kind"));
            var read = Organisation.Register(organisation, await profile.SectorsAsync(cancellationToken), db.Now);
            var duplicate = read.IsRefused ? Result.Done : await OrganisationDuplicates.CheckAsync(db, read.Value, isNoOther, cancellationToken);
            foreach (var refusal in read.Refusals.Concat(duplicate.Refusals))
                fields.Refuse(refusal with { Field = Prefix + refusal.Field });
            return read.IsRefused ? Sector.CivilSociety : read.Value.Sector;
        }
    }
}
