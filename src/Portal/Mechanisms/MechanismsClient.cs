using System.Text.Json.Nodes;
using OpenGov.Contracts;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Mechanisms;

/// <summary>What the portal asks about governance mechanisms, their versions and proposals.</summary>
public sealed class MechanismsClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<MechanismHistory>> HistoryAsync(Guid secretariat) => Get<MechanismHistory>($"/secretariats/{secretariat}/mechanisms");

    public Task<Answer<MechanismView>> VersionAsync(Guid secretariat, int number) => Get<MechanismView>($"/secretariats/{secretariat}/mechanisms/{number}");

    public Task<Answer<Listing<MechanismProposalLine>>> ProposalsAsync(Guid secretariat) => Get<Listing<MechanismProposalLine>>($"/secretariats/{secretariat}/mechanism-proposals");

    public Task<Answer<MechanismProposalView>> ProposalAsync(Guid id) => Get<MechanismProposalView>($"/mechanism-proposals/{id}");

    public Task<Answer<MechanismProposalView>> ProposeAsync(Guid secretariat, object mechanism, string key) => Post<MechanismProposalView>($"/secretariats/{secretariat}/mechanism-proposals", mechanism, key);

    public Task<Answer<Nothing>> WriteAsync(Guid secretariat, object mechanism, string key) => Post<Nothing>($"/secretariats/{secretariat}/mechanisms", mechanism, key);

    public Task<Answer<Nothing>> ActAsync(Guid proposal, string act, object? body, string key) => Post<Nothing>($"/mechanism-proposals/{proposal}/{act}", body, key);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object? body, string key) => services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, idempotencyKey: key);
}

public sealed record AdoptedBy(Guid Id, int Number);

public sealed record MechanismLine(Guid Id, int Number, DateOnly WrittenOn, string Hash, AdoptedBy? Resolution, bool ApprovedByInstallation);

/// <param name="Rules">In force today: the mechanism's and, where it sets nothing, the legal profile's.</param>
public sealed record MechanismHistory(Guid SecretariatId, string SecretariatName, string State, JsonObject Rules, MechanismView? InForce, IReadOnlyList<MechanismLine> Versions);

public sealed record MechanismProposalLine(Guid Id, string State, string Hash, DateOnly ProposedOn, DateOnly? DecidedOn);

public sealed record MechanismChange(string Field, JsonNode? Before, JsonNode? After);

public sealed record MechanismProposalView(
    Guid Id, Guid SecretariatId, string SecretariatName, string State, DateOnly ProposedOn, DateOnly? DecidedOn, string Hash, string Integration, string Functions, string Operation, string Decisions,
    JsonObject Parameters, int Compared, IReadOnlyList<MechanismChange> Changes, AdoptedBy? Resolution, int? Became);
