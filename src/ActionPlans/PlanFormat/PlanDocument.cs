using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>Where a plan comes from: the instance's own exercise, or an older or foreign source (SPEC §3.2.7).</summary>
public enum PlanOrigin { Own, Imported }

public enum JurisdictionLevel { State, Municipal, Federal }

/// <summary>
/// One action plan as a JSON document: what people write and import. Its JSON Schema and its reader are both made from these
/// records, so they cannot disagree. <c>docs/plan-format.md</c> explains it for people who write such documents.
/// </summary>
[Description("An action plan of open government, with its commitments. Texts are plain text in the language of the plan.")]
public sealed record PlanDocument
{
    public const int CurrentFormat = 1;

    [Description("Version of this format."), Range(CurrentFormat, CurrentFormat)]
    public required int FormatVersion { get; init; }

    [Description("OWN: a plan of this instance's exercise, becomes a draft. IMPORTED: an older or foreign plan, shown as printed with its gaps.")]
    public required PlanOrigin Origin { get; init; }

    [Description("OWN only, required: number of the plan in the exercise; 1 makes MX-MEX-PAL01."), Range(1, 99)]
    public int? Number { get; init; }

    [Description("IMPORTED only, required: address of the plan's page."), RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$"), MaxLength(80)]
    public string? Slug { get; init; }

    [MaxLength(500)]
    public required string Title { get; init; }

    [MaxLength(4000)]
    public string? Objective { get; init; }

    public required Jurisdiction Jurisdiction { get; init; }

    [Description("Required for OWN, with whole dates.")]
    public PlanPeriod? Period { get; init; }

    [Description("Where the plan was read. IMPORTED needs at least one."), MaxLength(50)]
    public IReadOnlyList<SourceDocument> SourceDocuments { get; init; } = [];

    [Description("Context and challenges, motives, actors, what is sought."), MaxLength(20000)]
    public string? Introduction { get; init; }

    [MaxLength(20000)]
    public string? NormativeContext { get; init; }

    [MaxLength(20000)]
    public string? ConceptualMap { get; init; }

    [Description("How the plan was made."), MaxLength(20000)]
    public string? Process { get; init; }

    [Description("How the plan is followed up."), MaxLength(20000)]
    public string? FollowUp { get; init; }

    [MaxLength(100)]
    public IReadOnlyList<ProblemTree> ProblemTrees { get; init; } = [];

    [MaxLength(200)]
    public required IReadOnlyList<CommitmentDocument> Commitments { get; init; }

    [Description("IMPORTED only: results that the source prints, cell by cell.")]
    public PrintedResults? PrintedResults { get; init; }

    [Description("True when any part of the plan was filled in as an example; every page then says so.")]
    public bool ExampleData { get; init; }

    [Description("JSON pointers, from the root of the document, of plan fields filled in as example data."), MaxLength(500), Items(300, "^(/[^/]+)+$")]
    public IReadOnlyList<string> ExampleFields { get; init; } = [];

    [Description("Remarks about the source, for readers."), MaxLength(50), Items(2000)]
    public IReadOnlyList<string> Notes { get; init; } = [];
}

public sealed record Jurisdiction
{
    [Description("INEGI code of the state, two digits with leading zero; null for the federation."), RegularExpression("^(0[1-9]|[12][0-9]|3[0-2])$")]
    public string? CveEnt { get; init; }

    [MaxLength(200)]
    public required string Name { get; init; }

    public required JurisdictionLevel Level { get; init; }
}

public sealed record PlanPeriod
{
    [Description("OWN: YYYY-MM-DD. IMPORTED: what the source gives, also YYYY-MM or YYYY."), RegularExpression(DateForms.Partial)]
    public string? Start { get; init; }

    [Description("As start."), RegularExpression(DateForms.Partial)]
    public string? End { get; init; }

    [Description("The period in the words of the source, or a disagreement between sources."), MaxLength(500)]
    public string? Note { get; init; }
}

public sealed record SourceDocument
{
    [MaxLength(500)]
    public required string Title { get; init; }

    [Description("http or https address."), RegularExpression(DateForms.WebAddress), MaxLength(2000)]
    public string? Url { get; init; }

    public DateOnly? ConsultedOn { get; init; }

    [MaxLength(2000)]
    public string? Note { get; init; }
}

[Description("A problem tree (árbol de problemas): causes below, effects above one central problem. Edges form a directed acyclic graph.")]
public sealed record ProblemTree
{
    [Description("Name by which commitments refer to the tree."), RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$"), MaxLength(60)]
    public required string Key { get; init; }

    [MaxLength(2000)]
    public required string CentralProblem { get; init; }

    [MaxLength(100)]
    public IReadOnlyList<TreeNode> Causes { get; init; } = [];

    [MaxLength(100)]
    public IReadOnlyList<TreeNode> Effects { get; init; } = [];

    [Description("Links between nodes where the source shows them; \"central\" is the central problem. From cause to cause or central, from central or effect to effect."), MaxLength(400)]
    public IReadOnlyList<TreeEdge> Edges { get; init; } = [];

    [MaxLength(50)]
    public IReadOnlyList<EvidenceSource> EvidenceSources { get; init; } = [];

    [Description("Resolution that approved the tree; needed before a commitment on it is published (INV-20).")]
    public ResolutionDocument? Approval { get; init; }

    [Description("True when the source does not say which nodes are causes and which are effects.")]
    public bool ClassificationInferred { get; init; }

    [MaxLength(2000)]
    public string? Note { get; init; }
}

public sealed record TreeNode
{
    [RegularExpression("^[a-z0-9]+(-[a-z0-9]+)*$"), MaxLength(60)]
    public required string Key { get; init; }

    [MaxLength(2000)]
    public required string Text { get; init; }

    [Description("Causes only: the problem cannot exist without it.")]
    public bool? Necessary { get; init; }

    [Description("Causes only: it brings the problem about alone.")]
    public bool? Sufficient { get; init; }
}

public sealed record TreeEdge
{
    [MaxLength(60)]
    public required string From { get; init; }

    [MaxLength(60)]
    public required string To { get; init; }
}

public sealed record EvidenceSource
{
    [MaxLength(500)]
    public required string Title { get; init; }

    [Description("Of the publication or consultation: YYYY, YYYY-MM or YYYY-MM-DD."), RegularExpression(DateForms.Partial)]
    public string? Date { get; init; }

    [RegularExpression(DateForms.WebAddress), MaxLength(2000)]
    public string? Url { get; init; }
}

[Description("A resolution (acuerdo) of the Technical Secretariat.")]
public sealed record ResolutionDocument
{
    [Description("As printed in the minutes."), MaxLength(100)]
    public required string Number { get; init; }

    [MaxLength(200)]
    public string? Session { get; init; }

    public required DateOnly AdoptedOn { get; init; }

    [RegularExpression(DateForms.WebAddress), MaxLength(2000)]
    public string? DocumentUrl { get; init; }

    public ResolutionReference ToReference() => new(Number, Session, AdoptedOn, DocumentUrl);
}

/// <summary>Regular expressions that several members share.</summary>
internal static class DateForms
{
    public const string Partial = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";
    public const string WebAddress = "^https?://[^\\s]+$";
}
