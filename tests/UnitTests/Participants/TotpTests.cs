using System.Text;
using OpenGov.Participants.TwoFactor;

namespace OpenGov.UnitTests.Participants;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B, SHA-1.</summary>
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void RFC_6238_codes_are_those_of_its_appendix(long seconds, string expected) =>
        Totp.Code(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8).ShouldBe(expected);

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void A_code_of_the_step_before_or_after_is_taken_and_no_other(int seconds, bool taken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var code = Totp.Code(Secret, Totp.StepOf(now.AddSeconds(seconds)));
        (Totp.Verify(Secret, code, now, 0) is not null).ShouldBe(taken);
        (Totp.Verify(Secret, $"{code[..3]} {code[3..]}", now, 0) is not null).ShouldBe(taken);
    }

    [Fact]
    public void A_code_that_was_taken_and_any_older_are_taken_no_more()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var step = Totp.Verify(Secret, Totp.Code(Secret, Totp.StepOf(now)), now, 0)!.Value;
        Totp.Verify(Secret, Totp.Code(Secret, step), now, step).ShouldBeNull();
        Totp.Verify(Secret, Totp.Code(Secret, step - 1), now, step).ShouldBeNull();
        Totp.Verify(Secret, Totp.Code(Secret, step + 1), now, step).ShouldBe(step + 1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    [InlineData("١٢٣٤٥٦")]
    public void What_is_no_code_is_refused(string? code) => Totp.Verify(Secret, code, DateTimeOffset.FromUnixTimeSeconds(59), 0).ShouldBeNull();

    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void RFC_4648_base32_without_padding(string text, string expected) => Totp.ToBase32(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);
}
