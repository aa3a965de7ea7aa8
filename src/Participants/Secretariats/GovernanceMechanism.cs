using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;

namespace OpenGov.Participants.Secretariats;

/// <summary>What a mechanism sets in place of the legal profile; null leaves the profile's value.</summary>
public sealed record MechanismParameters
{
    public const int DefaultSecondCallMinutes = 30;

    /// <summary>SPEC §2.5.</summary>
    public const int DefaultOrdinaryFrequencyMonths = 2;

    public int? MaxSeatsPerSector { get; init; }
    public int? SeatTermMonths { get; init; }
    public int? MaxConsecutiveTerms { get; init; }
    public QuorumFraction? QuorumFraction { get; init; }
    public int? NoticeOrdinaryDays { get; init; }
    public int? NoticeExtraHours { get; init; }
    public int? SecondCallMinutes { get; init; }
    public MajorityBase? MajorityBase { get; init; }

    /// <summary>Of whoever sits for a public body (SPEC §2.4.13); null asks for none. Left out where it is null, so that the hashes of older texts stay.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SeatRank? MinRank { get; init; }

    /// <summary>Months within which an ordinary session is held. Left out where it is null, like <see cref="MinRank"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OrdinaryFrequencyMonths { get; init; }

    /// <summary>INV-06: chair and executive secretary may be the same organisation.</summary>
    public bool ChairMayBeExecutiveSecretary { get; init; }

    public IReadOnlyDictionary<string, VotingRule> DecisionRules { get; init; } = new Dictionary<string, VotingRule>(StringComparer.Ordinal);
}

/// <summary>The four parts that INV-04 asks for.</summary>
public sealed record MechanismParts(string Integration, string Functions, string Operation, string Decisions)
{
    public bool AreComplete => new[] { Integration, Functions, Operation, Decisions }.All(part => !string.IsNullOrWhiteSpace(part));
}

/// <summary>The written rules of a secretariat (<i>mecanismo de gobernanza</i>) in one version, never changed once written.</summary>
public sealed class GovernanceMechanism
{
    private GovernanceMechanism()
    {
    }

    public Guid Id { get; private init; }
    public Guid SecretariatId { get; private init; }
    public int Number { get; private init; }
    public string Integration { get; private init; } = "";
    public string Functions { get; private init; } = "";
    public string Operation { get; private init; } = "";
    public string Decisions { get; private init; } = "";
    public MechanismParameters Parameters { get; private init; } = new();

    /// <summary>SHA-256 of parts and parameters, lower-case hex: what the installation act, or a later resolution, approves.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>The resolution that approved it; null for those written before the installation, which its act approves.</summary>
    public Guid? ResolutionId { get; private init; }

    public DateOnly WrittenOn { get; private init; }

    public MechanismParts Parts => new(Integration, Functions, Operation, Decisions);

    internal static GovernanceMechanism Write(Guid secretariat, int number, MechanismParts parts, MechanismParameters parameters, Guid? resolution, DateOnly today) => new()
    {
        Id = Guid.CreateVersion7(),
        SecretariatId = secretariat,
        Number = number,
        Integration = parts.Integration,
        Functions = parts.Functions,
        Operation = parts.Operation,
        Decisions = parts.Decisions,
        Parameters = parameters,
        Hash = HashOf(parts, parameters),
        ResolutionId = resolution,
        WrittenOn = today,
    };

    /// <summary>Known before it is written, so that a motion can name it as its subject.</summary>
    public static string HashOf(MechanismParts parts, MechanismParameters parameters)
    {
        var sorted = parameters with { DecisionRules = new SortedDictionary<string, VotingRule>(parameters.DecisionRules.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { parts, parameters = sorted }, ContractsJson.Options))));
    }
}
