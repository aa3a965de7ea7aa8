using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenGov.Contracts;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Instances;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Passkeys;

/// <summary>What a browser needs to make or use a passkey.</summary>
/// <param name="Options">JSON of <c>PublicKeyCredentialCreationOptions</c> or <c>…RequestOptions</c> (WebAuthn level 3, §5.1.8 and §5.1.9).</param>
/// <param name="State">Goes back with the browser's answer. Opaque, five minutes, once.</param>
public sealed record PasskeyOptions(string Options, string State);

/// <summary>
/// The two ceremonies of WebAuthn, carried out by the framework. Between asking and answering nothing is stored: the challenge
/// stands sealed in the state, and is taken once. Devices must check who holds them (user verification), so that a passkey is two
/// steps in one; what they are made by is nobody's business here (no attestation).
/// </summary>
public sealed class PasskeyCeremonies(
    UserManager<Account> accounts, ParticipantsDb db, PublicAddress publicAddress, InstanceKey key, Throttle throttle, TimeProvider clock)
{
    private const string CreationPurpose = "participants: new passkey";
    private const string RequestPurpose = "participants: passkey asked for";
    private const int MaxStateLength = 4096;

    /// <summary>What browsers send is some hundred bytes; an attestation that nobody asked for may be long.</summary>
    private const int MaxCredentialLength = 16 * 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>A challenge answers once: what was overheard signs nobody in again, not even while it is fresh.</summary>
    private static readonly Allowance Answers = new("passkey challenge", 1, Lifetime);

    private sealed record Asked(string State, Guid? AccountId, DateTimeOffset ExpiresAt);

    public async Task<Result<PasskeyOptions>> AskForNewAsync(Account account, HttpContext http, CancellationToken cancellationToken)
    {
        if (await RelyingPartyAsync(cancellationToken) is not { } party)
            return NoName();
        var made = await Handler(party).MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = account.Id.ToString(), Name = account.Email!, DisplayName = account.DisplayName }, http);
        // Devices show it beside the key.
        var options = JsonNode.Parse(made.CreationOptionsJson)!.AsObject();
        options["rp"]!["name"] = await db.Instances.Select(row => row.Name).SingleOrDefaultAsync(cancellationToken) ?? party.Id;
        return new PasskeyOptions(options.ToJsonString(), Seal(CreationPurpose, made.AttestationState!, account.Id));
    }

    public async Task<Result<UserPasskeyInfo>> TakeNewAsync(Guid accountId, string? state, string? credential, HttpContext http, CancellationToken cancellationToken)
    {
        if (await OpenAsync(CreationPurpose, state, cancellationToken) is not { } asked || asked.AccountId != accountId)
            return Expired();
        if (await RelyingPartyAsync(cancellationToken) is not { } party)
            return NoName();
        if (credential is not { Length: > 0 and <= MaxCredentialLength })
            return Refusal.Invalid("credential", "passkey_not_made");
        var attested = await Handler(party).PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = asked.State });
        return attested.Succeeded && attested.UserEntity.Id == accountId.ToString() ? attested.Passkey : Refusal.Invalid("credential", "passkey_not_made");
    }

    /// <param name="account">Who proved a password already, and whose keys are asked for; null: whoever the device says.</param>
    public async Task<Result<PasskeyOptions>> AskForKnownAsync(Account? account, HttpContext http, CancellationToken cancellationToken)
    {
        if (await RelyingPartyAsync(cancellationToken) is not { } party)
            return NoName();
        var made = await Handler(party).MakeRequestOptionsAsync(account, http);
        return new PasskeyOptions(made.RequestOptionsJson, Seal(RequestPurpose, made.AssertionState!, account?.Id));
    }

    /// <returns>The passkey, used; saved with the unit of work. One refusal for all that may be wrong.</returns>
    public async Task<Result<(Account Account, Passkey Passkey)>> TakeKnownAsync(string? state, string? credential, HttpContext http, CancellationToken cancellationToken)
    {
        if (await OpenAsync(RequestPurpose, state, cancellationToken) is not { } asked)
            return Expired();
        if (credential is not { Length: > 0 and <= MaxCredentialLength } || await RelyingPartyAsync(cancellationToken) is not { } party)
            return Failed();
        var asserted = await Handler(party).PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = asked.State });
        if (!asserted.Succeeded || !asserted.User.IsFinished)
            return Failed();
        var passkey = await db.Passkeys.SingleAsync(row => row.CredentialId == asserted.Passkey.CredentialId, cancellationToken);
        passkey.Use(asserted.Passkey, db.Now);
        return (asserted.User, passkey);
    }

    private static Refusal NoName() => Refusal.Conflict("passkeys_need_a_name");

    private static Refusal Expired() => new("passkey_expired", StatusCodes.Status401Unauthorized);

    private static Refusal Failed() => new("passkey_failed", StatusCodes.Status401Unauthorized);

    private async Task<RelyingParty?> RelyingPartyAsync(CancellationToken cancellationToken) => RelyingParty.Of(await publicAddress.GetAsync(cancellationToken));

    private PasskeyHandler<Account> Handler(RelyingParty party) => new(accounts, Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = party.Id,
        ValidateOrigin = context => ValueTask.FromResult(party.Accepts(context.Origin, context.CrossOrigin)),
        AuthenticatorTimeout = Lifetime,
        UserVerificationRequirement = "required",
        // Found on the device by the site's name alone: nobody types an address.
        ResidentKeyRequirement = "required",
        AttestationConveyancePreference = "none",
    }));

    private string Seal(string purpose, string state, Guid? accountId) => Base64Url.EncodeToString(
        key.Seal(purpose, JsonSerializer.SerializeToUtf8Bytes(new Asked(state, accountId, clock.GetUtcNow() + Lifetime), ContractsJson.Options)));

    private async Task<Asked?> OpenAsync(string purpose, string? given, CancellationToken cancellationToken)
    {
        if (given is not { Length: > 0 and <= MaxStateLength })
            return null;
        var bytes = new byte[MaxStateLength];
        if (Base64Url.DecodeFromChars(given, bytes, out _, out var written) != OperationStatus.Done)
            return null;
        try
        {
            var asked = JsonSerializer.Deserialize<Asked>(key.Open(purpose, bytes.AsSpan(0, written)), ContractsJson.Options)!;
            return clock.GetUtcNow() < asked.ExpiresAt && !(await throttle.TakeAsync(Answers, asked.State, cancellationToken)).IsOver ? asked : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
