using OpenGov.Contracts;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Elections;

/// <summary>What the portal asks about elections of civil-society seats.</summary>
public sealed class ElectionsClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<Listing<ElectionLine>>> ListAsync(Guid secretariat, string? cursor = null) => Get<Listing<ElectionLine>>($"/secretariats/{secretariat}/elections" + Query.Of(("cursor", cursor)));

    public Task<Answer<ElectionView>> OneAsync(Guid id) => Get<ElectionView>($"/elections/{id}");

    public Task<Answer<Listing<RollLine>>> RollAsync(Guid id, string? cursor) => Get<Listing<RollLine>>($"/elections/{id}/roll" + Query.Of(("cursor", cursor)));

    public Task<Answer<Listing<OwnPaper>>> PapersAsync(Guid id) => Get<Listing<OwnPaper>>($"/elections/{id}/my/papers");

    public Task<Answer<Nothing>> VoteAsync(Guid id, object paper) => Post<Nothing>($"/elections/{id}/papers", paper);

    public Task<Answer<ElectionView>> CallAsync(Guid secretariat, object election, string key) => Post<ElectionView>($"/secretariats/{secretariat}/elections", election, key);

    public Task<Answer<Nothing>> ProclaimAsync(Guid id) => Post<Nothing>($"/elections/{id}/proclamation", null);

    public Task<Answer<Nothing>> CancelAsync(Guid id, object reason) => Post<Nothing>($"/elections/{id}/cancellation", reason);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object? body, string? key = null) => services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, idempotencyKey: key);
}

public sealed record ElectionLine(Guid Id, Guid SecretariatId, string State, int Seats, DateOnly OpensOn, DateOnly ClosesOn)
{
    /// <summary>2 asientos, del 1 de marzo de 2026 al 5 de marzo de 2026</summary>
    public string Title => Text.T(Seats == 1 ? "elections.lineOne" : "elections.line", Seats, Layout.Format.Day(OpensOn), Layout.Format.Day(ClosesOn));
}

public sealed record CandidateView(Guid OrganisationId, string Name, DateTimeOffset RegisteredAt, int? Votes, int? SeatNumber)
{
    /// <summary>The rule for which it did not take the seat that it won, which stays vacant.</summary>
    public string? UnseatedBecause { get; init; }
}

public sealed record ExclusionView(Guid OrganisationId, string Name, string Because);

public sealed record ElectionView(
    Guid Id, Guid SecretariatId, string SecretariatName, int CallNumber, string CallTitle, string State, IReadOnlyList<int> SeatNumbers, DateOnly OpensOn, DateOnly ClosesOn, DateOnly TermFrom,
    int RollSize, int? Papers, int? Blank, bool SeniorityDecided, DateTimeOffset? ProclaimedAt, string? CancelReason, IReadOnlyList<CandidateView> Candidates)
{
    /// <summary>Accepted by the call and kept from the term by a rule.</summary>
    public IReadOnlyList<ExclusionView> Excluded { get; init; } = [];
}

public sealed record RollLine(Guid OrganisationId, string Name);

public sealed record OwnPaper(Guid OrganisationId, string OrganisationName, bool HasVoted);
