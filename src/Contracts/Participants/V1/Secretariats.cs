namespace OpenGov.Contracts.Participants.V1;

/// <summary>Of a Technical Secretariat (<i>Secretariado Técnico Local</i>).</summary>
public enum SecretariatState
{
    /// <summary>Its promoters look for members; it decides nothing yet.</summary>
    Integrating,

    Installed,

    /// <summary>A sector has nobody (INV-08): only acts of integration are allowed. Or it resolved so itself: it decides on nothing but its return.</summary>
    Suspended,
}

public enum SeatRole { Titular, Alternate }

public enum SecretariatSessionKind { Ordinary, Extraordinary }

public enum VoteChoice { InFavour, Against, Abstention }

/// <summary>How a decision is reached (SPEC §2.5).</summary>
public enum VotingRule { Consensus, SimpleMajority, TwoThirds, ThreeFifths }

public enum BallotOutcome
{
    Carried,
    NotCarried,

    /// <summary>As many in favour as against: not carried, nobody has a casting vote.</summary>
    Tied,
}

/// <summary>What a decision is about, exactly: a thing of some service in one version of it.</summary>
/// <param name="Kind">UPPER_SNAKE, for example PLAN.</param>
/// <param name="VersionHash">SHA-256 of the version that was decided on, lower-case hex, where the thing has versions.</param>
public sealed record DecisionSubject(string Kind, Guid Id, string? VersionHash);

/// <param name="AggregateId">The secretariat.</param>
/// <param name="ParentId">The secretariat above a regional or municipal one.</param>
public sealed record SecretariatFormedV1(Guid AggregateId, int AggregateVersion, string Name, Guid? ParentId) : IIntegrationEvent;

/// <param name="AccountId">Who sits for the organisation, where they have an account; null until then.</param>
/// <param name="Until">First day on which the term is over; null where none is set.</param>
public sealed record SeatHolderAppointedV1(
    Guid AggregateId, int AggregateVersion, Guid SeatId, int SeatNumber, Sector Sector, SeatRole Role, Guid OrganisationId, Guid? AccountId, DateOnly From, DateOnly? Until) : IIntegrationEvent;

/// <param name="EndedOn">First day on which it no longer holds.</param>
public sealed record SeatHolderEndedV1(
    Guid AggregateId, int AggregateVersion, Guid SeatId, SeatRole Role, Guid OrganisationId, DateOnly EndedOn) : IIntegrationEvent;

/// <summary>Another person sits for the same organisation from a day on, in the same term.</summary>
/// <param name="AccountId">Who sits, where they have an account; null until then.</param>
/// <param name="Until">First day on which the term is over; null where none is set.</param>
public sealed record SeatHolderSubstitutedV1(
    Guid AggregateId, int AggregateVersion, Guid SeatId, SeatRole Role, Guid OrganisationId, Guid? AccountId, DateOnly From, DateOnly? Until) : IIntegrationEvent;

/// <param name="MechanismHash">SHA-256 of the governance mechanism that the act approves.</param>
public sealed record SecretariatInstalledV1(Guid AggregateId, int AggregateVersion, DateOnly InstalledOn, string MechanismHash) : IIntegrationEvent;

/// <param name="AggregateId">The secretariat.</param>
/// <param name="Number">Of the version, counted by secretariat.</param>
/// <param name="Hash">SHA-256 of its text and parameters, which the resolution names.</param>
public sealed record GovernanceMechanismEnactedV1(
    Guid AggregateId, int AggregateVersion, Guid MechanismId, int Number, string Hash, Guid ResolutionId, DateOnly EnactedOn) : IIntegrationEvent;

/// <param name="MissingSectors">Without anybody; empty where it resolved its suspension itself: <see cref="ResolutionAdoptedV1"/> with the subject SECRETARIAT_SUSPENSION came just before.</param>
public sealed record SecretariatSuspendedV1(Guid AggregateId, int AggregateVersion, DateOnly SuspendedOn, IReadOnlyList<Sector> MissingSectors) : IIntegrationEvent;

public sealed record SecretariatReturnedV1(Guid AggregateId, int AggregateVersion, DateOnly ReturnedOn) : IIntegrationEvent;

/// <param name="AggregateId">The session.</param>
/// <param name="Number">Counted by secretariat and kind.</param>
public sealed record SecretariatSessionConvenedV1(
    Guid AggregateId, int AggregateVersion, Guid SecretariatId, SecretariatSessionKind Kind, int Number, DateTimeOffset StartsAt) : IIntegrationEvent;

public sealed record SecretariatSessionCancelledV1(Guid AggregateId, int AggregateVersion, DateTimeOffset CancelledAt) : IIntegrationEvent;

/// <summary>A seat came (or its alternate gave place to its titular), or left.</summary>
public sealed record SeatAttendanceChangedV1(
    Guid AggregateId, int AggregateVersion, Guid SeatId, SeatRole Role, bool Present, bool Remote, DateTimeOffset At) : IIntegrationEvent;

/// <param name="Call">1, or 2 where the quorum of the second call was needed.</param>
public sealed record SecretariatSessionOpenedV1(Guid AggregateId, int AggregateVersion, int Call, int OccupiedSeats, int PresentSeats, DateTimeOffset OpenedAt) : IIntegrationEvent;

/// <param name="Seats">The occupied seats: each of them ends up in exactly one of the four totals.</param>
/// <param name="Round">2 and more: the point was reopened.</param>
public sealed record BallotOpenedV1(
    Guid AggregateId, int AggregateVersion, Guid MotionId, int Round, VotingRule Rule, DecisionSubject? Subject, IReadOnlyList<Guid> Seats, DateTimeOffset OpenedAt) : IIntegrationEvent;

/// <param name="ConflictOfInterest">The reason of an abstention.</param>
public sealed record SeatVotedV1(
    Guid AggregateId, int AggregateVersion, Guid MotionId, int Round, Guid SeatId, SeatRole Role, Guid OrganisationId, VoteChoice Choice, bool ConflictOfInterest, DateTimeOffset At) : IIntegrationEvent;

/// <param name="Base">n of the formulas of SPEC §2.5.</param>
/// <param name="Abstentions">With those who were present and did not vote.</param>
public sealed record BallotTotals(int OccupiedSeats, int Base, int InFavour, int Against, int Abstentions, int Absent);

public sealed record BallotClosedV1(
    Guid AggregateId, int AggregateVersion, Guid MotionId, int Round, VotingRule Rule, BallotTotals Totals, BallotOutcome Outcome, DateTimeOffset ClosedAt) : IIntegrationEvent;

/// <summary>From here on nothing of it can be reopened.</summary>
public sealed record SecretariatSessionClosedV1(Guid AggregateId, int AggregateVersion, DateTimeOffset ClosedAt) : IIntegrationEvent;

/// <summary>What was decided, on exactly which version of what. Never changed; a later one may supersede it.</summary>
/// <param name="AggregateId">The resolution.</param>
/// <param name="Number">Counted by secretariat, without gaps.</param>
/// <param name="Matter">UPPER_SNAKE, for example PLAN_APPROVAL.</param>
/// <param name="SupersedesId">The resolution in whose place it stands from now on.</param>
public sealed record ResolutionAdoptedV1(
    Guid AggregateId,
    int AggregateVersion,
    Guid SecretariatId,
    Guid SessionId,
    Guid MotionId,
    int Number,
    string Matter,
    DecisionSubject? Subject,
    VotingRule Rule,
    BallotTotals Totals,
    DateTimeOffset AdoptedAt,
    Guid? SupersedesId) : IIntegrationEvent;

/// <summary>What became of a resolution, as the secretariat's staff tells it.</summary>
public enum ResolutionProgress
{
    /// <summary>Nobody has told anything of it yet, or that nothing was done yet.</summary>
    Pending,

    InProgress,
    Fulfilled,

    /// <summary>It will not be fulfilled; the note says why.</summary>
    NotFulfilled,
}

/// <summary>Somebody told what became of a resolution; the last one counts. The note stays with the owner.</summary>
/// <param name="AggregateId">The resolution.</param>
/// <param name="On">The day of what it tells.</param>
public sealed record ResolutionFollowedUpV1(
    Guid AggregateId, int AggregateVersion, Guid SecretariatId, ResolutionProgress State, DateOnly On, DateTimeOffset RecordedAt) : IIntegrationEvent;

/// <summary>Minutes of a session were written from what happened, or corrected: another version, which nobody has approved yet.</summary>
/// <param name="AggregateId">The minutes; the subject of a motion that approves them, with the kind MINUTES.</param>
/// <param name="Hash">SHA-256 of the version, lower-case hex.</param>
/// <param name="IsCorrection">False: written from what happened.</param>
public sealed record MinutesWrittenV1(
    Guid AggregateId, int AggregateVersion, Guid SecretariatId, Guid SessionId, int VersionNumber, string Hash, bool IsCorrection, DateTimeOffset WrittenAt) : IIntegrationEvent;

/// <summary>By a resolution about exactly this version. Nothing of them changes any more.</summary>
/// <param name="AggregateId">The minutes.</param>
public sealed record MinutesApprovedV1(
    Guid AggregateId, int AggregateVersion, Guid SessionId, int VersionNumber, string Hash, Guid ResolutionId, DateTimeOffset ApprovedAt) : IIntegrationEvent;

/// <param name="SeatId">The seat that it won; null where it won none, or where a rule kept it from the one that it won.</param>
public sealed record ElectionResult(Guid OrganisationId, int Votes, Guid? SeatId);

/// <summary>Seats of civil society were voted on in secret: sums only, and who won.</summary>
/// <param name="AggregateId">The election.</param>
/// <param name="RollSize">Organisations that could vote.</param>
/// <param name="Papers">In the box, the blank ones among them.</param>
/// <param name="Results">The most votes first; among equals the earlier registered.</param>
/// <param name="TermFrom">When the elected take their seats.</param>
public sealed record SeatElectionProclaimedV1(
    Guid AggregateId, int AggregateVersion, Guid SecretariatId, Guid CallId, int RollSize, int Papers, int Blank, IReadOnlyList<ElectionResult> Results, DateOnly TermFrom, DateTimeOffset ProclaimedAt)
    : IIntegrationEvent;
