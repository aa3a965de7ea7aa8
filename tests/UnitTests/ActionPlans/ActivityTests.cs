using System.Reflection;
using OpenGov.ActionPlans.Activities;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.Contracts.ActionPlans.V1;
using static OpenGov.Contracts.ActionPlans.V1.ActivityStatus;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class ActivityTests
{
    private static readonly EvidenceStatement Link = new(EvidenceKind.Link, "https://example.org", null, "Minuta", null, null, null);

    [Theory]
    [InlineData(NotStarted, NotStarted, null)]
    [InlineData(NotStarted, InProgress, null)]
    [InlineData(NotStarted, Completed, "status_skips_a_step")]
    [InlineData(NotStarted, Verified, "status_not_reportable")]
    [InlineData(InProgress, NotStarted, null)]
    [InlineData(InProgress, Completed, null)]
    [InlineData(Completed, InProgress, null)]
    [InlineData(Completed, NotStarted, "status_skips_a_step")]
    [InlineData(Completed, Verified, "status_not_reportable")]
    [InlineData(Completed, Cancelled, "status_not_reportable")]
    [InlineData(Verified, Completed, "activity_verified")]
    [InlineData(Cancelled, InProgress, "activity_cancelled")]
    public void SPEC_2_10_the_responsible_moves_one_step_forward_or_back(ActivityStatus from, ActivityStatus to, string? refused)
    {
        var result = In(from).Report(new ProgressStatement(to, "Explicación", "2021-Q1", [Link]));
        result.Refusals.Select(refusal => refusal.Code).ShouldBe(refused is null ? [] : [refused]);
    }

    [Theory]
    [InlineData(NotStarted, true, "activity_not_completed")]
    [InlineData(Completed, true, null)]
    [InlineData(Verified, true, "activity_not_completed")]
    [InlineData(Verified, false, null)]
    [InlineData(Completed, false, "activity_not_verified")]
    public void INV_30_only_what_is_completed_is_verified(ActivityStatus from, bool verified, string? refused) =>
        In(from).Verify(verified).Refusals.Select(refusal => refusal.Code).ShouldBe(refused is null ? [] : [refused]);

    [Fact]
    public void INV_30_completed_needs_evidence_when_it_becomes_so_and_not_again_for_a_further_note()
    {
        In(InProgress).Report(new ProgressStatement(Completed, "Listo", "2021-Q1", [])).Refusals.Single().Code.ShouldBe("evidence_missing");
        In(Completed).Report(new ProgressStatement(Completed, "Una nota más", "2021-Q1", [])).IsRefused.ShouldBeFalse();
    }

    [Theory]
    [InlineData(NotStarted, -1, true)]
    [InlineData(InProgress, -1, true)]
    [InlineData(InProgress, 0, false)]
    [InlineData(Completed, -1, false)]
    [InlineData(Cancelled, -1, false)]
    public void SPEC_2_10_overdue_is_past_its_end_and_not_completed(ActivityStatus status, int daysToEnd, bool overdue)
    {
        var today = new DateOnly(2021, 7, 1);
        Overdue.Is(status, today.AddDays(daysToEnd), today).ShouldBe(overdue);
    }

    private static Activity In(ActivityStatus status)
    {
        var activity = Activity.FirstPublished(Guid.CreateVersion7(), Guid.CreateVersion7(), new ActivityDocument
        {
            Number = 1,
            Title = "Actividad",
            Start = new DateOnly(2021, 1, 1),
            End = new DateOnly(2021, 6, 30),
            Responsible = new Party { Id = Guid.CreateVersion7(), Name = "Infoem" },
            MeansOfVerification = "Minuta",
        });
        typeof(Activity).GetProperty(nameof(Activity.Status), BindingFlags.Public | BindingFlags.Instance)!.SetValue(activity, status);
        return activity;
    }
}
