using OpenGov.Participants.Accounts;

namespace OpenGov.UnitTests.Participants;

public sealed class PasswordListTests
{
    [Fact]
    public void The_list_holds_tens_of_thousands_of_entries() => CommonPasswords.Count.ShouldBeInRange(40_000, 500_000);

    [Theory]
    [InlineData("password")]
    [InlineData("Password12345")]
    [InlineData("passwordpassword")]
    [InlineData("P4ssw0rd!2026")]
    [InlineData("Contraseña123!")]
    [InlineData("C0ntr4señ4_2026!")]
    [InlineData("contrasenacontrasena")]
    [InlineData("qwertyuiop123")]
    [InlineData("Transparencia2026")]
    [InlineData("2026Guadalajara!")]
    [InlineData("gobierno_abierto")]
    [InlineData("Gobierno Abierto 2026")]
    [InlineData("MEXICO mexico MEXICO")]
    [InlineData("bienvenido.2026")]
    [InlineData("1q2w3e4r5t6y")]
    public void What_people_reach_for_is_covered(string password) => (CommonPasswords.Covers(password) || CommonPasswords.Covers(password.Replace(" ", "", StringComparison.Ordinal))).ShouldBeTrue();

    [Theory]
    [InlineData("caballo correcto pila grapa")]
    [InlineData("tres tristes tigres tragaban trigo")]
    [InlineData("mi perro ladra a las nubes")]
    [InlineData("xK9#mQ2$vL7@pR4")]
    [InlineData("lluvia-sobre-el-ajusco")]
    public void A_phrase_of_several_words_and_random_signs_are_not(string password) => CommonPasswords.Covers(password).ShouldBeFalse();
}
