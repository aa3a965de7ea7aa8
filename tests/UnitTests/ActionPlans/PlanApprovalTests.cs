using OpenGov.ActionPlans.Plans;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class PlanApprovalTests
{
    private static readonly Guid Plan = Guid.CreateVersion7();
    private static readonly string Hash = new('a', 64);
    private static readonly OwnSecretariat Own = new(Guid.CreateVersion7(), new DateOnly(2015, 4, 7), new DateOnly(2026, 3, 2), IsSuspended: false);
    private static readonly AdoptedResolution Approval = new(Guid.CreateVersion7(), Own.Id, 4, "PLAN_APPROVAL", "PLAN", Plan, Hash, new DateOnly(2026, 3, 5), IsSuperseded: false);

    [Fact]
    public void INV_25_a_plan_is_published_on_the_resolution_about_exactly_its_version() =>
        PlanApproval.Check(Own, Approval.Id, Approval, null, Plan, Hash).ShouldBeEmpty();

    [Fact]
    public void INV_25_no_other_resolution_publishes_it()
    {
        Refused(Approval, hash: new string('b', 64)).ShouldBe("resolution_of_another_version");
        Refused(Approval with { SubjectId = Guid.CreateVersion7() }).ShouldBe("resolution_of_another_version");
        Refused(Approval with { Matter = "GENERAL" }).ShouldBe("resolution_of_another_version");
        Refused(Approval with { SubjectHash = null }).ShouldBe("resolution_of_another_version");
        Refused(Approval with { SubjectKind = "DOCUMENT" }).ShouldBe("resolution_of_another_version");
        Refused(Approval with { IsSuperseded = true }).ShouldBe("resolution_superseded");
        Refused(Approval with { SecretariatId = Guid.CreateVersion7() }).ShouldBe("resolution_unknown");
        Refused(null).ShouldBe("resolution_unknown");
    }

    [Fact]
    public void INV_25_paper_counts_only_from_before_the_secretariat_met_in_the_instance()
    {
        PlanApproval.Check(Own, null, null, Paper(new DateOnly(2026, 3, 1)), Plan, Hash).ShouldBeEmpty();
        PlanApproval.Check(Own, null, null, Paper(new DateOnly(2026, 3, 2)), Plan, Hash).ShouldHaveSingleItem().Code.ShouldBe("plan_needs_own_resolution");
        PlanApproval.Check(null, null, null, Paper(new DateOnly(2026, 3, 2)), Plan, Hash).ShouldBeEmpty();
    }

    private static ResolutionReference Paper(DateOnly on) => new("STL/EXT/03", null, on, null);

    private static string Refused(AdoptedResolution? resolution, string? hash = null) =>
        PlanApproval.Check(Own, Guid.CreateVersion7(), resolution, null, Plan, hash ?? Hash).ShouldHaveSingleItem().Code;
}
