using System.Text.Json.Nodes;
using OpenGov.Contracts;
using OpenGov.Portal.Http;
using OpenGov.Portal.Mechanisms;

namespace OpenGov.Portal.Secretariat;

/// <summary>What the portal asks about secretariats, their sessions and resolutions.</summary>
public sealed class SecretariatClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<Listing<SecretariatLine>>> SecretariatsAsync() => Get<Listing<SecretariatLine>>("/secretariats");

    /// <param name="on">The day to show; today where it is missing.</param>
    public Task<Answer<SecretariatView>> SecretariatAsync(Guid id, DateOnly? on = null) => Get<SecretariatView>($"/secretariats/{id}" + Query.Of(("on", on is { } day ? Layout.Format.Iso(day) : null)));

    public Task<Answer<Listing<RegisteredVote>>> VotesAsync(Guid id, Guid? seat, int? year, string? cursor) =>
        Get<Listing<RegisteredVote>>($"/secretariats/{id}/votes" + Query.Of(("seatId", seat), ("year", year), ("cursor", cursor)));

    public Task<Answer<Listing<SeatAttendance>>> AttendanceAsync(Guid id, int? year) => Get<Listing<SeatAttendance>>($"/secretariats/{id}/attendance" + Query.Of(("year", year)));

    public Task<Answer<Listing<HolderView>>> MembershipsAsync(Guid id) => Get<Listing<HolderView>>($"/secretariats/{id}/memberships");

    public Task<Answer<Listing<CompositionAlert>>> AlertsAsync(Guid id) => Get<Listing<CompositionAlert>>($"/secretariats/{id}/alerts");

    public Task<Answer<InstallationAct>> ActAsync(Guid id) => Get<InstallationAct>($"/secretariats/{id}/installation-act");

    public Task<Answer<Listing<SessionLine>>> SessionsAsync(Guid id, string? cursor = null) => Get<Listing<SessionLine>>($"/secretariats/{id}/sessions" + Query.Of(("cursor", cursor)));

    /// <summary>As many as one answer can have.</summary>
    public Task<Answer<Listing<SessionLine>>> AllSessionsAsync(Guid id) => Get<Listing<SessionLine>>($"/secretariats/{id}/sessions?limit=200");

    public Task<Answer<Listing<ResolutionView>>> ResolutionsAsync(Guid id, string? cursor = null) => Get<Listing<ResolutionView>>($"/secretariats/{id}/resolutions" + Query.Of(("cursor", cursor)));

    /// <summary>Those about one thing, for who has to cite the one in force.</summary>
    public Task<Answer<Listing<ResolutionView>>> ResolutionsAboutAsync(Guid id, Guid subject) => Get<Listing<ResolutionView>>($"/secretariats/{id}/resolutions" + Query.Of(("subjectId", subject)));

    public Task<Answer<ResolutionView>> ResolutionAsync(Guid id) => Get<ResolutionView>($"/resolutions/{id}");

    public Task<Answer<SessionView>> SessionAsync(Guid id) => Get<SessionView>($"/secretariat-sessions/{id}");

    public Task<Answer<OwnSeat>> OwnSeatAsync(Guid session) => Get<OwnSeat>($"/secretariat-sessions/{session}/my/seat");

    public Task<Answer<Nothing>> ComeAsync(Guid session, bool remote) => Post<Nothing>($"/secretariat-sessions/{session}/my/attendance", new { remote });

    public Task<Answer<Nothing>> LeaveAsync(Guid session) => Post<Nothing>($"/secretariat-sessions/{session}/my/departure", new { });

    public Task<Answer<Listing<RefusedAct>>> RefusedActsAsync(Guid session) => Get<Listing<RefusedAct>>($"/secretariat-sessions/{session}/refused-acts");

    public Task<Answer<ResolutionView>> FollowUpAsync(Guid resolution, object told, string key) => Post<ResolutionView>($"/resolutions/{resolution}/follow-ups", told, key);

    public Task<Answer<Nothing>> VoteAsync(Guid session, Guid motion, object vote) => Post<Nothing>($"/secretariat-sessions/{session}/motions/{motion}/votes", vote);

    public Task<Answer<SecretariatView>> FormAsync(object secretariat, string key) => Post<SecretariatView>("/secretariats", secretariat, key);

    public Task<Answer<Nothing>> ComposeAsync(Guid id, string act, object body, string key) => Post<Nothing>($"/secretariats/{id}/{act}", body, key);

    public Task<Answer<Listing<OwnOffice>>> OwnOfficesAsync() => Get<Listing<OwnOffice>>("/my/secretariat-offices");

    public Task<Answer<SessionView>> ConveneAsync(Guid id, object call, string key) => Post<SessionView>($"/secretariats/{id}/sessions", call, key);

    public Task<Answer<Nothing>> RunAsync(Guid session, string act, object? body, string key) => services.SendAsync<Nothing>(HttpMethod.Post, Owners.Participants, $"{Base}/secretariat-sessions/{session}/{act}", body, idempotencyKey: key);

    public Task<Answer<OpenGov.Portal.Account.ReceivedFile>> UploadAsync(Stream content, string fileName, string mediaType) =>
        services.UploadAsync<OpenGov.Portal.Account.ReceivedFile>(HttpMethod.Post, Owners.Participants, Base + "/files" + Query.Of(("fileName", fileName)), content, mediaType);

    private Task<Answer<T>> Get<T>(string path) => services.GetAsync<T>(Owners.Participants, Base + path);

    private Task<Answer<T>> Post<T>(string path, object body, string? key = null) => services.SendAsync<T>(HttpMethod.Post, Owners.Participants, Base + path, body, idempotencyKey: key);
}


public sealed record OwnOffice(Guid SecretariatId, string SecretariatName, string Office, DateOnly From, bool RunsExercise = false);

public sealed record SecretariatLine(Guid Id, string Name, Guid? ParentId, string State, DateOnly? InstalledOn);

public sealed record HolderView(
    Guid Id, Guid SeatId, int SeatNumber, string Sector, string Role, Guid OrganisationId, string OrganisationName, string? Acronym, string? Post, string? Rank, string Access, string Document,
    DateOnly From, DateOnly? Until, DateOnly? EndedOn, string? EndCause, bool VotesFromAccount)
{
    /// <summary>The election of this instance that gave the seat.</summary>
    public Guid? ElectionId { get; init; }

    /// <summary>First day on which it no longer holds; null while no end is set.</summary>
    public DateOnly? End => EndedOn < Until ? EndedOn : Until ?? EndedOn;

    /// <summary>A seat of civil society that no election of this instance gave: filled otherwise, or elsewhere.</summary>
    public bool IsWithoutElection => Sector == "CIVIL_SOCIETY" && ElectionId is null;
}

public sealed record SeatView(Guid Id, int Number, string Sector, HolderView? Titular, HolderView? Alternate);

/// <param name="RetiredOn">First day on which it is no longer there.</param>
public sealed record RetiredSeat(Guid Id, int Number, string Sector, DateOnly RetiredOn, string Reason);

public sealed record OfficeView(string Office, Guid? OrganisationId, string? OrganisationName, DateOnly From);

public sealed record MechanismView(Guid Id, int Number, string Integration, string Functions, string Operation, string Decisions, JsonObject Parameters, string Hash, Guid? ResolutionId, DateOnly WrittenOn);

public sealed record CompositionAlert(string Kind, Guid? SeatId, int? SeatNumber, string? Sector, string? Role, string? OrganisationName, DateOnly Day, int? Days, DateTimeOffset? ToldOn);

public sealed record ActMechanism(int Number, string Hash, DateOnly WrittenOn);

public sealed record InstallationAct(
    Guid SecretariatId, string SecretariatName, DateOnly InstalledOn, string? Place, IReadOnlyList<FindingView> Rules, DeclarationView Declaration, ActMechanism Mechanism, IReadOnlyList<HolderView> Members,
    IReadOnlyList<OfficeView> Offices);

public sealed record FindingView(string Rule, bool Holds, string? Explanation);

public sealed record SectorSeats(string Sector, int Seats, int Occupied);

public sealed record BalanceView(IReadOnlyList<SectorSeats> Sectors, string? Dominant, IReadOnlyList<int> VacantSeats, IReadOnlyList<HolderView> EndingSoon);

public sealed record DeclarationView(DateOnly SignedOn, IReadOnlyList<string> SignedBy, string Document);

public sealed record SecretariatView(
    Guid Id, int Version, string Name, Guid? ParentId, string State, DateOnly FormedOn, DeclarationView? Declaration, DateOnly? InstalledOn, bool HasAct, DateOnly? SuspendedOn, DateOnly On,
    IReadOnlyList<SeatView> Seats, IReadOnlyList<OfficeView> Offices, MechanismView? Mechanism, IReadOnlyList<FindingView> Installation, BalanceView Balance)
{
    /// <summary>The latest first.</summary>
    public IReadOnlyList<SuspensionView> Suspensions { get; init; } = [];

    /// <summary>SHA-256 that a motion about its suspension or return names as the version of its subject.</summary>
    public string? Standing { get; init; }

    public IReadOnlyList<RetiredSeat> RetiredSeats { get; init; } = [];

    /// <summary>Place of the installation, as its act says it.</summary>
    public string? InstalledAt { get; init; }

    /// <summary>A sector lacks anybody on the day that is shown; until it has somebody nothing is decided, not even the return.</summary>
    public bool LacksSector => Suspensions.Any(one => one.Cause == "COMPOSITION" && one.GoesOn(On));

    /// <summary>The suspension that it resolved itself and that goes on that day.</summary>
    public SuspensionView? OwnSuspension => Suspensions.FirstOrDefault(one => one.Cause == "RESOLUTION" && one.GoesOn(On));
}

/// <param name="Reason">Text of the resolution that is the cause; null where a sector had nobody.</param>
public sealed record SuspensionView(string Cause, DateOnly SuspendedOn, IReadOnlyList<string> MissingSectors, AdoptedBy? Resolution, string? Reason, DateOnly? ReturnedOn, AdoptedBy? ReturnResolution)
{
    public bool GoesOn(DateOnly on) => SuspendedOn <= on && (ReturnedOn is not { } back || on < back);
}

public sealed record SessionLine(Guid Id, Guid SecretariatId, string Kind, int Number, string State, DateTimeOffset StartsAt, DateTimeOffset? ClosedAt, string Place, DateTimeOffset ConvenedAt);

public sealed record RegisteredVote(
    int SeatNumber, string? Role, string? OrganisationName, Guid SessionId, string SessionKind, int SessionNumber, int MotionNumber, string MotionText, int Round, string Choice, bool ConflictOfInterest, string Outcome,
    DateTimeOffset ClosedAt);

public sealed record SeatAttendance(int SeatNumber, string Sector, string OrganisationName, int Held, int Attended, int InRoom, int Remote, int ByAlternate, string Share);

public sealed record AgendaItemView(Guid Id, int Number, string Title, string Matter, bool Notified);

public sealed record SessionDocumentView(Guid Id, Guid? AgendaItemId, string Title, string FileName, long Size, string Sha256, string? Url, DateTimeOffset AddedAt, DateTimeOffset? RemovedAt, string? RemoveReason);

public sealed record AttendanceView(Guid SeatId, int SeatNumber, string Sector, string Role, string OrganisationName, bool Remote, DateTimeOffset CameAt, DateTimeOffset? LeftAt)
{
    /// <summary>Whether who is there still holds the seat; null once they left.</summary>
    public bool? Counts { get; init; }
}

public sealed record VoteView(Guid SeatId, int SeatNumber, string Sector, string Role, string OrganisationName, string Choice, bool ConflictOfInterest, bool BySecretary, DateTimeOffset CastAt)
{
    /// <summary>What the conflict of interest is, where the member said it.</summary>
    public string? ConflictReason { get; init; }
}

public sealed record BallotTotals(int OccupiedSeats, int Base, int InFavour, int Against, int Abstentions, int Absent);

public sealed record BallotView(
    Guid Id, int Round, string Rule, string MajorityBase, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, int OccupiedSeats, BallotTotals? Totals, int? Needed, string? Outcome, IReadOnlyList<VoteView> Votes)
{
    /// <summary>The rule with its numbers; null while it is open.</summary>
    public string? Formula { get; init; }

    /// <summary>n of the formulas; while it is open, as it would be counted now.</summary>
    public int? Base { get; init; }
}

public sealed record DecisionSubject(string Kind, Guid Id, string? VersionHash);

public sealed record MotionView(
    Guid Id, Guid AgendaItemId, int Number, string Text, string Matter, DecisionSubject? Subject, Guid? SupersedesId, DateOnly? DueOn, IReadOnlyList<BallotView> Ballots)
{
    public string? ResponsibleName { get; init; }

    /// <summary>By what it would be decided if its vote opened now; null once it did.</summary>
    public DecisionAhead? Ahead { get; init; }

    public BallotView? Last => Ballots.Count == 0 ? null : Ballots[^1];

    public bool IsOpen => Last is { ClosedAt: null };
}

/// <param name="Base">n of the formulas as it is now.</param>
/// <param name="Needed">Votes in favour; null for a consensus.</param>
public sealed record DecisionAhead(string Rule, string MajorityBase, int OccupiedSeats, int Base, int? Needed);

public sealed record SectorPresence(string Sector, int Occupied, int Present);

public sealed record QuorumView(int Call, int Occupied, int Present, int Needed, bool EachSector, IReadOnlyList<SectorPresence> Sectors, bool IsMet)
{
    /// <summary>Of the occupied seats, from which the number that is needed in the first call follows.</summary>
    public QuorumFraction? Fraction { get; init; }

    /// <summary>How the number that is needed follows, with the numbers.</summary>
    public string? Formula { get; init; }
}

public sealed record QuorumFraction(int Numerator, int Denominator, bool MoreThan);

public sealed record SessionView(
    Guid Id, int Version, Guid SecretariatId, string SecretariatName, string Kind, int Number, string State, DateTimeOffset StartsAt, DateTimeOffset SecondCallAt, bool Remote, string Place, string? Link,
    DateTimeOffset ConvenedAt, int? Call, DateTimeOffset? OpenedAt, DateTimeOffset? ClosedAt, string? CancelReason, QuorumView? Quorum, IReadOnlyList<AgendaItemView> Agenda,
    IReadOnlyList<AttendanceView> Attendance, IReadOnlyList<MotionView> Motions)
{
    public bool IsOpen => State == "OPEN";

    /// <summary>Closed or cancelled: nothing more happens in it.</summary>
    public bool IsOver => State is not ("CONVENED" or "OPEN");

    public IReadOnlyList<SessionDocumentView> Documents { get; init; } = [];

    /// <summary>The quorum with which it was opened; null before, and for sessions that are older than its record.</summary>
    public QuorumView? Opening { get; init; }

    /// <summary>Third ordinary session.</summary>
    public string Title => Text.T("secretariat.sessionTitle", Text.Code("stlkind", Kind), Number);
}

public sealed record OwnSeat(Guid SeatId, int SeatNumber, string Sector, string Role, bool Present, Guid? OpenMotionId, int? OpenRound, string? Voted)
{
    /// <summary>Attends from elsewhere; null while not present.</summary>
    public bool? Remote { get; init; }
}

/// <param name="Act">The last part of the address at which it was tried.</param>
public sealed record RefusedAct(DateTimeOffset At, string Act, int? SeatNumber, bool Facilitator, IReadOnlyList<string> Codes, IReadOnlyList<string> Explanations);

public sealed record FollowUp(string State, string Note, DateOnly On, DateTimeOffset RecordedAt);

public sealed record ResolutionView(
    Guid Id, Guid SecretariatId, int Number, string Text, string Matter, DecisionSubject? Subject, Guid SessionId, string SessionKind, int SessionNumber, Guid MotionId, string Rule,
    BallotTotals Totals, int? Needed, string? Formula, string? ResponsibleName, DateOnly? DueOn, DateTimeOffset AdoptedAt, Guid? SupersedesId, Guid? SupersededById)
{
    /// <summary>The last that was told of it.</summary>
    public string Progress { get; init; } = "PENDING";

    public bool Overdue { get; init; }

    /// <summary>What the base is: the seats that were present, or all that were occupied.</summary>
    public string MajorityBase { get; init; } = "";

    public IReadOnlyList<FollowUp> FollowUps { get; init; } = [];
}
