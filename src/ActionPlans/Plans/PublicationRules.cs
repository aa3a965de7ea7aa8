using System.Globalization;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;
using static OpenGov.ActionPlans.PlanFormat.DocumentErrors;

namespace OpenGov.ActionPlans.Plans;

/// <summary>A rule that keeps a draft from being published, with the JSON pointer of the place in the draft.</summary>
/// <param name="Rule">INV-20, or the section of the specification, SPEC-2.8.</param>
public sealed record RuleFailure(string Rule, string Code, string Field, params object?[] Args);

/// <summary>What the rules look at.</summary>
/// <param name="Acceptances">Organisations that accepted a commitment in its present wording, by commitment number.</param>
/// <param name="Published">The commitments of the version that the draft amends, by number; withdrawn ones are left out.</param>
/// <param name="Withdrawn">Numbers of withdrawn commitments: their last text stays, and their number is not used again.</param>
public sealed record PublicationCase(
    PlanDocument Plan, PlanContext Context, ILookup<int, Guid> Acceptances, IReadOnlyDictionary<int, CommitmentDocument> Published, IReadOnlySet<int> Withdrawn);

/// <summary>INV-20 to INV-28 for a whole plan: every failing rule at once, because the secretariat mends them in one sitting.</summary>
public sealed class PublicationRules
{
    private static readonly QualityCheckKind[] SixChecks = Enum.GetValues<QualityCheckKind>();
    private readonly List<RuleFailure> failures = [];
    private readonly PublicationCase subject;

    private PublicationRules(PublicationCase subject) => this.subject = subject;

    private PlanDocument Plan => subject.Plan;

    public static IReadOnlyList<RuleFailure> Check(PublicationCase subject)
    {
        var rules = new PublicationRules(subject);
        rules.Run();
        return rules.failures;
    }

    /// <summary>INV-25 and INV-28: what publication itself must bring along.</summary>
    public static IReadOnlyList<RuleFailure> CheckAct(ResolutionReference? approval, string? changeSummary, int basedOn, DateOnly today)
    {
        var missing = new List<RuleFailure>();
        if (approval is null || string.IsNullOrWhiteSpace(approval.Number))
            missing.Add(new RuleFailure("INV-25", "plan_not_approved", "/approval"));
        else if (approval.AdoptedOn > today)
            missing.Add(new RuleFailure("INV-25", "resolution_in_the_future", "/approval/adoptedOn"));
        if (basedOn > 0 && string.IsNullOrWhiteSpace(changeSummary))
            missing.Add(new RuleFailure("INV-28", "change_summary_missing", "/changeSummary"));
        return missing;
    }

    /// <summary>
    /// SPEC §2.8 before publication, read off what is still failing: DRAFT while something of the commitment's own is missing,
    /// PROPOSED until all responsible institutions accept, UNDER_REVIEW until its resolution is there, then APPROVED.
    /// </summary>
    /// <param name="place">JSON pointer of the commitment in the draft.</param>
    public static CommitmentStatus StatusOf(IReadOnlyList<RuleFailure> failures, string place)
    {
        var codes = failures.Where(failure => failure.Field == place || failure.Field.StartsWith(place + "/", StringComparison.Ordinal))
            .Select(failure => failure.Code).ToHashSet(StringComparer.Ordinal);
        if (codes.Any(code => code is not ("responsible_not_accepted" or "commitment_not_approved")))
            return CommitmentStatus.Draft;
        if (codes.Contains("responsible_not_accepted"))
            return CommitmentStatus.Proposed;
        return codes.Count > 0 ? CommitmentStatus.UnderReview : CommitmentStatus.Approved;
    }

    internal static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private void Run()
    {
        if (Plan.Commitments.Count == 0)
            Fail("INV-25", "plan_without_commitments", "/commitments");
        if (Plan.Commitments.Count > subject.Context.MaxCommitments)
            Fail("SPEC-8", "too_many_commitments", "/commitments", subject.Context.MaxCommitments);
        foreach (var number in subject.Published.Keys.Where(number => Plan.Commitments.All(one => one.Number != number)))
            Fail("INV-28", "published_commitment_missing", "/commitments", number);
        for (var index = 0; index < Plan.Commitments.Count; index++)
        {
            if (subject.Withdrawn.Contains(Plan.Commitments[index].Number))
                Fail("INV-28", "withdrawn_commitment_in_plan", At("/commitments", index, "number"), Plan.Commitments[index].Number);
        }

        for (var index = 0; index < Plan.Commitments.Count; index++)
            CheckCommitment(Plan.Commitments[index], At("/commitments", index));
    }

    private void CheckCommitment(CommitmentDocument commitment, string at)
    {
        CheckTree(commitment, at);
        CheckResponsible(commitment, at);
        CheckTexts(commitment, at);
        CheckIndicators(commitment, at);
        CheckClassification(commitment, at);
        CheckKeyActions(commitment, at);
        CheckQuality(commitment, at);
        if (commitment.Approval is null)
            Fail("INV-25", "commitment_not_approved", At(at, "approval"), commitment.Number);
        if (subject.Published.TryGetValue(commitment.Number, out var before) && before.Objective != commitment.Objective)
            Fail("SPEC-2.9", "published_objective_changed", At(at, "objective"), commitment.Number);
    }

    private void CheckTree(CommitmentDocument commitment, string at)
    {
        var index = Plan.ProblemTrees.ToList().FindIndex(tree => tree.Key == commitment.ProblemTree);
        if (index < 0)
        {
            Fail("INV-20", "problem_tree_missing", At(at, "problemTree"), commitment.Number);
            return;
        }

        var (tree, place) = (Plan.ProblemTrees[index], At("/problemTrees", index));
        if (tree.Approval is null)
            Fail("INV-20", "problem_tree_not_approved", At(place, "approval"), tree.Key);
        if (tree.Causes.Count == 0)
            Fail("SPEC-2.7", "problem_tree_without_cause", At(place, "causes"), tree.Key);
        if (tree.Effects.Count == 0)
            Fail("SPEC-2.7", "problem_tree_without_effect", At(place, "effects"), tree.Key);
        if (tree.EvidenceSources.All(source => source.Date is null))
            Fail("SPEC-2.7", "problem_tree_without_evidence", At(place, "evidenceSources"), tree.Key);
    }

    private void CheckResponsible(CommitmentDocument commitment, string at)
    {
        if (commitment.Responsible.Count == 0)
            Fail("INV-20", "responsible_missing", At(at, "responsible"), commitment.Number);
        for (var index = 0; index < commitment.Responsible.Count; index++)
        {
            var party = commitment.Responsible[index];
            var place = At(at, "responsible", index);
            // The draft was resolved when it was imported; the organisation's kind may have been corrected since.
            if (subject.Context.Organisations.Find(party.Id) is not { IsObligatedSubject: true })
                Fail("INV-23", "responsible_not_obligated", place, party.Name);
            if (party.Id is not { } id || !subject.Acceptances[commitment.Number].Contains(id))
                Fail("INV-20", "responsible_not_accepted", place, party.Name);
            if (string.IsNullOrEmpty(party.Unit))
                Fail("SPEC-2.8", "responsible_unit_missing", At(place, "unit"), party.Name);
        }

        if (commitment.Kind == CommitmentKind.Cocreated && !commitment.CoResponsible.Concat(commitment.Intervening).Any(IsNotOfGovernment))
            Fail("SPEC-2.8", "non_government_party_missing", At(at, "coResponsible"), commitment.Number);
    }

    /// <summary>A party that is not registered is no public body, else it would be registered as one.</summary>
    private bool IsNotOfGovernment(Party party) =>
        party.Id is not { } id || subject.Context.Organisations.Find(id) is { IsObligatedSubject: false };

    private void CheckTexts(CommitmentDocument commitment, string at)
    {
        Need(commitment.Objective is not null, "INV-20", "objective_missing", "objective");
        Need(commitment.HowItSolves is not null, "SPEC-2.8", "how_it_solves_missing", "howItSolves");
        Need(commitment.ExpectedBenefits.Count > 0, "SPEC-2.8", "expected_benefits_missing", "expectedBenefits");
        Need(commitment.Population is not null, "SPEC-2.8", "population_missing", "population");
        Need(commitment.Territory.Count > 0, "SPEC-2.8", "territory_missing", "territory");
        Need(commitment.Types.Count > 0, "SPEC-2.8", "type_missing", "types");

        void Need(bool given, string rule, string code, string member)
        {
            if (!given)
                Fail(rule, code, At(at, member), commitment.Number);
        }
    }

    private void CheckIndicators(CommitmentDocument commitment, string at)
    {
        // Kinds of SPEC §2.8: a result or an output; an impact is a result of the longer term.
        var complete = commitment.Indicators.Any(indicator => indicator is { Unit: not null, Target: not null, Period: not null }
            and { Kind: IndicatorKind.Output or IndicatorKind.Result or IndicatorKind.Impact });
        if (!complete)
            Fail("INV-20", "indicator_incomplete", At(at, "indicators"), commitment.Number);
    }

    private void CheckClassification(CommitmentDocument commitment, string at)
    {
        if (commitment.Kind is null)
            Fail("SPEC-2.8", "kind_missing", At(at, "kind"), commitment.Number);
        if (commitment.Theme is not { } theme)
            Fail("INV-20", "theme_missing", At(at, "theme"), commitment.Number);
        else if (!subject.Context.Themes.TryGetValue(theme, out var current) || (!current && subject.Context.PublishedThemes.GetValueOrDefault(commitment.Number) != theme))
            Fail("INV-24", "theme_retired", At(at, "theme"), theme);
        if (commitment.Pillars.Count == 0)
            Fail("INV-20", "pillar_missing", At(at, "pillars"), commitment.Number);
    }

    private void CheckKeyActions(CommitmentDocument commitment, string at)
    {
        var weights = commitment.KeyActions.Select(action => action.Weight).ToArray();
        if (weights.Any(weight => weight is not (>= 1 and <= 100)) || weights.Sum() != 100)
            Fail("INV-21", "weights_not_100", At(at, "keyActions"), weights.Sum() ?? 0);
        if (!commitment.KeyActions.SelectMany(action => action.Activities).Any(IsDatedWithMeans))
            Fail("INV-20", "dated_activity_missing", At(at, "keyActions"), commitment.Number);
        for (var index = 0; index < commitment.KeyActions.Count; index++)
        {
            var action = commitment.KeyActions[index];
            var place = At(at, "keyActions", index);
            if (action.Activities.Count == 0)
                Fail("SPEC-2.8", "key_action_without_activity", At(place, "activities"), action.Number);
            for (var number = 0; number < action.Activities.Count; number++)
                CheckActivity(action.Activities[number], At(place, "activities", number));
        }
    }

    private void CheckActivity(ActivityDocument activity, string at)
    {
        if (activity.MeansOfVerification is null)
            Fail("SPEC-2.8", "means_of_verification_missing", At(at, "meansOfVerification"), activity.Number);
        if (activity.Responsible?.Id is null)
            Fail("SPEC-2.8", "activity_responsible_missing", At(at, "responsible"), activity.Number);
        if (activity.Start is not { } start || activity.End is not { } end)
        {
            Fail("SPEC-2.8", "activity_dates_missing", At(at, activity.Start is null ? "start" : "end"), activity.Number);
            return;
        }

        if (start > end)
            Fail("INV-22", "start_after_end", at);
        if (Plan.Period is { Start: { } first, End: { } last } && (start < Day(first) || end > Day(last)))
            Fail("INV-22", "outside_plan_period", at, first, last);
    }

    private static bool IsDatedWithMeans(ActivityDocument activity) =>
        activity is { Start: not null, End: not null, MeansOfVerification: not null };

    private void CheckQuality(CommitmentDocument commitment, string at)
    {
        foreach (var kind in SixChecks)
        {
            var check = commitment.QualityChecks.FirstOrDefault(one => one.Check == kind);
            if (check is null)
                Fail("SPEC-2.8", "quality_check_missing", At(at, "qualityChecks"), EnumCodeOf(kind), commitment.Number);
            else if (!check.Met && check.Exception is null)
                Fail("SPEC-2.8", "quality_check_not_met", At(at, "qualityChecks"), EnumCodeOf(kind), commitment.Number);
        }
    }

    private static string EnumCodeOf(QualityCheckKind kind) => ServiceDefaults.Data.EnumCodes.Code(kind);

    private void Fail(string rule, string code, string field, params object?[] args) => failures.Add(new RuleFailure(rule, code, field, args));
}
