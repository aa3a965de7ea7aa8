using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.LegalProfiles;

public enum ReportingPeriod { Month, Quarter, Semester, Year }

public enum DecisionRule { Consensus, SimpleMajority, TwoThirds, ThreeFifths }

/// <summary>What a majority is counted of.</summary>
public enum MajorityBase { Present, OccupiedSeats }

/// <summary>More than (or at least) this part of the occupied seats. "1/2+" is 1, 2, true.</summary>
public sealed record QuorumFraction(int Numerator, int Denominator, bool MoreThan);

/// <summary>A law and its articles as documents cite them; never built into the software (SPEC §4.2).</summary>
public sealed record LegalBasis(string Law, string? Articles, string? Url);

/// <summary>What a guarantor is since the reform of 2025 (SPEC §1.1, §4.2): bodies change name and nature.</summary>
public enum GuarantorNature { Autonomous, ExecutiveBody, InternalControl, Other }

/// <param name="HoldsSeat">Which guarantor sits in the secretariat where there are several.</param>
/// <param name="Independent">False where guarantor and public bodies answer to the same superior: INV-40 then asks for an external evaluator.</param>
public sealed record GuarantorRole(Guid OrganisationId, bool HoldsSeat, bool Independent, string? TransparencyUnit, GuarantorNature? Nature = null);

/// <summary>
/// Months after the plan closes until registrations are erased; months that access logs are kept; months that the account of somebody who never registered is kept after
/// they last held something or signed in.
/// </summary>
public sealed record Retention(int RegistrationMonths, int AccessLogMonths, int AccountMonths = 24);

/// <summary>
/// Terms of rights over personal data, in business days (SPEC §4.3), and hours in which a breach is told. To be confirmed against the
/// state's law in force: that is why they stand here.
/// </summary>
/// <param name="PreventionDays">To warn that a request is incomplete.</param>
/// <param name="CompletionDays">For the person to complete it.</param>
/// <param name="ExtensionDays">At most, once.</param>
/// <param name="EffectiveDays">To make effective what was granted.</param>
/// <param name="ReviewDays">For the person to ask for review of the answer.</param>
/// <param name="WarnDays">Before a due date from which it counts as near.</param>
public sealed record PrivacyTerms(
    int PreventionDays = 5, int CompletionDays = 10, int AnswerDays = 20, int ExtensionDays = 10, int EffectiveDays = 15, int ReviewDays = 15, int WarnDays = 3, int BreachNoticeHours = 72);

public sealed record OgpMembership(bool Member, string? Prefix, string? PlanId);

/// <summary>Who receives the national return, and how often. No public successor of the programme is known since 2025 (SPEC §4.2).</summary>
public sealed record NationalReturn(string? Recipient, ReportingPeriod? Period);

/// <summary>
/// Every parameter of SPEC §8. What a request leaves out has the default there. The
/// holidays of the business calendar beside the parameters.
/// </summary>
public sealed record ProfileParameters
{
    public IReadOnlyList<LegalBasis> LegalBasis { get; init; } = [];

    /// <summary>Empty: the guarantor of the instance's settings, holding the seat.</summary>
    public IReadOnlyList<GuarantorRole> Guarantors { get; init; } = [];

    /// <summary>Sector of the kinds that a state may map; see <see cref="Organisations.SectorRules"/>.</summary>
    public IReadOnlyDictionary<OrganisationKind, Sector> Subsectors { get; init; } = new Dictionary<OrganisationKind, Sector>();

    public int MinVotingSeats { get; init; } = 3;

    /// <summary>Null: no limit.</summary>
    public int? MaxSeatsPerSector { get; init; }

    public bool FacilitatorRequired { get; init; } = true;

    /// <summary>Null: any sector.</summary>
    public Sector? ChairSector { get; init; }

    /// <summary>Null: any sector.</summary>
    public Sector? ExecutiveSecretarySector { get; init; }

    public int SeatTermMonths { get; init; } = 24;

    public int MaxConsecutiveTerms { get; init; } = 2;

    public int CallMinDays { get; init; } = 15;

    public int AwarenessMinEvents { get; init; } = 1;

    public QuorumFraction QuorumFraction { get; init; } = new(1, 2, MoreThan: true);

    public bool QuorumEachSector { get; init; } = true;

    /// <summary>Business days between notice and ordinary session.</summary>
    public int NoticeOrdinaryDays { get; init; } = 5;

    public int NoticeExtraHours { get; init; } = 48;

    /// <summary>Rule by matter (UPPER_SNAKE, for example PLAN_APPROVAL); a simple majority where a matter is missing.</summary>
    public IReadOnlyDictionary<string, DecisionRule> DecisionRules { get; init; } = new Dictionary<string, DecisionRule>(StringComparer.Ordinal);

    public MajorityBase MajorityBase { get; init; } = MajorityBase.Present;

    public bool VirtualAllowed { get; init; } = true;

    public bool AnonymousAnswers { get; init; } = true;

    /// <summary>Business days in which a proposal gets its reasoned reply.</summary>
    public int ReplyDays { get; init; } = 20;

    public int PlanDurationMonths { get; init; } = 12;

    /// <summary>Null: no limit (5 under OGP Local).</summary>
    public int? MaxCommitments { get; init; }

    public ReportingPeriod ReportingPeriod { get; init; } = ReportingPeriod.Quarter;

    /// <summary>Days after the end of a period until a missing report is overdue.</summary>
    public int GraceDays { get; init; } = 15;

    /// <summary>Progress in percent from which the suggested level is SUBSTANTIAL, then COMPLETE (SPEC §3.2.3).</summary>
    public IReadOnlyList<int> CompletionThresholds { get; init; } = [50, 100];

    /// <summary>Figures about fewer persons are suppressed.</summary>
    public int SmallCellThreshold { get; init; } = 5;

    public Retention Retention { get; init; } = new(24, 12);

    public PrivacyTerms Privacy { get; init; } = new();

    public OgpMembership Ogp { get; init; } = new(Member: false, Prefix: null, PlanId: null);

    public NationalReturn NationalReturn { get; init; } = new(Recipient: null, Period: null);

    public string Licence { get; init; } = "LIBRE_USO_MX";

    /// <summary>BCP 47, Spanish among them: those of the instance from the version's first day on (<see cref="Instances.LanguagesInForce"/>). Null: as they stand in its settings.</summary>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Codes; null: the 17 themes of the national list, which ActionPlans keeps.</summary>
    public IReadOnlyList<string>? Themes { get; init; }

    public IReadOnlyList<Pillar> Pillars { get; init; } = Enum.GetValues<Pillar>();

    /// <summary>The part that other services apply.</summary>
    public LegalParameters ForOthers() => new(
        ReportingPeriod switch { ReportingPeriod.Month => 1, ReportingPeriod.Quarter => 3, ReportingPeriod.Semester => 6, _ => 12 },
        GraceDays, CompletionThresholds[0], CompletionThresholds[1], PlanDurationMonths, MaxCommitments);

    public static string Write(ProfileParameters parameters) => JsonSerializer.Serialize(parameters, ContractsJson.Options);

    public static ProfileParameters Read(string json) => JsonSerializer.Deserialize<ProfileParameters>(json, ContractsJson.Options)!;
}
