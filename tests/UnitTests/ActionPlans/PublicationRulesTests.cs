using System.Text;
using System.Text.Json.Nodes;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Plans;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.TestSupport;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class PublicationRulesTests
{
    private static readonly Guid Infoem = Guid.CreateVersion7();
    private static readonly Guid Network = Guid.CreateVersion7();

    private static PlanContext Context(bool themeCurrent = true, int? maxCommitments = null) => new(
        "15",
        "MX-MEX",
        true,
        new Dictionary<string, bool>(StringComparer.Ordinal) { ["GOBIERNO_ABIERTO"] = themeCurrent },
        new OrganisationDirectory(
        [
            new OrganisationCopy(Infoem, "Instituto de Transparencia", "Infoem", OrganisationKind.Guarantor),
            new OrganisationCopy(Network, "Red Mexiquense", null, OrganisationKind.CivilSocietyOrganization),
        ]),
        maxCommitments,
        new Dictionary<int, string>());

    [Fact]
    public void A_plan_that_lacks_nothing_passes() => Failures(_ => { }).ShouldBeEmpty();

    [Theory]
    [InlineData("problemTree", "problem_tree_missing")]
    [InlineData("objective", "objective_missing")]
    [InlineData("indicators", "indicator_incomplete")]
    [InlineData("pillars", "pillar_missing")]
    public void INV_20_a_commitment_is_not_published_without(string member, string code) =>
        Failures(plan => plan.Commitment().Remove(member)).ShouldBe([$"INV-20 {code}"]);

    [Fact]
    public void INV_20_the_problem_tree_is_approved() =>
        Failures(plan => plan["problemTrees"]![0]!.AsObject().Remove("approval")).ShouldBe(["INV-20 problem_tree_not_approved"]);

    [Fact]
    public void INV_20_the_responsible_institution_accepted() => Failures(_ => { }, accepted: false).ShouldBe(["INV-20 responsible_not_accepted"]);

    [Fact]
    public void INV_20_an_indicator_without_unit_target_or_period_is_not_complete()
    {
        foreach (var member in new[] { "unit", "target", "period", "kind" })
            Failures(plan => plan.Commitment()["indicators"]![0]!.AsObject().Remove(member)).ShouldBe(["INV-20 indicator_incomplete"]);
        Failures(plan => plan.Commitment()["indicators"]![0]!["kind"] = "INPUT").ShouldBe(["INV-20 indicator_incomplete"]);
    }

    [Fact]
    public void INV_20_at_least_one_activity_has_dates_and_means_of_verification()
    {
        Failures(plan =>
        {
            foreach (var activity in plan.Commitment()["keyActions"]!.AsArray().SelectMany(action => action!["activities"]!.AsArray()))
                activity!.AsObject().Remove("meansOfVerification");
        }).ShouldContain("INV-20 dated_activity_missing");
        Failures(plan => plan.Commitment()["keyActions"]![0]!["activities"]![0]!.AsObject().Remove("end")).ShouldBe(["SPEC-2.8 activity_dates_missing"]);
    }

    [Fact]
    public void INV_21_key_action_weights_add_to_exactly_100()
    {
        Failures(plan => plan.Commitment()["keyActions"]![0]!.AsObject().Remove("weight")).ShouldBe(["INV-21 weights_not_100"]);
        Failures(plan => plan.Commitment().Remove("keyActions")).ShouldContain("INV-21 weights_not_100");
    }

    [Fact]
    public void INV_22_activity_dates_lie_inside_the_plan_period_and_start_before_they_end()
    {
        var document = Document(_ => { });
        var commitment = document.Commitments[0];
        ActivityDocument With(DateOnly start, DateOnly end) => commitment.KeyActions[1].Activities[0] with { Start = start, End = end };
        string[] Of(ActivityDocument activity) => Check(document with
        {
            Commitments = [commitment with { KeyActions = [commitment.KeyActions[0], commitment.KeyActions[1] with { Activities = [activity] }] }],
        });
        Of(With(new(2021, 1, 1), new(2022, 12, 31))).ShouldBeEmpty();
        Of(With(new(2020, 12, 31), new(2021, 2, 1))).ShouldBe(["INV-22 outside_plan_period"]);
        Of(With(new(2022, 12, 31), new(2023, 1, 1))).ShouldBe(["INV-22 outside_plan_period"]);
        Of(With(new(2021, 3, 2), new(2021, 3, 1))).ShouldBe(["INV-22 start_after_end"]);
    }

    [Fact]
    public void INV_23_the_responsible_is_an_obligated_subject()
    {
        var document = Document(_ => { });
        var party = new Party { Id = Network, Name = "Red Mexiquense", Unit = "Coordinación" };
        Check(document with { Commitments = [document.Commitments[0] with { Responsible = [party] }] }, Network).ShouldBe(["INV-23 responsible_not_obligated"]);
    }

    [Fact]
    public void INV_24_a_retired_theme_is_not_published_anew() => Check(Document(_ => { }), context: Context(themeCurrent: false)).ShouldBe(["INV-24 theme_retired"]);

    [Fact]
    public void INV_25_every_commitment_is_approved_and_there_is_at_least_one()
    {
        Failures(plan => plan.Commitment().Remove("approval")).ShouldBe(["INV-25 commitment_not_approved"]);
        Check(Document(_ => { }) with { Commitments = [] }).ShouldBe(["INV-25 plan_without_commitments"]);
    }

    [Fact]
    public void INV_25_a_plan_is_published_with_a_resolution_that_is_not_of_tomorrow()
    {
        var today = new DateOnly(2021, 1, 1);
        PublicationRules.CheckAct(null, null, 0, today).Single().Code.ShouldBe("plan_not_approved");
        PublicationRules.CheckAct(new ResolutionReference("1", null, today.AddDays(1), null), null, 0, today).Single().Code.ShouldBe("resolution_in_the_future");
        PublicationRules.CheckAct(new ResolutionReference("1", null, today, null), null, 0, today).ShouldBeEmpty();
    }

    [Fact]
    public void INV_28_an_amendment_has_a_summary_leaves_nothing_out_and_keeps_objectives()
    {
        PublicationRules.CheckAct(new ResolutionReference("1", null, default, null), " ", 1, new DateOnly(2021, 1, 1)).Single().Code.ShouldBe("change_summary_missing");
        var document = Document(_ => { });
        var before = document.Commitments[0];
        Check(document, published: new() { [1] = before, [2] = before with { Number = 2 } }).ShouldBe(["INV-28 published_commitment_missing"]);
        Check(document, published: new() { [1] = before with { Objective = "Otro" } }).ShouldBe(["SPEC-2.9 published_objective_changed"]);
        PublicationRules.Check(Case(document, Context(), Infoem, []) with { Withdrawn = new HashSet<int> { 1 } }).Single().Code.ShouldBe("withdrawn_commitment_in_plan");
    }

    [Fact]
    public void SPEC_2_8_a_co_created_commitment_has_a_party_that_is_not_of_government()
    {
        Failures(plan => plan.Commitment()["kind"] = "COCREATED").ShouldBeEmpty();
        Failures(plan =>
        {
            plan.Commitment()["kind"] = "COCREATED";
            plan.Commitment().Remove("intervening");
        }).ShouldBe(["SPEC-2.8 non_government_party_missing"]);
        Failures(plan =>
        {
            plan.Commitment()["kind"] = "COCREATED";
            plan.Commitment()["intervening"] = new JsonArray(new JsonObject { ["name"] = "Instituto de Transparencia" });
        }).ShouldBe(["SPEC-2.8 non_government_party_missing"]);
    }

    [Fact]
    public void SPEC_2_8_six_quality_checks_are_met_or_excepted_by_resolution()
    {
        Failures(plan => plan.Commitment()["qualityChecks"]!.AsArray().RemoveAt(0)).ShouldBe(["SPEC-2.8 quality_check_missing"]);
        Failures(plan => plan.Commitment()["qualityChecks"]![0]!["met"] = false).ShouldBe(["SPEC-2.8 quality_check_not_met"]);
        Failures(plan =>
        {
            var check = plan.Commitment()["qualityChecks"]![0]!;
            check["met"] = false;
            check["exception"] = new JsonObject { ["number"] = "STL/04", ["adoptedOn"] = "2020-12-01" };
        }).ShouldBeEmpty();
    }

    [Fact]
    public void The_legal_profile_can_limit_the_number_of_commitments() =>
        Check(Document(_ => { }), context: Context(maxCommitments: 0)).ShouldBe(["SPEC-8 too_many_commitments"]);

    [Fact]
    public void A_failure_names_its_place_in_the_document()
    {
        var failure = PublicationRules.Check(Case(Document(plan => plan.Commitment()["keyActions"]![0]!["activities"]![1]!.AsObject().Remove("meansOfVerification")), Context(), Infoem, [])).Single();
        failure.Field.ShouldBe("/commitments/0/keyActions/0/activities/1/meansOfVerification");
    }

    [Theory]
    [InlineData("objective", true, CommitmentStatus.Draft)]
    [InlineData(null, false, CommitmentStatus.Proposed)]
    [InlineData("approval", true, CommitmentStatus.UnderReview)]
    [InlineData(null, true, CommitmentStatus.Approved)]
    public void SPEC_2_8_the_status_before_publication_follows_what_is_still_missing(string? missing, bool accepted, CommitmentStatus status)
    {
        var document = Document(plan => plan.Commitment().Remove(missing ?? "none"));
        PublicationRules.StatusOf(PublicationRules.Check(Case(document, Context(), accepted ? Infoem : null, [])), "/commitments/0").ShouldBe(status);
    }

    private static string[] Failures(Action<JsonObject> change, bool accepted = true) => Check(Document(change), accepted ? Infoem : Guid.Empty);

    private static string[] Check(PlanDocument document, Guid? accepted = null, PlanContext? context = null, Dictionary<int, CommitmentDocument>? published = null) =>
        [.. PublicationRules.Check(Case(document, context ?? Context(), accepted ?? Infoem, published ?? [])).Select(failure => $"{failure.Rule} {failure.Code}")];

    private static PublicationCase Case(PlanDocument document, PlanContext context, Guid? accepted, Dictionary<int, CommitmentDocument> published) =>
        new(document, context, document.Commitments.Where(_ => accepted is not null).ToLookup(one => one.Number, _ => accepted!.Value), published, new HashSet<int>());

    private static PlanDocument Document(Action<JsonObject> change)
    {
        var plan = SamplePlan.Own();
        plan.Commitment().Remove("exampleFields");
        change(plan);
        using var parsed = PlanReader.Parse(Encoding.UTF8.GetBytes(plan.ToJsonString())).Value;
        return parsed.Check(Context()).Value;
    }
}
