using OpenGov.Participants.Organisations;

namespace OpenGov.UnitTests.Participants;

public sealed class OrganisationNamesTests
{
    [Theory]
    [InlineData("Red Ciudadana", "Rеd Сiudаdаnа")] // Cyrillic е, С, а
    [InlineData("OXFAM México", "ΟΧFΑΜ Mexico")] // Greek capitals
    [InlineData("Instituto 10", "Instituto lO")]
    [InlineData("Fundación Luz, A.C.", "FUNDACION  LUZ")]
    [InlineData("Fundación Luz, Asociación Civil", "Fundación Luz AC")]
    [InlineData("Moderna S.A. de C.V.", "Modema")]
    public void Names_that_look_alike_have_one_look(string one, string other) => OrganisationNames.LookOf(other).ShouldBe(OrganisationNames.LookOf(one));

    [Theory]
    [InlineData("Red Norte", "Red Norte 2")]
    [InlineData("Fundación Luz", "Fundación Paz")]
    [InlineData("Colegio de Abogados", "Colegio de Abogadas")]
    public void Names_that_tell_organisations_apart_look_different(string one, string other) => OrganisationNames.LookOf(other).ShouldNotBe(OrganisationNames.LookOf(one));

    [Theory]
    [InlineData("Rеd Ciudadana", true)]
    [InlineData("INEGΙ", true)]
    [InlineData("Pʼurhépecha Nación", false)]
    [InlineData("Ñuu Savi, Ndíxá'á y Ükari 2026", false)]
    [InlineData("Общество", false)]
    public void A_name_that_mixes_alphabets_is_told(string name, bool mixes) => OrganisationNames.MixesScripts(name).ShouldBe(mixes);

    [Fact]
    public void What_is_searched_are_words_of_letters_and_digits() =>
        OrganisationNames.WordsOf("  Instituto (Nacional) de—Acceso: «100%», A.C. ").ShouldBe("instituto nacional de acceso 100 a c");

    [Theory]
    [InlineData("SAT970701NN3")]
    [InlineData("ims-421231-i45")]
    [InlineData("CFE 370814 QI0")]
    [InlineData("UNA2907227Y5")]
    public void An_RFC_of_a_legal_person_is_taken_as_people_write_it(string rfc) => Rfc.Read("rfc", rfc).IsRefused.ShouldBeFalse();

    [Theory]
    [InlineData("SAT970701NN4", "rfc_check_wrong")]
    [InlineData("SAT970107NN3", "rfc_check_wrong")]
    [InlineData("SAT971301NN3", "rfc_invalid")]
    [InlineData("SAT97070NN3", "rfc_invalid")]
    [InlineData("5AT970701NN3", "rfc_invalid")]
    [InlineData("SAT970701ÑN3", "rfc_invalid")]
    [InlineData("GODE561231GR8", "rfc_of_a_natural_person")]
    public void A_wrong_RFC_is_refused_with_its_reason(string rfc, string code) => Rfc.Read("rfc", rfc).Refusals.Single().Code.ShouldBe(code);

    [Theory]
    [InlineData("SAT9707010901B", "SAT970701NN3", null)]
    [InlineData("SAT9707010901B", null, null)]
    [InlineData("SAT9707013301B", null, "cluni_invalid")]
    [InlineData("SAT970701090B", null, "cluni_invalid")]
    [InlineData("IMS4212310901B", "SAT970701NN3", "cluni_not_of_rfc")]
    public void A_CLUNI_has_its_form_and_goes_with_the_RFC(string cluni, string? rfc, string? code) =>
        Cluni.Read("cluni", cluni, rfc).Refusals.Select(refusal => refusal.Code).FirstOrDefault().ShouldBe(code);
}
