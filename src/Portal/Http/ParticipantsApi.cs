using OpenGov.Contracts;
using OpenGov.Portal.Account;
using OpenGov.Portal.Administration;
using OpenGov.Portal.Instance;
using OpenGov.Portal.LegalProfile;
using OpenGov.Portal.Privacy;
using OpenGov.Portal.Setup;

namespace OpenGov.Portal.Http;

/// <summary>What the portal asks of Participants.</summary>
public sealed class ParticipantsApi(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<InstanceView>> InstanceAsync() => Get<InstanceView>("/instance");
    public Task<Answer<SessionView>> SessionAsync() => Get<SessionView>("/sessions/current");
    public Task<Answer<Listing<StateView>>> StatesAsync() => Get<Listing<StateView>>("/states");

    public Task<Answer<SetupState>> SetupStateAsync() => Get<SetupState>("/set-up");
    public Task<Answer<SignedIn>> CreateAdministratorAsync(object administrator) => Post<SignedIn>("/set-up/administrator", administrator);
    public Task<Answer<Nothing>> ConfigureInstanceAsync(object instance) => Put<Nothing>("/set-up/instance", instance);
    public Task<Answer<Nothing>> ChangeInstanceAsync(object instance, string? version) => Put<Nothing>("/instance", instance, version);

    public Task<Answer<Nothing>> PutLogoAsync(Stream content, string mediaType) =>
        services.UploadAsync<Nothing>(HttpMethod.Put, Owners.Participants, Base + "/instance/logo", content, mediaType);

    public Task<Answer<SignedIn>> SignInAsync(string email, string password, string? deviceToken) => Post<SignedIn>("/sessions", new { email, password, deviceToken });
    public Task<Answer<Nothing>> SignOutAsync() => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, Base + "/sessions/current");
    public Task<Answer<Listing<MySession>>> MySessionsAsync() => Get<Listing<MySession>>("/sessions");
    public Task<Answer<Nothing>> EndSessionAsync(Guid id) => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, $"{Base}/sessions/{id}");
    public Task<Answer<PrivacyNoticeView>> PrivacyNoticeAsync(string? language = null) => Get<PrivacyNoticeView>("/privacy-notice" + Query.Of(("language", language)));
    public Task<Answer<PrivacyNoticeView>> PrivacyNoticeAsync(Guid id, string? language = null) => Get<PrivacyNoticeView>($"/privacy-notices/{id}" + Query.Of(("language", language)));
    public Task<Answer<Listing<NoticeVersion>>> PrivacyNoticesAsync() => Get<Listing<NoticeVersion>>("/privacy-notices" + Query.Of(("limit", 100)));
    public Task<Answer<Nothing>> PublishPrivacyNoticeAsync(object notice, string key) => Post<Nothing>("/privacy-notices", notice, key);

    public Task<Answer<Nothing>> EndOtherSessionsAsync() => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, Base + "/sessions/others");
    public Task<Answer<SignedIn>> SecondStepAsync(string challenge, string code) => Post<SignedIn>("/sessions/second-step", new { challenge, code });
    public Task<Answer<SignInMethods>> SignInMethodsAsync() => Get<SignInMethods>("/account/sign-in-methods");
    public Task<Answer<BegunSecondFactor>> BeginSecondFactorAsync(string currentPassword) => Post<BegunSecondFactor>("/account/second-factor", new { currentPassword });
    public Task<Answer<IssuedRecoveryCodes>> ConfirmSecondFactorAsync(string code) => Post<IssuedRecoveryCodes>("/account/second-factor/confirmation", new { code });
    public Task<Answer<IssuedRecoveryCodes>> ReplaceRecoveryCodesAsync(string currentPassword) => Post<IssuedRecoveryCodes>("/account/second-factor/recovery-codes", new { currentPassword });
    public Task<Answer<Nothing>> RemoveSecondFactorAsync(string currentPassword) => Post<Nothing>("/account/second-factor/removal", new { currentPassword });
    public Task<Answer<SignInPolicyView>> SignInPolicyAsync() => Get<SignInPolicyView>("/sign-in-policy");
    public Task<Answer<Nothing>> ChangeSignInPolicyAsync(bool secondStepForStaff, string? version) => Put<Nothing>("/sign-in-policy", new { secondStepForStaff }, version);
    public Task<Answer<Listing<PasskeyView>>> PasskeysAsync() => Get<Listing<PasskeyView>>("/account/passkeys");
    public Task<Answer<PasskeyOptions>> BeginPasskeyAsync(string currentPassword) => Post<PasskeyOptions>("/account/passkeys/options", new { currentPassword });
    public Task<Answer<Nothing>> AddPasskeyAsync(object passkey) => Post<Nothing>("/account/passkeys", passkey);
    public Task<Answer<Nothing>> RemovePasskeyAsync(Guid id, string currentPassword) => Post<Nothing>($"/account/passkeys/{id}/removal", new { currentPassword });
    public Task<Answer<PasskeyOptions>> AskPasskeyAsync(string? challenge) => Post<PasskeyOptions>("/sessions/passkey-options", new { challenge });
    public Task<Answer<SignedIn>> SignInWithPasskeyAsync(string state, string credential) => Post<SignedIn>("/sessions/passkey", new { state, credential });
    public Task<Answer<Listing<ApiKeyView>>> ApiKeysAsync() => Get<Listing<ApiKeyView>>("/account/api-keys");
    public Task<Answer<CreatedApiKey>> CreateApiKeyAsync(object key) => Post<CreatedApiKey>("/account/api-keys", key);
    public Task<Answer<Nothing>> RevokeApiKeyAsync(Guid id) => services.SendAsync<Nothing>(HttpMethod.Delete, Owners.Participants, $"{Base}/account/api-keys/{id}");
    public Task<Answer<Nothing>> AskPasswordResetAsync(string email) => Post<Nothing>("/password-resets", new { email });
    public Task<Answer<Invitation>> PasswordResetAsync(string token) => Get<Invitation>("/password-resets/" + Uri.EscapeDataString(token));
    public Task<Answer<PasswordWasReset>> ResetPasswordAsync(string token, string password) => Post<PasswordWasReset>("/password-resets/" + Uri.EscapeDataString(token), new { password });
    public Task<Answer<Nothing>> ChangePasswordAsync(string currentPassword, string password) => Post<Nothing>("/account/password", new { currentPassword, password });
    public Task<Answer<Nothing>> ChangeNameAsync(string displayName) => Put<Nothing>("/account/name", new { displayName });
    public Task<Answer<Nothing>> ChangeAddressAsync(string email, string currentPassword) => Post<Nothing>("/account/address", new { email, currentPassword });
    public Task<Answer<AddressConfirmation>> AddressConfirmationAsync(string token) => Get<AddressConfirmation>("/address-confirmations/" + Uri.EscapeDataString(token));
    public Task<Answer<AddressConfirmation>> ConfirmAddressAsync(string token) => Post<AddressConfirmation>("/address-confirmations/" + Uri.EscapeDataString(token), new { });
    public Task<Answer<Invitation>> InvitationAsync(string token) => Get<Invitation>("/invitations/" + Uri.EscapeDataString(token));
    public Task<Answer<SignedIn>> AcceptInvitationAsync(string token, string password, Guid? privacyNoticeId) =>
        Post<SignedIn>("/invitations/" + Uri.EscapeDataString(token), new { password, privacyNoticeId });

    public Task<Answer<Listing<OrganisationView>>> OrganisationsAsync(string? query = null, string? cursor = null, int limit = 50) =>
        Get<Listing<OrganisationView>>("/organisations" + Query.Of(("q", query), ("cursor", cursor), ("limit", limit)));

    public Task<Answer<OrganisationView>> OrganisationAsync(Guid id) => Get<OrganisationView>($"/organisations/{id}");
    public Task<Answer<OrganisationIdentifiers>> OrganisationIdentifiersAsync(Guid id) => Get<OrganisationIdentifiers>($"/organisations/{id}/identifiers");
    public Task<Answer<OrganisationView>> RegisterOrganisationAsync(object organisation, string key) => Post<OrganisationView>("/organisations", organisation, key);
    public Task<Answer<Nothing>> ChangeOrganisationAsync(Guid id, object organisation, string? version) => Put<Nothing>($"/organisations/{id}", organisation, version);

    public Task<Answer<Listing<AccountView>>> AccountsAsync(string? cursor = null) => Get<Listing<AccountView>>("/accounts" + Query.Of(("cursor", cursor)));
    /// <summary>By the whole address, or by the name of somebody with a mandate. Sent in a body: addresses of requests stand in logs.</summary>
    public Task<Answer<Listing<FoundAccount>>> LookUpAccountsAsync(string text) =>
        Post<Listing<FoundAccount>>("/accounts/look-up", text.Contains('@', StringComparison.Ordinal) ? new { email = text } : new { name = text });

    public Task<Answer<AccountView>> FindAccountAsync(string email) => Post<AccountView>("/accounts/search", new { email });
    public Task<Answer<AccountView>> AccountAsync(Guid id) => Get<AccountView>($"/accounts/{id}");
    public Task<Answer<CreatedAccount>> CreateAccountAsync(object account) => Post<CreatedAccount>("/accounts", account);
    public Task<Answer<CreatedAccount>> InviteAgainAsync(Guid account) => Post<CreatedAccount>($"/accounts/{account}/invitations", new { });
    public Task<Answer<Nothing>> SendPasswordResetAsync(Guid account) => Post<Nothing>($"/accounts/{account}/password-reset", new { });
    public Task<Answer<Nothing>> SuspendAccountAsync(Guid account) => Post<Nothing>($"/accounts/{account}/suspension", new { });
    public Task<Answer<Nothing>> LiftSuspensionAsync(Guid account) => Post<Nothing>($"/accounts/{account}/suspension/end", new { });
    public Task<Answer<Nothing>> EndSessionsOfAsync(Guid account) => Post<Nothing>($"/accounts/{account}/sessions/end", new { });
    public Task<Answer<Nothing>> AssignPostAsync(Guid account, object post, string key) => Post<Nothing>($"/accounts/{account}/staff-posts", post, key);
    public Task<Answer<Nothing>> GrantMandateAsync(Guid account, object mandate, string key) => Post<Nothing>($"/accounts/{account}/mandates", mandate, key);
    public Task<Answer<Nothing>> EndPostAsync(Guid post) => Post<Nothing>($"/staff-posts/{post}/end", new { });
    public Task<Answer<Nothing>> EndMandateAsync(Guid mandate) => Post<Nothing>($"/mandates/{mandate}/end", new { });

    public Task<Answer<LegalProfileView>> LegalProfileAsync(DateOnly? on = null) => Get<LegalProfileView>("/legal-profile" + Query.Of(("on", on is { } day ? Layout.Format.Iso(day) : null)));
    public Task<Answer<Listing<AdoptedVersion>>> LegalProfileHistoryAsync() => Get<Listing<AdoptedVersion>>("/legal-profiles/history");
    public Task<Answer<Listing<DateOnly>>> RestDaysAsync(int year) => Get<Listing<DateOnly>>("/rest-days" + Query.Of(("year", year)));
    public Task<Answer<ProfileComparison>> CompareLegalProfileAsync(object profile) => Post<ProfileComparison>("/legal-profiles/comparison", profile);
    public Task<Answer<Listing<OrganisationView>>> GuarantorsAsync() => Get<Listing<OrganisationView>>("/organisations?kind=GUARANTOR&limit=100");
    public Task<Answer<Nothing>> WithdrawLegalProfileAsync(Guid id, string? reason) => Post<Nothing>($"/legal-profiles/{id}/withdrawal", new { reason });

    public Task<Answer<Nothing>> AdoptLegalProfileAsync(object profile, string key) => Post<Nothing>("/legal-profiles", profile, key);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object body, string? key = null) =>
        services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, idempotencyKey: key);

    private Task<Answer<T>> Put<T>(string path, object body, string? version = null) =>
        services.SendAsync<T>(HttpMethod.Put, Owners.Participants, Base + path, body, version);
}

/// <param name="Organisations">For which the person acts.</param>
public sealed record FoundAccount(Guid Id, string DisplayName, IReadOnlyList<string> Organisations);
