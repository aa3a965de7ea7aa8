using OpenGov.Participants.Passkeys;

namespace OpenGov.UnitTests.Participants;

public sealed class RelyingPartyTests
{
    [Theory]
    [InlineData("https://abierto.example.mx", "abierto.example.mx", "https://abierto.example.mx")]
    [InlineData("https://abierto.example.mx:8443", "abierto.example.mx", "https://abierto.example.mx:8443")]
    [InlineData("http://127.0.0.1:8080", "localhost", "http://localhost:8080")]
    [InlineData("http://localhost:8080", "localhost", "http://localhost:8080")]
    public void A_passkey_is_made_for_the_name_of_the_public_address(string address, string id, string origin)
    {
        var party = RelyingParty.Of(address).ShouldNotBeNull();
        party.Id.ShouldBe(id);
        party.Accepts(origin, crossOrigin: false).ShouldBeTrue();
        party.Accepts(origin, crossOrigin: true).ShouldBeFalse("a page inside another site's frame is not this site");
        party.Accepts(origin + ".example", crossOrigin: false).ShouldBeFalse();
        party.Accepts("https://intrusos.example", crossOrigin: false).ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://10.0.0.7")]
    [InlineData("https://[2001:db8::1]:8443")]
    public void An_address_without_a_name_has_no_passkeys(string address) => RelyingParty.Of(address).ShouldBeNull();
}
