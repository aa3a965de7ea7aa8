using OpenGov.Contracts;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Participate;

/// <summary>What the portal asks of Participants about registrations.</summary>
public sealed class RegistrationClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<RegistrationStamp>> StampAsync() => Get<RegistrationStamp>("/registration-form");

    public Task<Answer<Nothing>> RegisterAsync(object registration) => Post<Nothing>("/registrations", registration);

    public Task<Answer<RegistrationGreeting>> ConfirmationAsync(string token) => Get<RegistrationGreeting>("/registration-confirmations/" + Uri.EscapeDataString(token));

    public Task<Answer<ConfirmedRegistration>> ConfirmAsync(string token, object confirmation) =>
        Post<ConfirmedRegistration>("/registration-confirmations/" + Uri.EscapeDataString(token), confirmation);

    public Task<Answer<OwnOrganisation>> OrganisationAsync(Guid id) => Get<OwnOrganisation>($"/my/organisations/{id}");

    public Task<Answer<Nothing>> InviteAsync(Guid organisation, object invitation) => Post<Nothing>($"/my/organisations/{organisation}/representatives", invitation);

    public Task<Answer<Nothing>> EndMandateAsync(Guid organisation, Guid mandate) => Post<Nothing>($"/my/organisations/{organisation}/representatives/{mandate}/end", new { });

    public Task<Answer<RepresentationGreeting>> RepresentationAsync(string token) => Get<RepresentationGreeting>("/representative-invitations/" + Uri.EscapeDataString(token));

    public Task<Answer<AcceptedRepresentation>> AcceptRepresentationAsync(string token, object acceptance) =>
        Post<AcceptedRepresentation>("/representative-invitations/" + Uri.EscapeDataString(token), acceptance);

    public Task<Answer<Listing<MyRegistration>>> MineAsync() => Get<Listing<MyRegistration>>("/my/registrations");

    public Task<Answer<Nothing>> CorrectAsync(Guid id, object correction, string version) =>
        services.SendAsync<Nothing>(HttpMethod.Put, Owners.Participants, $"{Base}/my/registrations/{id}", correction, version);
    public Task<Answer<MyRegistration>> RegisterSignedInAsync(object registration, string key) =>
        services.SendAsync<MyRegistration>(HttpMethod.Post, Owners.Participants, Base + "/my/registrations", registration, null, key);

    public Task<Answer<Nothing>> WithdrawAsync(Guid id) => Post<Nothing>($"/my/registrations/{id}/withdrawal", new { });

    public Task<Answer<Listing<RegistrationView>>> ListAsync(string? state, string? cursor) => Get<Listing<RegistrationView>>(
        "/registrations" + (state == ReviewRegistrations.Ending ? Query.Of(("ending", "true"), ("cursor", cursor)) : Query.Of(("state", state), ("cursor", cursor))));

    public Task<Answer<RegistrationView>> OneAsync(Guid id) => Get<RegistrationView>($"/registrations/{id}");

    public Task<Answer<RegistrationView>> AcceptAsync(Guid id, object acceptance, string version) => Post<RegistrationView>($"/registrations/{id}/acceptance", acceptance, version);

    public Task<Answer<RegistrationView>> RefuseAsync(Guid id, object refusal, string version) => Post<RegistrationView>($"/registrations/{id}/refusal", refusal, version);

    public Task<Answer<RegistrationView>> WithdrawForAsync(Guid id, string? reason, string version) => Post<RegistrationView>($"/registrations/{id}/withdrawal", new { reason }, version);

    public Task<Answer<RegistrationView>> RenewAsync(Guid id, string version) => Post<RegistrationView>($"/registrations/{id}/renewal", new { }, version);

    public Task<Answer<Nothing>> RevokeConsentAsync(Guid id, string kind, string? reason) => Post<Nothing>($"/registrations/{id}/consents/{Uri.EscapeDataString(kind)}/revocation", new { reason });

    public Task<Answer<Listing<PublicName>>> PublicNamesAsync(string? cursor) => Get<Listing<PublicName>>("/public-names/all" + Query.Of(("cursor", cursor), ("limit", 100)));

    public Task<Answer<PublicNameFigures>> PublicNameFiguresAsync() => Get<PublicNameFigures>("/public-names/figures");

    public Task<Answer<RegistrationView>> RegisterAssistedAsync(object registration) => Post<RegistrationView>("/assisted-registrations", registration);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object body, string? version = null) => services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, version);
}
