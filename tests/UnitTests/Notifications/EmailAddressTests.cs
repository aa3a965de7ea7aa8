using OpenGov.Notifications.Subscriptions;

namespace OpenGov.UnitTests.Notifications;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ana@ejemplo.mx", "ana@ejemplo.mx")]
    [InlineData("  ana@ejemplo.mx ", "ana@ejemplo.mx")]
    [InlineData("Ana.Lopez+avisos@Ejemplo.GOB.MX", "Ana.Lopez+avisos@ejemplo.gob.mx")]
    [InlineData("o'brien@ejemplo.mx", "o'brien@ejemplo.mx")]
    [InlineData("ana@español.mx", "ana@xn--espaol-zwa.mx")]
    [InlineData("ana@xn--espaol-zwa.mx", "ana@xn--espaol-zwa.mx")]
    public void One_address_is_taken_with_its_domain_in_ascii(string given, string expected) =>
        EmailAddress.Parse(given, "email").Value.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("ana")]
    [InlineData("@ejemplo.mx")]
    [InlineData("ana@")]
    [InlineData("ana@localhost")]
    [InlineData("ana@127.0.0.1")]
    [InlineData("ana@[127.0.0.1]")]
    [InlineData("ana@ejemplo..mx")]
    [InlineData("ana@-ejemplo.mx")]
    [InlineData("ana@ejemplo.mx.")]
    [InlineData("ana@ejemplo.123")]
    [InlineData(".ana@ejemplo.mx")]
    [InlineData("ana.@ejemplo.mx")]
    [InlineData("a..b@ejemplo.mx")]
    [InlineData("ana@ejemplo.mx, eva@ejemplo.mx")]
    [InlineData("ana@ejemplo.mx;eva@ejemplo.mx")]
    [InlineData("ana@eva@ejemplo.mx")]
    [InlineData("Ana <ana@ejemplo.mx>")]
    [InlineData("\"ana eva\"@ejemplo.mx")]
    [InlineData("ana@ejemplo.mx\r\nBcc: eva@ejemplo.mx")]
    [InlineData("ana\r\n@ejemplo.mx")]
    [InlineData("ana\n@ejemplo.mx")]
    [InlineData("ana@ejemplo.mx\n")]
    [InlineData("ana@ejemplo.mx\u2028")]
    [InlineData("ana@ejemplo\0.mx")]
    [InlineData("ana>@ejemplo.mx")]
    [InlineData("ana@ejemplo.mx> RCPT TO:<eva@ejemplo.mx")]
    [InlineData("añá@ejemplo.mx")]
    [InlineData("ana@ejem plo.mx")]
    [InlineData("ana@ejemplo_malo.mx")]
    public void What_is_not_exactly_one_address_is_refused(string given) =>
        EmailAddress.Parse(given, "email").Refusals.ShouldHaveSingleItem().Code.ShouldBe("email_invalid");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void An_address_is_required(string? given) =>
        EmailAddress.Parse(given, "email").Refusals.ShouldHaveSingleItem().Code.ShouldBe("field_required");

    [Fact]
    public void Lengths_of_RFC_5321_are_held_also_after_the_domain_became_longer()
    {
        EmailAddress.Parse(new string('a', 64) + "@ejemplo.mx", "email").IsRefused.ShouldBeFalse();
        EmailAddress.Parse(new string('a', 65) + "@ejemplo.mx", "email").IsRefused.ShouldBeTrue();
        EmailAddress.Parse("a@" + new string('b', 64) + ".mx", "email").IsRefused.ShouldBeTrue();
        EmailAddress.Parse("a@" + string.Join('.', Enumerable.Repeat(new string('b', 50), 6)) + ".mx", "email").IsRefused.ShouldBeTrue();
        var grows = "a@" + string.Join('.', Enumerable.Repeat(new string('ñ', 38), 6)) + ".mx";
        grows.Length.ShouldBeLessThan(254);
        EmailAddress.Parse(grows, "email").IsRefused.ShouldBeTrue();
    }

    [Fact]
    public void One_mailbox_is_found_again_however_it_is_written() =>
        EmailAddress.Parse("ANA@Ejemplo.MX", "email").Value.Normalized.ShouldBe(EmailAddress.Parse("ana@ejemplo.mx", "email").Value.Normalized);

    [Fact]
    public void Lists_show_one_letter_and_the_domain() =>
        EmailAddress.Parse("maria.luna@dominio.mx", "email").Value.Masked.ShouldBe("m***@dominio.mx");
}
