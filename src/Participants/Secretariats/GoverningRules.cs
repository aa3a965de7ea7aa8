using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Secretariats;

/// <summary>Matters that SPEC §2.5 gives a rule of their own. States add others in their mechanism.</summary>
public static class Matters
{
    public const string General = "GENERAL";
    public const string GovernanceChange = "GOVERNANCE_CHANGE";
    public const string PlanApproval = "PLAN_APPROVAL";
    public const string ProblemPriority = "PROBLEM_PRIORITY";
    public const string MinutesApproval = "MINUTES_APPROVAL";

    /// <summary>Its own suspension (SPEC §2.2, SX); also the kind of the subject, whose id is the secretariat's.</summary>
    public const string Suspension = "SECRETARIAT_SUSPENSION";

    /// <summary>The end of the suspension that it resolved; also the kind of the subject.</summary>
    public const string Return = "SECRETARIAT_RETURN";

    public static readonly IReadOnlyList<string> All = [General, PlanApproval, ProblemPriority, GovernanceChange, MinutesApproval, Suspension, Return];

    public static bool IsOwnSuspension(string? code) => code is Suspension or Return;

    /// <summary>What a secretariat that resolved its suspension still decides: its return, and that minutes say what happened.</summary>
    public static bool AreDecidedWhileSuspended(string matter) => matter is Return or MinutesApproval;
}

/// <summary>
/// The parameters by which a secretariat is composed and decides (SPEC §2.5, §8): those of the legal profile in force, and in their place
/// those that its governance mechanism sets.
/// </summary>
public sealed record GoverningRules
{
    public int MinVotingSeats { get; init; } = 3;

    /// <summary>Null: no limit.</summary>
    public int? MaxSeatsPerSector { get; init; }

    public bool FacilitatorRequired { get; init; } = true;

    /// <summary>The guarantor that the profile names for the seat; null where it names none.</summary>
    public Guid? SeatGuarantorId { get; init; }

    /// <summary>Awareness activities held before an installation (SPEC §2.1).</summary>
    public int AwarenessMinEvents { get; init; } = 1;

    /// <summary>Null: any sector.</summary>
    public Sector? ChairSector { get; init; }

    /// <summary>Null: any sector.</summary>
    public Sector? ExecutiveSecretarySector { get; init; }

    /// <summary>Of whoever sits for a public body; null asks for none.</summary>
    public SeatRank? MinRank { get; init; }

    public int SeatTermMonths { get; init; } = 24;
    public int MaxConsecutiveTerms { get; init; } = 2;
    public QuorumFraction QuorumFraction { get; init; } = new(1, 2, MoreThan: true);
    public bool QuorumEachSector { get; init; } = true;
    public int NoticeOrdinaryDays { get; init; } = 5;
    public int NoticeExtraHours { get; init; } = 48;
    public int SecondCallMinutes { get; init; } = MechanismParameters.DefaultSecondCallMinutes;

    /// <summary>Within which an ordinary session is held: staff are told where none was.</summary>
    public int OrdinaryFrequencyMonths { get; init; } = MechanismParameters.DefaultOrdinaryFrequencyMonths;

    public bool VirtualAllowed { get; init; } = true;
    public MajorityBase MajorityBase { get; init; } = MajorityBase.Present;
    public bool ChairMayBeExecutiveSecretary { get; init; }
    public IReadOnlyDictionary<string, VotingRule> DecisionRules { get; init; } = new Dictionary<string, VotingRule>(StringComparer.Ordinal);

    public static GoverningRules Of(ProfileParameters profile, MechanismParameters? mechanism) => new()
    {
        MinVotingSeats = profile.MinVotingSeats,
        MaxSeatsPerSector = mechanism?.MaxSeatsPerSector ?? profile.MaxSeatsPerSector,
        FacilitatorRequired = profile.FacilitatorRequired,
        SeatGuarantorId = profile.Guarantors.FirstOrDefault(guarantor => guarantor.HoldsSeat)?.OrganisationId,
        AwarenessMinEvents = profile.AwarenessMinEvents,
        ChairSector = profile.ChairSector,
        ExecutiveSecretarySector = profile.ExecutiveSecretarySector,
        MinRank = mechanism?.MinRank,
        SeatTermMonths = mechanism?.SeatTermMonths ?? profile.SeatTermMonths,
        MaxConsecutiveTerms = mechanism?.MaxConsecutiveTerms ?? profile.MaxConsecutiveTerms,
        QuorumFraction = mechanism?.QuorumFraction ?? profile.QuorumFraction,
        QuorumEachSector = profile.QuorumEachSector,
        NoticeOrdinaryDays = mechanism?.NoticeOrdinaryDays ?? profile.NoticeOrdinaryDays,
        NoticeExtraHours = mechanism?.NoticeExtraHours ?? profile.NoticeExtraHours,
        SecondCallMinutes = mechanism?.SecondCallMinutes ?? MechanismParameters.DefaultSecondCallMinutes,
        OrdinaryFrequencyMonths = mechanism?.OrdinaryFrequencyMonths ?? MechanismParameters.DefaultOrdinaryFrequencyMonths,
        VirtualAllowed = profile.VirtualAllowed,
        MajorityBase = mechanism?.MajorityBase ?? profile.MajorityBase,
        ChairMayBeExecutiveSecretary = mechanism?.ChairMayBeExecutiveSecretary ?? false,
        DecisionRules = Merge(profile.DecisionRules, mechanism?.DecisionRules),
    };

    /// <param name="consensusFailedBefore">The same subject, or the same text, was put to consensus in an earlier session and found opposition.</param>
    public VotingRule RuleFor(string matter, bool consensusFailedBefore)
    {
        var rule = DecisionRules.TryGetValue(matter, out var set) ? set : matter switch
        {
            // To come back takes no more than half: a third that would rather not work does not keep the others from it.
            Matters.GovernanceChange or Matters.PlanApproval or Matters.Suspension => VotingRule.TwoThirds,
            Matters.ProblemPriority => VotingRule.Consensus,
            _ => VotingRule.SimpleMajority,
        };
        return matter == Matters.ProblemPriority && rule == VotingRule.Consensus && consensusFailedBefore ? VotingRule.SimpleMajority : rule;
    }

    /// <summary>Seats that must be present, of so many occupied ones, in the first call.</summary>
    public int SeatsForQuorum(int occupied)
    {
        var part = QuorumFraction.Numerator * occupied;
        return QuorumFraction.MoreThan
            ? (part / QuorumFraction.Denominator) + 1
            : (part + QuorumFraction.Denominator - 1) / QuorumFraction.Denominator;
    }

    private static Dictionary<string, VotingRule> Merge(IReadOnlyDictionary<string, DecisionRule> profile, IReadOnlyDictionary<string, VotingRule>? mechanism)
    {
        var all = profile.ToDictionary(pair => pair.Key, pair => EnumCodes.Parse<VotingRule>(pair.Value.Code()), StringComparer.Ordinal);
        foreach (var (matter, rule) in mechanism ?? new Dictionary<string, VotingRule>())
            all[matter] = rule;
        return all;
    }
}
