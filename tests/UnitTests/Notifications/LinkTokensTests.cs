using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using OpenGov.Notifications.Subscriptions;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.UnitTests.Notifications;

public sealed class LinkTokensTests
{
    private readonly LinkTokens links = new(Key("an instance key of the tests, long enough"));

    internal static InstanceKey Key(string text) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new("OpenGov:InstanceKey", text)]).Build());

    [Fact]
    public void The_same_unsubscribe_link_can_be_made_for_every_mail_and_names_its_subscription()
    {
        var id = Guid.CreateVersion7();
        links.Unsubscribe(id).ShouldBe(links.Unsubscribe(id));
        links.SubscriptionOf(links.Unsubscribe(id)).ShouldBe(id);
    }

    [Fact]
    public void No_changed_character_of_an_unsubscribe_token_is_accepted()
    {
        var token = links.Unsubscribe(Guid.CreateVersion7());
        for (var index = 0; index < token.Length; index++)
        {
            foreach (var other in "Aa0-_Zz9=+/ ñ")
            {
                if (token[index] != other)
                    links.SubscriptionOf(token[..index] + other + token[(index + 1)..]).ShouldBeNull();
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Texts_that_this_instance_did_not_make_are_nobodys(string? token)
    {
        links.SubscriptionOf(token).ShouldBeNull();
        if (token is not { Length: 43 })
            LinkTokens.HashOf(token).ShouldBeNull();
    }

    [Fact]
    public void Another_instances_links_do_not_work_here() =>
        links.SubscriptionOf(new LinkTokens(Key("another instance key, also long enough")).Unsubscribe(Guid.CreateVersion7())).ShouldBeNull();

    [Fact]
    public void Confirmation_tokens_have_256_bits_and_only_their_hash_is_kept()
    {
        var (token, hash) = LinkTokens.NewConfirmation();
        token.Length.ShouldBe(43);
        LinkTokens.HashOf(token).ShouldBe(hash);
        LinkTokens.NewConfirmation().Token.ShouldNotBe(token);
        links.Open(links.Seal(token)).ShouldBe(token);
    }

    [Fact]
    public void Addresses_are_sealed_differently_each_time_and_hashed_alike()
    {
        var vault = new AddressVault(Key("an instance key of the tests, long enough"));
        var address = EmailAddress.Parse("ana@ejemplo.mx", "email").Value;
        vault.Seal(address).ShouldNotBe(vault.Seal(address));
        vault.HashOf(address).ShouldBe(vault.HashOf(EmailAddress.Parse("Ana@EJEMPLO.mx", "email").Value));
        vault.Open(vault.Seal(address)).ToString().ShouldBe("ana@ejemplo.mx");
        var other = new AddressVault(Key("another instance key, also long enough"));
        other.HashOf(address).ShouldNotBe(vault.HashOf(address));
        Should.Throw<CryptographicException>(() => other.Open(vault.Seal(address)));
    }
}
