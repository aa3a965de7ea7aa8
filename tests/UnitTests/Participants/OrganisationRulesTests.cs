using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Organisations;

namespace OpenGov.UnitTests.Participants;

public sealed class OrganisationRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_kind_counts_for_exactly_one_sector_by_default() =>
        Enum.GetValues<OrganisationKind>().ToDictionary(kind => kind, SectorRules.Default.DefaultOf).ShouldSatisfyAllConditions(
            sectors => sectors.Count(pair => pair.Value == Sector.PublicBody).ShouldBe(8),
            sectors => sectors.Where(pair => pair.Value == Sector.Guarantor).Select(pair => pair.Key).ShouldBe([OrganisationKind.Guarantor]),
            sectors => sectors.Count(pair => pair.Value == Sector.CivilSociety).ShouldBe(5));

    [Fact]
    public void A_profile_maps_the_four_configurable_kinds_and_no_other()
    {
        var rules = new SectorRules(new Dictionary<OrganisationKind, Sector>
        {
            [OrganisationKind.AcademicInstitution] = Sector.PublicBody,
            [OrganisationKind.Executive] = Sector.CivilSociety,
        });
        rules.DefaultOf(OrganisationKind.AcademicInstitution).ShouldBe(Sector.PublicBody);
        rules.DefaultOf(OrganisationKind.Business).ShouldBe(Sector.CivilSociety);
        rules.DefaultOf(OrganisationKind.Executive).ShouldBe(Sector.PublicBody);
        rules.Of(OrganisationKind.AcademicInstitution, Sector.CivilSociety).Value.ShouldBe(Sector.CivilSociety);
        rules.Of(OrganisationKind.AcademicInstitution, Sector.Guarantor).IsRefused.ShouldBeTrue();
        rules.Of(OrganisationKind.PoliticalParty, Sector.CivilSociety).Refusals.Single().Code.ShouldBe("sector_not_of_kind");
    }

    [Theory]
    [InlineData("Instituto de  Acceso", " instituto DE acceso ")]
    [InlineData("Ñandú, A.C.", "ñandu, a.c.")]
    [InlineData("Comunicación", "Comunicacio\u0301n")]
    [InlineData("Red\u00A0Mexiquense", "red mexiquense")]
    public void Names_that_people_read_as_one_have_one_key(string one, string other) => Organisation.KeyOf(one).ShouldBe(Organisation.KeyOf(other));

    [Fact]
    public void Different_names_keep_different_keys() => Organisation.KeyOf("Red Norte").ShouldNotBe(Organisation.KeyOf("Red Norte 2"));

    [Fact]
    public void All_that_is_wrong_is_named_at_once() =>
        Organisation.Register(new OrganisationRequest("", new string('A', 31), null, null, "abc"), SectorRules.Default, Now).Refusals
            .Select(refusal => (refusal.Field, refusal.Code))
            .ShouldBe([("name", "field_required"), ("acronym", "field_too_long"), ("kind", "field_required"), ("cvegeo", "cvegeo_invalid")]);

    [Fact]
    public void A_refused_change_changes_nothing()
    {
        var organisation = Organisation.Register(new OrganisationRequest("Una", null, OrganisationKind.Union, null, null), SectorRules.Default, Now).Value;
        var before = organisation.Details();
        organisation.Change(new OrganisationRequest("Otra", null, OrganisationKind.Union, Sector.Guarantor, null), SectorRules.Default).IsRefused.ShouldBeTrue();
        organisation.Details().ShouldBe(before);
    }
}
