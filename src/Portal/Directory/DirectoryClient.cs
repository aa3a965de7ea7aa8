using OpenGov.Contracts;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Directory;

// The portal's own view of the services' answers: only what pages show.

public sealed record DirectoryEntry(
    Guid Id, int Version, string Name, string? Acronym, string Kind, string Sector, string? Cvegeo, string? Municipality, string? Purpose, string? Website, Guid? SuccessorId);

public sealed record SectorFigures(string Sector, int Organisations, int? Citizens);

public sealed record FormerName(string Name, string? Acronym, DateTimeOffset From, DateTimeOffset Until);

public sealed record RelatedOrganisation(Guid Id, string Name, DateOnly On, string? Basis);

public sealed record UndoneSuccession(Guid SuccessorId, string Name, DateOnly On, DateTimeOffset UndoneAt, string Reason);

public sealed record OrganisationHistory(
    DateTimeOffset RegisteredAt, DateTimeOffset NamedAt, IReadOnlyList<FormerName> FormerNames, RelatedOrganisation? Successor, IReadOnlyList<RelatedOrganisation> Predecessors, bool HasRepresentative,
    IReadOnlyList<UndoneSuccession>? Undone);

/// <summary>What the portal asks of Participants about who takes part.</summary>
public sealed class DirectoryClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1/organisations";

    public Task<Answer<Listing<DirectoryEntry>>> ListAsync(string? q, string? sector, string? kind, string? municipality, string? cursor) =>
        services.GetAsync<Listing<DirectoryEntry>>(
            Owners.Participants, Base + Query.Of(("q", q), ("sector", sector), ("kind", kind), ("municipality", municipality), ("cursor", cursor), ("limit", 30)));

    public Task<Answer<IReadOnlyList<SectorFigures>>> FiguresAsync() => services.GetAsync<IReadOnlyList<SectorFigures>>(Owners.Participants, Base + "/figures");

    public Task<Answer<DirectoryEntry>> OneAsync(Guid id) => services.GetAsync<DirectoryEntry>(Owners.Participants, $"{Base}/{id}");

    public Task<Answer<OrganisationHistory>> HistoryAsync(Guid id) => services.GetAsync<OrganisationHistory>(Owners.Participants, $"{Base}/{id}/history");

    public Task<Answer<Nothing>> UndoSuccessionAsync(Guid id, object undo, string version) =>
        services.SendAsync<Nothing>(HttpMethod.Post, Owners.Participants, $"{Base}/{id}/succession/undo", undo, version);

    public Task<Answer<Nothing>> SucceedAsync(Guid id, object succession, string version) =>
        services.SendAsync<Nothing>(HttpMethod.Post, Owners.Participants, $"{Base}/{id}/succession", succession, version);
}
