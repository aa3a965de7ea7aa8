using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Sessions;

namespace OpenGov.UnitTests.Participants;

public sealed class AccountRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("ana@example.mx")]
    [InlineData(" ana.maria+plan@sub.example.mx ")]
    [InlineData("o'higgins@example.mx")]
    [InlineData("niño@example.mx")]
    public void Plain_addresses_are_taken(string address) => EmailAddress.Read("email", address).Value.ShouldBe(address.Trim());

    [Theory]
    [InlineData("ana")]
    [InlineData("ana@")]
    [InlineData("@example.mx")]
    [InlineData("ana@localhost")]
    [InlineData("ana@@example.mx")]
    [InlineData("a@b@example.mx")]
    [InlineData("Ana <ana@example.mx>")]
    [InlineData("ana@example.mx, eva@example.mx")]
    [InlineData("ana maria@example.mx")]
    [InlineData("ana\r\nBcc: eva@example.mx@example.mx")]
    [InlineData("\"ana\"@example.mx")]
    [InlineData("ana@example.mx(comment)")]
    [InlineData("\uFFFE\uFFFF@example.mx")]
    public void Anything_that_a_mail_header_could_read_otherwise_is_refused(string address) =>
        EmailAddress.Read("email", address).Refusals.Single().ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe("email_invalid"), refusal => refusal.Field.ShouldBe("email"), refusal => refusal.Status.ShouldBe(400));

    [Fact]
    public void An_address_has_at_most_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4));
        EmailAddress.Read("email", $"{new string('a', 254 - domain.Length - 1)}@{domain}").IsRefused.ShouldBeFalse();
        EmailAddress.Read("email", $"{new string('a', 255 - domain.Length - 1)}@{domain}").IsRefused.ShouldBeTrue();
        EmailAddress.Read("email", null).Refusals.Single().Code.ShouldBe("field_required");
    }

    [Theory]
    [InlineData("caballo correcto pila", null)]
    [InlineData("ñandú águila 2026", null)]
    [InlineData("K7#vQ9!zR2@w", null)]
    [InlineData("", "field_required")]
    [InlineData("K7#vQ9!zR2@", "password_too_short")]
    [InlineData("aaaaaaaaaaaaaaaa", "password_too_simple")]
    [InlineData("abababababababab", "password_too_simple")]
    [InlineData("123456789012", "password_too_simple")]
    [InlineData("987654321098", "password_too_simple")]
    [InlineData("abcdefghijklmnop", "password_too_simple")]
    [InlineData("Contraseña2026", "password_common")]
    [InlineData("Password12345!", "password_common")]
    [InlineData("xx-ANA.LOPEZ-xx", "password_contains_email")]
    [InlineData("ana.lopez@example.mx", "password_contains_email")]
    public void Passwords_are_long_and_neither_the_address_nor_a_pattern(string password, string? code) =>
        (PasswordRules.Check("password", password, "ana.lopez@example.mx").Refusals.SingleOrDefault()?.Code).ShouldBe(code);

    [Fact]
    public void A_password_of_exactly_the_bounds_is_taken()
    {
        static string OfLength(int length) => string.Concat(Enumerable.Range(0, length).Select(at => "correcta pila grapa"[at * 7 % 19]));
        PasswordRules.Check("password", OfLength(12), "x@example.mx").IsRefused.ShouldBeFalse();
        PasswordRules.Check("password", OfLength(128), "x@example.mx").IsRefused.ShouldBeFalse();
        PasswordRules.Check("password", OfLength(129), "x@example.mx").Refusals.Single().Code.ShouldBe("password_too_long");
        PasswordRules.Check("password", OfLength(11), "x@example.mx").Refusals.Single().Code.ShouldBe("password_too_short");
    }

    [Fact]
    public void An_invitation_is_open_for_seven_days_and_once()
    {
        var invitation = Invitation.For(Guid.CreateVersion7(), Secret.New(), Now);
        invitation.IsOpen(Now.AddDays(7).AddTicks(-1)).ShouldBeTrue();
        invitation.IsOpen(Now.AddDays(7)).ShouldBeFalse();
        invitation.Use(Now);
        invitation.IsOpen(Now).ShouldBeFalse();
    }

    [Fact]
    public void A_session_runs_eight_hours_after_its_last_use_and_seven_days_at_most()
    {
        var account = new Account("ana@example.mx", Named("Ana")!, Now);
        var session = Session.Start(account, Secret.New(), default, byPasskey: false, Now).Value;
        session.IsRunning(Now.AddHours(8).AddTicks(-1)).ShouldBeTrue();
        session.IsRunning(Now.AddHours(8)).ShouldBeFalse();
        session.ExpiresAt.ShouldBe(Now.AddDays(7));
        var ended = session.End(Now.AddHours(1));
        session.End(Now.AddHours(2)).EndedAt.ShouldBe(ended.EndedAt, "it ended once");
        session.IsRunning(Now.AddHours(1)).ShouldBeFalse();
    }

    [Fact]
    public void Nobody_signs_in_to_a_suspended_account_whichever_way_they_proved_who_they_are()
    {
        var account = new Account("ana@example.mx", Named("Ana")!, Now);
        account.Suspend(Now).IsRefused.ShouldBeFalse();
        Session.Start(account, Secret.New(), default, byPasskey: true, Now).Refusals.Single().ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe("account_suspended"), refusal => refusal.Status.ShouldBe(401));
        account.MayChange().Refusals.Single().ShouldSatisfyAllConditions(refusal => refusal.Code.ShouldBe("account_suspended"), refusal => refusal.Status.ShouldBe(409));
        account.LiftSuspension().IsRefused.ShouldBeFalse();
        account.MayChange().IsRefused.ShouldBeFalse();
        Session.Start(account, Secret.New(), default, byPasskey: true, Now).IsRefused.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Xóchitl Ñuñez", null)]
    [InlineData(" Анна  Иванова ", null)]
    [InlineData("Аna López", "name_mixes_scripts")]
    [InlineData("Lοpez", "name_mixes_scripts")]
    [InlineData(" ", "field_required")]
    [InlineData("Ana\u202Eana", "field_invalid")]
    public void A_persons_name_is_of_one_alphabet_and_shows_what_it_says(string given, string? code)
    {
        var fields = new Fields();
        var name = PersonName.Read(fields, "displayName", given);
        fields.Refusals.SingleOrDefault()?.Code.ShouldBe(code);
        (name is null).ShouldBe(code is not null);
        name?.Text.ShouldBe(string.Join(' ', given.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Secrets_are_256_bits_and_never_the_same()
    {
        var secrets = Enumerable.Range(0, 1000).Select(_ => Secret.New()).ToHashSet(StringComparer.Ordinal);
        secrets.Count.ShouldBe(1000);
        secrets.ShouldAllBe(secret => secret.Length == 43);
        Secret.Hash(null).Length.ShouldBe(32);
    }

    private static PersonName? Named(string name) => PersonName.Read(new Fields(), "displayName", name);
}
