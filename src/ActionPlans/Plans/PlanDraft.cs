using System.Globalization;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Plans;

/// <summary>
/// A plan being prepared: the first version of a new plan, or an amendment of a published one, which then has the same id.
/// It is not public. Importing the document again replaces it; publication ends it.
/// </summary>
public sealed class PlanDraft : AggregateRoot
{
    private readonly List<DraftCommitment> commitments = [];

    private PlanDraft()
    {
    }

    public int Number { get; private init; }

    /// <summary>For example MX-MEX-PAL01 (SPEC §2.9).</summary>
    public string Identifier { get; private init; } = "";

    public string Title { get; private set; } = "";

    /// <summary>The published version that this amends, 0 for a plan that was never published.</summary>
    public int BasedOn { get; private init; }

    /// <summary>The document in canonical JSON, its parties resolved.</summary>
    public byte[] Content { get; private set; } = [];

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>What the secretariat decides on: SHA-256 of the document in canonical JSON, lower-case hex.</summary>
    public string ContentHash => CanonicalJson.Hash(Content);

    public IReadOnlyList<DraftCommitment> Commitments => commitments;

    public PlanDocument Document => CanonicalJson.Read<PlanDocument>(Content);

    public static string IdentifierOf(string iso, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{iso}-PAL{number:00}");

    /// <param name="published">The plan that is amended, with the ids of its commitments by number; null for a new plan.</param>
    public static PlanDraft Begin(PlanDocument document, string iso, (Guid Id, int Version, string Identifier)? published) => new()
    {
        Id = published?.Id ?? Guid.CreateVersion7(),
        Number = document.Number!.Value,
        // A published identifier never changes, even if the instance's code did.
        Identifier = published?.Identifier ?? IdentifierOf(iso, document.Number.Value),
        BasedOn = published?.Version ?? 0,
    };

    /// <summary>Takes the document as the draft's content. A commitment keeps its id as long as it keeps its number.</summary>
    public void Replace(PlanDocument document, IReadOnlyDictionary<int, Guid> publishedIds, DateTimeOffset now)
    {
        Title = document.Title;
        Content = CanonicalJson.Serialize(document);
        ChangedAt = now;
        commitments.RemoveAll(known => document.Commitments.All(commitment => commitment.Number != known.Number));
        foreach (var commitment in document.Commitments)
        {
            var known = commitments.Find(one => one.Number == commitment.Number);
            if (known is null)
            {
                known = new DraftCommitment(
                    publishedIds.TryGetValue(commitment.Number, out var id) ? id : Guid.CreateVersion7(), Id, commitment.Number, IdentifierOfCommitment(Identifier, commitment.Number));
                commitments.Add(known);
            }

            known.DefinitionHash = HashOf(commitment);
        }
    }

    public static string IdentifierOfCommitment(string planIdentifier, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{planIdentifier}-C{number:00}");

    /// <summary>
    /// What an institution accepts: the wording of the commitment, without what the secretariat adds afterwards (its
    /// resolution and its quality checks).
    /// </summary>
    public static string HashOf(CommitmentDocument commitment) =>
        CanonicalJson.Hash(CanonicalJson.Serialize(commitment with { Approval = null, QualityChecks = [] }));
}

/// <summary>A commitment of a draft: its future id and what acceptances of its present wording refer to.</summary>
public sealed class DraftCommitment(Guid id, Guid planId, int number, string identifier)
{
    public Guid Id { get; private init; } = id;
    public Guid PlanId { get; private init; } = planId;
    public int Number { get; private init; } = number;
    public string Identifier { get; private init; } = identifier;
    public string DefinitionHash { get; internal set; } = "";
}
