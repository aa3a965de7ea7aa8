using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Transparency.Projections;

namespace OpenGov.UnitTests.Transparency;

public sealed class PercentageTests
{
    [Theory]
    [InlineData("0", "1", "0.0000")]
    [InlineData("100", "1", "100.0000")]
    [InlineData("200", "7", "28.5714")]
    [InlineData("3800", "41", "92.6829")]
    [InlineData("1", "20000", "0.0001")]
    [InlineData("1", "20001", "0.0000")]
    [InlineData("123456500000000000001", "100000000000000000000", "1.2346")]
    [InlineData("123454999999999999999", "100000000000000000000", "1.2345")]
    public void SPEC_3_2_6_values_have_4_decimals_rounded_half_away_from_zero(string numerator, string denominator, string value) =>
        Percentage.Of(new ExactFraction(numerator, denominator)).Value.ToString("0.0000", CultureInfo.InvariantCulture).ShouldBe(value);

    [Theory]
    [InlineData("1", "0")]
    [InlineData("-1", "2")]
    [InlineData("101", "1")]
    [InlineData("x", "1")]
    [InlineData("1.5", "1")]
    public void What_is_no_percentage_is_refused(string numerator, string denominator) =>
        Should.Throw<FormatException>(() => Percentage.Of(new ExactFraction(numerator, denominator)));

    [Fact]
    public void The_value_is_never_farther_than_half_a_unit_of_the_last_place() =>
        Prop.ForAll<PositiveInt, NonNegativeInt>((denominator, part) =>
        {
            BigInteger numerator = (long)part.Get * 100 % (((long)denominator.Get * 100) + 1);
            var percentage = Percentage.Of(new ExactFraction(numerator.ToString(CultureInfo.InvariantCulture), denominator.Get.ToString(CultureInfo.InvariantCulture)));
            var distance = BigInteger.Abs(((BigInteger)(percentage.Value * 10_000m) * denominator.Get) - (numerator * 10_000));
            return distance * 2 <= denominator.Get;
        }).QuickCheckThrowOnFailure();
}
