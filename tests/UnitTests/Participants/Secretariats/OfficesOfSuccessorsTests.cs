using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using static OpenGov.UnitTests.Participants.Secretariats.Scene;

namespace OpenGov.UnitTests.Participants.Secretariats;

/// <summary>SPEC §4.2: who stands in the place of an organisation goes on with its seats and offices, unless a rule of composition keeps it from them.</summary>
public sealed class OfficesOfSuccessorsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void INV_06_a_merged_ministry_holds_both_offices_only_where_the_mechanism_says_so(bool allowed)
    {
        var scene = Installed();
        scene.Rules = scene.Rules with { ChairMayBeExecutiveSecretary = allowed };
        var (chair, secretary) = (Holder(scene, SecretariatOffice.Chair), Holder(scene, SecretariatOffice.ExecutiveSecretary));
        Succeed(scene, chair, secretary).Count.ShouldBe(allowed ? 1 : 0);
        Holder(scene, SecretariatOffice.Chair).ShouldBe(allowed ? secretary : chair);
        Holder(scene, SecretariatOffice.ExecutiveSecretary).ShouldBe(secretary);
    }

    [Fact]
    public void An_office_that_the_profile_gives_a_sector_passes_to_nobody_of_another()
    {
        var scene = Installed();
        scene.Rules = scene.Rules with { ChairSector = Sector.Guarantor, ExecutiveSecretarySector = Sector.CivilSociety };
        var (chair, secretary, next) = (Holder(scene, SecretariatOffice.Chair), Holder(scene, SecretariatOffice.ExecutiveSecretary), Guid.CreateVersion7());
        Succeed(scene, chair, Guid.CreateVersion7()).ShouldBeEmpty();
        Succeed(scene, secretary, Guid.CreateVersion7()).ShouldBeEmpty();
        Succeed(scene, chair, next, Sector.Guarantor).ShouldBe([0]);
        Holder(scene, SecretariatOffice.Chair).ShouldBe(next);
    }

    [Fact]
    public void INV_05_what_was_a_university_facilitates_no_more_as_part_of_an_obligated_subject()
    {
        var scene = Installed();
        var (university, next) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        scene.Assign(SecretariatOffice.Facilitator, university, null).ShouldBeDone();
        Succeed(scene, university, Guid.CreateVersion7(), independent: false).ShouldBeEmpty();
        Succeed(scene, university, scene.Composition.Seats[0].Titular!.OrganisationId, Sector.CivilSociety).ShouldBeEmpty();
        Holder(scene, SecretariatOffice.Facilitator).ShouldBe(university);
        Succeed(scene, university, next, Sector.CivilSociety).ShouldBe([0]);
    }

    [Fact]
    public void INV_05_whom_the_facilitator_represents_takes_no_seat_by_succession()
    {
        var scene = Installed();
        var (member, next) = (scene.Composition.Seats[0].Titular!.OrganisationId, Guid.CreateVersion7());
        Succeed(scene, member, next, Sector.CivilSociety, represented: [next]).ShouldBeEmpty();
        scene.Composition.Seats[0].Titular!.OrganisationId.ShouldBe(member);
        Succeed(scene, member, next, Sector.CivilSociety).ShouldBe([1]);
    }

    private static Guid? Holder(Scene scene, SecretariatOffice office) => scene.Secretariat.Current(office, Today)!.OrganisationId;

    private static IReadOnlyList<int> Succeed(Scene scene, Guid? from, Guid? to, Sector sector = Sector.PublicBody, bool independent = true, IReadOnlyList<Guid>? represented = null) =>
        scene.Secretariat.Succeed(from!.Value, new Successor(to!.Value, sector, independent, "Decreto 7"), isUndone: false, scene.Rules, Today, represented ?? []);
}
