using OpenGov.Contracts;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Groups;

/// <summary>What the portal asks about promoter and working groups.</summary>
public sealed class GroupsClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<Listing<GroupLine>>> ListAsync(Guid secretariat, string? cursor = null) => Get<Listing<GroupLine>>($"/secretariats/{secretariat}/groups" + Query.Of(("cursor", cursor)));

    public Task<Answer<GroupView>> OneAsync(Guid id) => Get<GroupView>($"/working-groups/{id}");

    public Task<Answer<GroupView>> ProposeAsync(Guid secretariat, object group, string key) => Post<GroupView>($"/secretariats/{secretariat}/groups", group, key);

    public Task<Answer<Nothing>> ActAsync(Guid id, string act, object? body, string key) => Post<Nothing>($"/working-groups/{id}/{act}", body, key);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object? body, string key) => services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, idempotencyKey: key);
}

public sealed record GroupLine(Guid Id, string Kind, string Name, string State, DateOnly? StartedOn, DateOnly? Until, DateOnly? EndedOn, int Members);

public sealed record GroupMemberView(Guid Id, Guid OrganisationId, string OrganisationName, string Sector, bool Coordinates, DateOnly JoinedOn, DateOnly? LeftOn);

public sealed record GroupResolutionView(Guid Id, int Number);

public sealed record GroupView(
    Guid Id, Guid SecretariatId, string SecretariatName, string Kind, string Name, string Mandate, string State, string Hash, DateOnly ProposedOn, DateOnly? StartedOn, GroupResolutionView? StartedBy, DateOnly? Until,
    DateOnly? EndedOn, GroupResolutionView? EndedBy, string? EndReason, IReadOnlyList<GroupMemberView> Members);
