using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;

namespace OpenGov.UnitTests.Participants;

public sealed class LegalProfileRulesTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_profile_has_the_defaults_of_SPEC_8()
    {
        var profile = LegalProfile.First(Today, Now);
        var parameters = profile.Parameters;
        parameters.MinVotingSeats.ShouldBe(3);
        parameters.FacilitatorRequired.ShouldBeTrue();
        (parameters.SeatTermMonths, parameters.MaxConsecutiveTerms, parameters.CallMinDays, parameters.AwarenessMinEvents).ShouldBe((24, 2, 15, 1));
        parameters.QuorumFraction.ShouldBe(new QuorumFraction(1, 2, MoreThan: true));
        (parameters.NoticeOrdinaryDays, parameters.NoticeExtraHours, parameters.ReplyDays, parameters.PlanDurationMonths).ShouldBe((5, 48, 20, 12));
        (parameters.ReportingPeriod, parameters.GraceDays, parameters.SmallCellThreshold, parameters.Licence).ShouldBe((ReportingPeriod.Quarter, 15, 5, "LIBRE_USO_MX"));
        parameters.CompletionThresholds.ShouldBe([50, 100]);
        parameters.MaxCommitments.ShouldBeNull();
        parameters.Pillars.ShouldBe(Enum.GetValues<Pillar>());
        parameters.ForOthers().ShouldBe(new LegalParameters(3, 15, 50, 100, 12, null));
        ParameterRules.Check(parameters).ShouldBeEmpty();
        new BusinessCalendar(profile.Holidays).IsBusinessDay(new DateOnly(2026, 3, 16)).ShouldBeFalse();
    }

    [Fact]
    public void Parameters_survive_their_storage()
    {
        var parameters = new ProfileParameters
        {
            Subsectors = new Dictionary<OrganisationKind, Sector> { [OrganisationKind.Business] = Sector.CivilSociety },
            DecisionRules = new Dictionary<string, DecisionRule> { ["PLAN_APPROVAL"] = DecisionRule.TwoThirds },
            ChairSector = Sector.Guarantor,
            MaxCommitments = 5,
            LegalBasis = [new LegalBasis("Ley de Transparencia", "74", "https://example.mx/ley")],
        };
        var json = ProfileParameters.Write(parameters);
        json.ShouldContain("\"TWO_THIRDS\"");
        json.ShouldContain("\"BUSINESS\"");
        ProfileParameters.Write(ProfileParameters.Read(json)).ShouldBe(json);
    }

    [Fact]
    public void What_a_request_leaves_out_has_its_default() =>
        ProfileParameters.Read("""{"graceDays": 3}""").ShouldSatisfyAllConditions(
            parameters => parameters.GraceDays.ShouldBe(3), parameters => parameters.ReplyDays.ShouldBe(20), parameters => parameters.CompletionThresholds.ShouldBe([50, 100]));

    [Fact]
    public void Only_the_first_may_begin_in_the_past()
    {
        LegalProfile.Adopt(Today.AddDays(-1), new(), [], null, null, isFirst: true, Today, Now).IsRefused.ShouldBeFalse();
        LegalProfile.Adopt(Today.AddDays(-1), new(), [], null, null, isFirst: false, Today, Now).Refusals.Single().Code.ShouldBe("legal_profile_retroactive");
        LegalProfile.Adopt(Today, new(), [], null, null, isFirst: false, Today, Now).IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_new_version_ends_its_predecessor_and_stops_before_its_successor()
    {
        var first = LegalProfile.First(Today, Now);
        var far = LegalProfile.Adopt(Today.AddDays(100), new(), [], first, null, false, Today, Now).Value;
        first.ValidTo.ShouldBe(far.ValidFrom);
        var near = LegalProfile.Adopt(Today.AddDays(10), new(), [], first, far.ValidFrom, false, Today, Now).Value;
        first.ValidTo.ShouldBe(near.ValidFrom);
        near.ValidTo.ShouldBe(far.ValidFrom);
        far.ValidTo.ShouldBeNull();
    }

    [Fact]
    public void A_refused_version_leaves_its_predecessor_alone()
    {
        var first = LegalProfile.First(Today, Now);
        LegalProfile.Adopt(Today, new() { GraceDays = -1 }, [Today, Today], first, null, false, Today, Now).Refusals
            .Select(refusal => refusal.Code).ShouldBe(["number_out_of_range", "holidays_repeated"]);
        first.ValidTo.ShouldBeNull();
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"minVotingSeats":2}""", "/parameters/minVotingSeats" },
        { """{"maxSeatsPerSector":0}""", "/parameters/maxSeatsPerSector" },
        { """{"quorumFraction":{"numerator":0,"denominator":2,"moreThan":true}}""", "/parameters/quorumFraction" },
        { """{"quorumFraction":null}""", "/parameters/quorumFraction" },
        { """{"completionThresholds":[50]}""", "/parameters/completionThresholds" },
        { """{"completionThresholds":[50,101]}""", "/parameters/completionThresholds" },
        { """{"completionThresholds":null}""", "/parameters/completionThresholds" },
        { """{"decisionRules":{"plan approval":"CONSENSUS"}}""", "/parameters/decisionRules" },
        { """{"legalBasis":[{"law":""}]}""", "/parameters/legalBasis" },
        { """{"legalBasis":[null]}""", "/parameters/legalBasis" },
        { """{"legalBasis":[{"law":"Ley","url":"javascript:alert(1)"}]}""", "/parameters/legalBasis" },
        { """{"guarantors":[{"organisationId":"00000000-0000-0000-0000-000000000001","holdsSeat":false,"independent":true}]}""", "/parameters/guarantors" },
        { """{"themes":["A1","A1"]}""", "/parameters/themes" },
        { """{"themes":[]}""", "/parameters/themes" },
        { """{"pillars":["INNOVATION","INNOVATION"]}""", "/parameters/pillars" },
        { """{"retention":{"registrationMonths":-1,"accessLogMonths":12}}""", "/parameters/retention/registrationMonths" },
        { """{"licence":null}""", "/parameters/licence" },
        { """{"ogp":null}""", "/parameters/ogp" },
        { """{"retention":null}""", "/parameters/retention" },
        { """{"privacy":null}""", "/parameters/privacy" },
        { """{"guarantors":[{"organisationId":"00000000-0000-0000-0000-000000000001","holdsSeat":true,"independent":true},null]}""", "/parameters/guarantors" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Every_parameter_out_of_bounds_is_named(string json, string field) =>
        ParameterRules.Check(ProfileParameters.Read(json)).Single().Field.ShouldBe(field);

    [Fact]
    public void A_comparison_names_each_parameter_that_says_something_else_and_no_other()
    {
        var before = new ProfileParameters { DecisionRules = new Dictionary<string, DecisionRule> { ["PLAN_APPROVAL"] = DecisionRule.TwoThirds } };
        var after = before with
        {
            CallMinDays = 20,
            Privacy = before.Privacy with { WarnDays = 5 },
            DecisionRules = new Dictionary<string, DecisionRule>(),
            CompletionThresholds = [60, 100],
            MaxCommitments = 5,
        };
        ProfileComparison.Between(before, before with { }).ShouldBeEmpty();
        ProfileComparison.Between(before, after).Select(change => $"{change.Field}: {change.Before?.ToJsonString()} > {change.After?.ToJsonString()}").ShouldBe(
            ["callMinDays: 15 > 20", "decisionRules.PLAN_APPROVAL: \"TWO_THIRDS\" > ", "maxCommitments:  > 5", "completionThresholds: [50,100] > [60,100]", "privacy.warnDays: 3 > 5"], ignoreOrder: true);
    }

    [Fact]
    public void A_guarantor_that_is_not_independent_is_warned_of_and_allowed()
    {
        var guarantor = new GuarantorRole(Guid.CreateVersion7(), HoldsSeat: true, Independent: false, null, GuarantorNature.ExecutiveBody);
        Warnings(new() { Guarantors = [guarantor] }).ShouldContain(ProfileWarning.GuarantorNotIndependent);
        var contradictory = Warnings(new() { Guarantors = [guarantor with { Independent = true }] });
        contradictory.ShouldContain(ProfileWarning.GuarantorNatureContradicts);
        contradictory.ShouldNotContain(ProfileWarning.GuarantorNotIndependent);
        Warnings(new() { Guarantors = [guarantor with { Independent = true, Nature = GuarantorNature.Autonomous }] }).ShouldNotContain(ProfileWarning.GuarantorNatureContradicts);
    }

    [Fact]
    public void A_calendar_without_the_year_in_which_it_applies_is_warned_of()
    {
        Warnings(new(), new DateOnly(2026, 12, 25)).ShouldNotContain(ProfileWarning.CalendarYearMissing);
        Warnings(new()).ShouldContain(ProfileWarning.CalendarYearMissing);
        var autumn = LegalProfile.Adopt(new DateOnly(2026, 10, 1), new(), [new DateOnly(2026, 12, 25)], null, null, false, Today, Now).Value;
        ProfileWarnings.Of(autumn, Today).ShouldContain(ProfileWarning.CalendarYearMissing, "within six months it is 2027");
        ProfileWarnings.Of(LegalProfile.First(Today, Now), Today).ShouldNotContain(ProfileWarning.CalendarYearMissing);
    }

    [Fact]
    public void A_calendar_that_runs_out_is_warned_of_when_terms_of_today_need_the_next_year_and_not_once_another_version_has_it()
    {
        // The first has 2026 and 2027.
        var first = LegalProfile.First(Today, Now);
        ProfileWarnings.Of(first, new DateOnly(2027, 5, 31)).ShouldNotContain(ProfileWarning.CalendarYearMissing);
        ProfileWarnings.Of(first, new DateOnly(2027, 7, 5)).ShouldContain(ProfileWarning.CalendarYearMissing, "in six months it is 2028");
        ProfileWarnings.Of(first, new DateOnly(2028, 2, 1)).ShouldContain(ProfileWarning.CalendarYearMissing);
        // A term beyond six months reaches further.
        var slow = LegalProfile.Adopt(Today, new() { ReplyDays = 250 }, [new(2026, 12, 25)], null, null, false, Today, Now).Value;
        ProfileWarnings.Of(slow, Today).ShouldContain(ProfileWarning.CalendarYearMissing);
        var next = LegalProfile.Adopt(new DateOnly(2028, 1, 1), new(), [new(2028, 1, 1), new(2029, 1, 1)], first, null, false, Today, Now).Value;
        ProfileWarnings.Of(first, new DateOnly(2027, 12, 1)).ShouldNotContain(ProfileWarning.CalendarYearMissing, "of 2028 the next version is asked");
        ProfileWarnings.Of(first, new DateOnly(2028, 2, 1)).ShouldNotContain(ProfileWarning.CalendarYearMissing, "it speaks for no day any more");
        ProfileWarnings.Of(next, new DateOnly(2027, 12, 1)).ShouldNotContain(ProfileWarning.CalendarYearMissing);
    }

    [Fact]
    public void A_version_is_withdrawn_before_its_day_and_never_after_and_the_one_before_goes_on()
    {
        var (first, by) = (LegalProfile.First(Today, Now), new Adoption(Guid.CreateVersion7(), "La fecha estaba mal"));
        var far = LegalProfile.Adopt(Today.AddDays(100), new(), [], first, null, false, Today, Now).Value;
        var near = LegalProfile.Adopt(Today.AddDays(10), new(), [], first, far.ValidFrom, false, Today, Now).Value;
        near.Withdraw(first, by, Today.AddDays(10), Now).Refusals.Single().Code.ShouldBe("legal_profile_in_force", "on its day it is");
        first.ValidTo.ShouldBe(near.ValidFrom);
        near.Withdraw(first, by, Today.AddDays(9), Now).IsRefused.ShouldBeFalse();
        (near.WithdrawnAt, near.WithdrawnBy, near.WithdrawalReason).ShouldBe((Now, by.By, by.Reason));
        first.ValidTo.ShouldBe(far.ValidFrom);
        near.Withdraw(first, by, Today, Now).Refusals.Single().Code.ShouldBe("legal_profile_withdrawn");
        far.Withdraw(first, by, Today, Now).IsRefused.ShouldBeFalse();
        first.ValidTo.ShouldBeNull();
    }

    private static IReadOnlyList<ProfileWarning> Warnings(ProfileParameters parameters, params DateOnly[] holidays) =>
        ProfileWarnings.Of(LegalProfile.Adopt(Today, parameters, holidays, null, null, false, Today, Now).Value, Today);
}
