using OpenGov.ActionPlans.Plans;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Exercises;

/// <summary>Stages S0 to S10 and SX of SPEC §2.2, in order.</summary>
public enum ExerciseStage
{
    Preparation, Declared, Awareness, StlInstalled, Diagnosis, ProblemAnalysis, Drafting, PlanPublished, Implementation, Evaluation, Closed, Suspended,
}

/// <summary>
/// The state's local exercise; an instance has one. Of the state machine of SPEC §2.2 opening (S0), declaration (S1), the first open call (S2),
/// the installation of the secretariat (S3), publication (S7), the start of the plan (S8) and suspension (SX) are known here so far: S4 to
/// S6 will follow the participation and diagnosis that this service does not run yet, S9 and S10 the evaluations.
/// </summary>
public sealed class Exercise : AggregateRoot
{
    private Exercise()
    {
    }

    public string Title { get; private init; } = "";
    public string CveEnt { get; private init; } = "";
    public ExerciseStage Stage { get; private set; }
    public DateOnly OpenedOn { get; private init; }

    public static Exercise Open(string title, string cveEnt, DateOnly openedOn) =>
        new() { Id = Guid.CreateVersion7(), Title = title, CveEnt = cveEnt, Stage = ExerciseStage.Preparation, OpenedOn = openedOn };

    /// <summary>S7: a plan was published. An amendment during implementation does not turn back.</summary>
    internal void PlanPublished()
    {
        if (Stage < ExerciseStage.PlanPublished)
            Stage = ExerciseStage.PlanPublished;
    }

    /// <summary>
    /// The stage on a day. S1 and S2 follow from Participants' facts, in whichever order they arrive: a call without a declaration is not S2.
    /// S3 follows the installation alone: it rests on the declaration (INV-03), and those who were seated before the instance existed were called before.
    /// S8 begins by itself when a published plan's start date is reached. SX covers whichever it is until the secretariat returns.
    /// </summary>
    /// <param name="firstPlanStart">Start of the earliest published plan; null while there is none.</param>
    /// <param name="isDeclared">The joint declaration is signed by the three sectors (INV-03).</param>
    /// <param name="hasCall">An open call was published.</param>
    /// <param name="own">The state's secretariat, once it is installed.</param>
    public ExerciseStage StageOn(DateOnly today, DateOnly? firstPlanStart, bool isDeclared, bool hasCall, OwnSecretariat? own = null) => Stage switch
    {
        _ when own is { IsSuspended: true } => ExerciseStage.Suspended,
        ExerciseStage.Preparation when own is not null => ExerciseStage.StlInstalled,
        ExerciseStage.Preparation when isDeclared => hasCall ? ExerciseStage.Awareness : ExerciseStage.Declared,
        ExerciseStage.PlanPublished when firstPlanStart <= today => ExerciseStage.Implementation,
        _ => Stage,
    };
}
