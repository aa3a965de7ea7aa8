using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Groups;
using OpenGov.UnitTests.Participants.Secretariats;

namespace OpenGov.UnitTests.Participants.Groups;

public sealed class WorkingGroupTests
{
    private static readonly DateOnly Today = Scene.Today;
    private static readonly Guid Secretariat = Guid.CreateVersion7();

    [Fact]
    public void A_promoter_group_has_the_three_sectors_and_is_there_before_the_installation_only()
    {
        WorkingGroup.Propose(Secretariat, isInstalled: false, Terms(GroupKind.Promoter) with { Members = [Seat(Sector.CivilSociety), Seat(Sector.Guarantor)] }, Today).ShouldBeRefused("group_lacks_sector");
        WorkingGroup.Propose(Secretariat, isInstalled: true, Terms(GroupKind.Promoter), Today).ShouldBeRefused("promoter_group_after_installation");
        WorkingGroup.Propose(Secretariat, isInstalled: false, Terms(), Today).ShouldBeRefused("working_group_before_installation");
        var group = WorkingGroup.Propose(Secretariat, isInstalled: false, Terms(GroupKind.Promoter), Today).ShouldBeDone();
        group.StateOn(Today).ShouldBe(GroupState.Active);
        group.TakeFacts().ShouldHaveSingleItem().ShouldBeOfType<WorkingGroupStartedV1>().ResolutionId.ShouldBeNull();
        group.EndWithInstallation("Quedó instalado.", Today);
        group.StateOn(Today).ShouldBe(GroupState.Ended);
        group.TakeFacts().ShouldHaveSingleItem().ShouldBeOfType<WorkingGroupEndedV1>();
    }

    [Fact]
    public void A_working_group_is_created_by_a_resolution_about_exactly_what_was_proposed()
    {
        var group = Proposed();
        group.TakeFacts().ShouldBeEmpty("nothing is decided");
        var right = About(group);
        group.Start(right with { SubjectHash = new string('0', 64) }, Today).ShouldBeRefused("group_is_not_what_was_approved");
        group.Start(right with { SecretariatId = Guid.CreateVersion7() }, Today).ShouldBeRefused("resolution_not_about_group");
        group.Start(right with { SubjectKind = "PLAN" }, Today).ShouldBeRefused("resolution_not_about_group");
        group.Start(right with { SubjectId = Guid.CreateVersion7() }, Today).ShouldBeRefused("resolution_not_about_group");
        group.Start(right with { IsSuperseded = true }, Today).ShouldBeRefused("resolution_not_about_group");
        group.Start(right, Today).ShouldBeDone();
        group.Start(right, Today).ShouldBeRefused("group_not_proposed");
        group.TakeFacts().ShouldHaveSingleItem().ShouldBeOfType<WorkingGroupStartedV1>().ResolutionId.ShouldBe(right.Id);
    }

    [Fact]
    public void It_ends_by_another_resolution_or_with_its_last_day()
    {
        var group = Started(out var by);
        group.End(null, "Terminó", Today).ShouldBeRefused("group_needs_resolution");
        group.End(by, "Terminó", Today).ShouldBeRefused("group_needs_resolution");
        group.End(About(group) with { SubjectId = Guid.CreateVersion7() }, "Terminó", Today).ShouldBeRefused("resolution_not_about_group");
        group.StateOn(Today.AddDays(30)).ShouldBe(GroupState.Active);
        group.StateOn(Today.AddDays(31)).ShouldBe(GroupState.Ended);
        group.End(About(group), "Terminó", Today.AddDays(31)).ShouldBeRefused("group_not_active");
        group.End(About(group), "Terminó", Today.AddDays(2)).ShouldBeDone();
        group.StateOn(Today.AddDays(2)).ShouldBe(GroupState.Ended);
        group.Join(Guid.CreateVersion7(), coordinates: false, Today.AddDays(3)).ShouldBeRefused("group_not_active");
    }

    [Fact]
    public void Members_come_and_go_and_their_time_stays_on_record()
    {
        var group = Started(out _);
        var (first, newcomer) = (group.Members[0], Guid.CreateVersion7());
        group.Join(first.OrganisationId, coordinates: false, Today).ShouldBeRefused("group_has_member");
        group.Join(newcomer, coordinates: true, Today).ShouldBeRefused("group_has_coordinator");
        group.Leave(first.Id, Today.AddDays(1)).ShouldBeDone();
        group.Leave(first.Id, Today.AddDays(1)).ShouldBeRefused("group_member_left");
        group.Join(newcomer, coordinates: true, Today.AddDays(1)).ShouldBeDone();
        group.Join(first.OrganisationId, coordinates: false, Today.AddDays(2)).ShouldBeDone();
        group.Members.Count(member => member.OrganisationId == first.OrganisationId).ShouldBe(2);
        group.Members[0].LeftOn.ShouldBe(Today.AddDays(1));
        foreach (var member in group.Members.Where(member => member.LeftOn is null).Skip(1).ToList())
            group.Leave(member.Id, Today.AddDays(3)).ShouldBeDone();
        group.Leave(group.Members.Single(member => member.LeftOn is null).Id, Today.AddDays(3)).ShouldBeRefused("group_without_members");
    }

    [Fact]
    public void A_proposal_names_each_member_once_and_at_most_one_who_coordinates()
    {
        var twice = Seat(Sector.CivilSociety);
        WorkingGroup.Propose(Secretariat, isInstalled: true, Terms() with { Members = [] }, Today).ShouldBeRefused("group_members_invalid");
        WorkingGroup.Propose(Secretariat, isInstalled: true, Terms() with { Members = [twice, twice] }, Today).ShouldBeRefused("group_members_invalid");
        WorkingGroup.Propose(Secretariat, isInstalled: true, Terms() with { Members = [twice with { Coordinates = true }, Seat(Sector.Guarantor) with { Coordinates = true }] }, Today).ShouldBeRefused("group_has_coordinator");
        WorkingGroup.Propose(Secretariat, isInstalled: true, Terms() with { Until = Today.AddDays(-1) }, Today).ShouldBeRefused("until_in_past");
        var group = Proposed();
        group.Withdraw(Today).ShouldBeDone();
        group.Start(About(group), Today).ShouldBeRefused("group_not_proposed");
    }

    [Fact]
    public void The_hash_is_of_what_is_proposed_in_whatever_order_its_members_are_named()
    {
        var terms = Terms();
        WorkingGroup.HashOf(terms with { Members = [.. terms.Members.Reverse()] }).ShouldBe(WorkingGroup.HashOf(terms));
        WorkingGroup.HashOf(terms with { Mandate = "Otro mandato" }).ShouldNotBe(WorkingGroup.HashOf(terms));
        WorkingGroup.HashOf(terms with { Until = null }).ShouldNotBe(WorkingGroup.HashOf(terms));
        WorkingGroup.HashOf(terms with { Members = [.. terms.Members.Skip(1)] }).ShouldNotBe(WorkingGroup.HashOf(terms));
    }

    private static GroupSeat Seat(Sector sector) => new(Guid.CreateVersion7(), sector, Coordinates: false);

    private static GroupTerms Terms(GroupKind kind = GroupKind.Working) => new(
        kind, "Grupo de apertura municipal", "Estudia la apertura de los municipios.", Today.AddDays(30),
        [Seat(Sector.CivilSociety) with { Coordinates = true }, Seat(Sector.PublicBody), Seat(Sector.Guarantor)]);

    private static WorkingGroup Proposed() => WorkingGroup.Propose(Secretariat, isInstalled: true, Terms(), Today).ShouldBeDone();

    private static GroupResolution About(WorkingGroup group) => new(Guid.CreateVersion7(), Secretariat, WorkingGroup.SubjectKind, group.Id, group.Hash, IsSuperseded: false);

    private static WorkingGroup Started(out GroupResolution by)
    {
        var group = Proposed();
        by = About(group);
        group.Start(by, Today).ShouldBeDone();
        return group;
    }
}
