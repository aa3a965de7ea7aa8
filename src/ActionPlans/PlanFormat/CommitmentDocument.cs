using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>Indicators of management (input, process, output) and of effect (result, impact), SPEC §1.3.</summary>
public enum IndicatorKind { Input, Process, Output, Result, Impact }

/// <summary>The six checks of SPEC §2.8.</summary>
public enum QualityCheckKind { Specific, Measurable, Attributable, TimeBound, Relevant, Transformative }

public enum CrossCuttingReview { Gender, Budget, Anticorruption, Agenda2030 }

[Description("A commitment (compromiso). What an IMPORTED plan lacks is simply left out and shown as a gap; what an OWN plan lacks is listed by its readiness.")]
public sealed record CommitmentDocument
{
    [Description("OWN: 1 to 99."), Range(1, 999)]
    public required int Number { get; init; }

    [MaxLength(600)]
    public required string Title { get; init; }

    [Description("Required for OWN.")]
    public CommitmentKind? Kind { get; init; }

    [MaxLength(4)]
    public IReadOnlyList<CommitmentType> Types { get; init; } = [];

    [Description("Code of one theme, see /api/action-plans/v1/themes. Required for OWN."), MaxLength(60)]
    public string? Theme { get; init; }

    [MaxLength(4)]
    public IReadOnlyList<PillarLink> Pillars { get; init; } = [];

    [Description("Key of one of the plan's problem trees."), MaxLength(60)]
    public string? ProblemTree { get; init; }

    [Description("The problem in words; the central problem of the tree where it is left out."), MaxLength(4000)]
    public string? PublicProblem { get; init; }

    [MaxLength(4000)]
    public string? Objective { get; init; }

    [MaxLength(4000)]
    public string? HowItSolves { get; init; }

    [MaxLength(20), Items(2000)]
    public IReadOnlyList<string> ExpectedBenefits { get; init; } = [];

    [MaxLength(2000)]
    public string? Population { get; init; }

    [Description("INEGI codes of the places concerned: state (2 digits), municipality (5) or locality (9), as text."), MaxLength(200), Items(9, "^(0[1-9]|[12][0-9]|3[0-2])([0-9]{3}([0-9]{4})?)?$")]
    public IReadOnlyList<string> Territory { get; init; } = [];

    [Description("Institutions answerable for the commitment. OWN: registered organisations that are obligated subjects (INV-23)."), MaxLength(20)]
    public IReadOnlyList<Party> Responsible { get; init; } = [];

    [MaxLength(50)]
    public IReadOnlyList<Party> CoResponsible { get; init; } = [];

    [Description("Parties that take part without being answerable. They need not be registered organisations."), MaxLength(50)]
    public IReadOnlyList<Party> Intervening { get; init; } = [];

    [MaxLength(4000)]
    public string? LegalBasis { get; init; }

    [Description("Amount and source, in words."), MaxLength(2000)]
    public string? Budget { get; init; }

    [MaxLength(4)]
    public IReadOnlyList<CrossCuttingReview> CrossCutting { get; init; } = [];

    [Description("Goals (\"16\") or targets (\"11.b\") of the 2030 Agenda."), MaxLength(60)]
    public IReadOnlyList<SdgLink> SdgTargets { get; init; } = [];

    [Description("Identifier in the data of the Open Government Partnership, for example JAL0008."), RegularExpression("^[A-Z]{2,4}[0-9]{4}$")]
    public string? OgpId { get; init; }

    [MaxLength(300)]
    public string? OgpShortTitle { get; init; }

    [MaxLength(50)]
    public IReadOnlyList<IndicatorDocument> Indicators { get; init; } = [];

    [Description("Key actions (acciones clave) with weights that add to exactly 100 (INV-21)."), MaxLength(50)]
    public IReadOnlyList<KeyActionDocument> KeyActions { get; init; } = [];

    [Description("Identifier of the commitment that this one continues."), MaxLength(60)]
    public string? Predecessor { get; init; }

    [MaxLength(6)]
    public IReadOnlyList<QualityCheck> QualityChecks { get; init; } = [];

    [Description("Resolution that approved this commitment (INV-25).")]
    public ResolutionDocument? Approval { get; init; }

    [Description("IMPORTED only: the status in the source's own word.")]
    public PrintedStatus? PrintedStatus { get; init; }

    [Description("IMPORTED only: heading under which the source lists the commitment, for example a track of the plan."), MaxLength(300)]
    public string? PrintedGroup { get; init; }

    [Description("A known result of an outside evaluator.")]
    public ExternalAssessment? ExternalAssessment { get; init; }

    [Description("JSON pointers, from this commitment, of fields that were filled in as example data, for example /keyActions/0/weight."), MaxLength(500), Items(300, "^(/[^/]+)+$")]
    public IReadOnlyList<string> ExampleFields { get; init; } = [];

    [MaxLength(50), Items(2000)]
    public IReadOnlyList<string> Notes { get; init; } = [];
}

public sealed record PillarLink
{
    public required Pillar Pillar { get; init; }

    [MaxLength(2000)]
    public string? Explanation { get; init; }
}

[Description("An institution, with its unit or post. OWN plans name a registered organisation by id, by its exact name or by its acronym.")]
public sealed record Party
{
    public Guid? Id { get; init; }

    [MaxLength(300)]
    public string? Name { get; init; }

    [MaxLength(30)]
    public string? Acronym { get; init; }

    [Description("Unit or post within the institution."), MaxLength(300)]
    public string? Unit { get; init; }
}

public sealed record SdgLink
{
    [RegularExpression("^[0-9]{1,2}(\\.([0-9]{1,2}|[a-z]))?$")]
    public required string Code { get; init; }

    [Description("How the commitment contributes; alignment alone is not the aim."), MaxLength(2000)]
    public string? Explanation { get; init; }

    [Description("True when the source does not name this code.")]
    public bool Inferred { get; init; }
}

public sealed record IndicatorDocument
{
    [MaxLength(500)]
    public required string Name { get; init; }

    [MaxLength(200)]
    public string? Unit { get; init; }

    [Description("Left out: sin línea base."), MaxLength(500)]
    public string? Baseline { get; init; }

    [MaxLength(500)]
    public string? Target { get; init; }

    [Description("When it is measured, for example 2021 or trimestral."), MaxLength(200)]
    public string? Period { get; init; }

    public IndicatorKind? Kind { get; init; }
}

public sealed record KeyActionDocument
{
    [Range(1, 99)]
    public required int Number { get; init; }

    [MaxLength(1000)]
    public required string Title { get; init; }

    [Description("Ponderación, a whole number; the weights of a commitment add to exactly 100."), Range(1, 100)]
    public int? Weight { get; init; }

    [MaxLength(100)]
    public IReadOnlyList<ActivityDocument> Activities { get; init; } = [];
}

public sealed record ActivityDocument
{
    [Description("Within its key action. Keep it when the plan is amended: reports stay with the number."), Range(1, 999)]
    public required int Number { get; init; }

    [MaxLength(1000)]
    public required string Title { get; init; }

    public DateOnly? Start { get; init; }

    public DateOnly? End { get; init; }

    [Description("Left out: the commitment's responsible institution, where there is exactly one.")]
    public Party? Responsible { get; init; }

    [MaxLength(1000)]
    public string? MeansOfVerification { get; init; }

    [MaxLength(1000)]
    public string? Indicator { get; init; }
}

public sealed record QualityCheck
{
    public required QualityCheckKind Check { get; init; }

    public required bool Met { get; init; }

    [MaxLength(2000)]
    public string? Note { get; init; }

    [Description("Resolution that allows the commitment although the check is not met.")]
    public ResolutionDocument? Exception { get; init; }
}

public sealed record PrintedStatus
{
    [Description("The word in the source, for example cumplido."), MaxLength(200)]
    public required string Word { get; init; }

    public CompletionLevel? Level { get; init; }

    [Description("True when the level is our reading of the word and not the source's own (SPEC §3.2.1).")]
    public bool AssumedMapping { get; init; }
}

public sealed record ExternalAssessment
{
    [Description("Who assessed, for example IRM."), MaxLength(100)]
    public required string Framework { get; init; }

    [MaxLength(300)]
    public string? LeadInstitution { get; init; }

    [MaxLength(100)]
    public string? Verifiable { get; init; }

    [MaxLength(100)]
    public string? PotentialImpact { get; init; }

    [MaxLength(100)]
    public string? Completion { get; init; }

    [MaxLength(100)]
    public string? DidItOpenGovernment { get; init; }

    public DateOnly? Start { get; init; }

    public DateOnly? End { get; init; }

    [MaxLength(60)]
    public string? ActionPlanId { get; init; }

    [MaxLength(500)]
    public required string Source { get; init; }
}
