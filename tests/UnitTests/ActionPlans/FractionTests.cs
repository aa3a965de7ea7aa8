using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OpenGov.ActionPlans.Completion;

namespace OpenGov.UnitTests.ActionPlans;

public sealed class FractionTests
{
    private static readonly Gen<Fraction> Fractions =
        from numerator in Gen.Choose(-10_000, 10_000)
        from denominator in Gen.Choose(1, 997)
        select new Fraction(numerator, denominator);

    /// <summary>The vectors of SPEC §3.2, and the four-decimal values of §3.1.</summary>
    [Theory]
    [InlineData(38, 41, "92.7", "92.6829")]
    [InlineData(38, 42, "90.5", "90.4762")]
    [InlineData(24, 41, "58.5", "58.5366")]
    [InlineData(24, 42, "57.1", "57.1429")]
    [InlineData(31, 41, "75.6", "75.6098")]
    [InlineData(31, 42, "73.8", "73.8095")]
    [InlineData(13, 62, "21.0", "20.9677")]
    [InlineData(4, 62, "6.5", "6.4516")]
    [InlineData(1, 62, "1.6", "1.6129")]
    [InlineData(3, 62, "4.8", "4.8387")]
    [InlineData(0, 5, "0.0", "0.0000")]
    [InlineData(5, 5, "100.0", "100.0000")]
    public void SPEC_3_2_vectors(int numerator, int denominator, string percent, string exact) =>
        Rate.Of(numerator, denominator).ShouldBe(new Rate(numerator, denominator, percent, exact));

    [Fact]
    public void SPEC_3_2_nothing_to_count_is_no_aplica_and_never_0_or_100()
    {
        Rate.Of(0, 0).Percent.ShouldBeNull();
        Rate.Of(0, 0).Exact.ShouldBeNull();
        MeanProgress.Of([]).Percent.ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 8, 2, "0.13")]
    [InlineData(-1, 8, 2, "-0.13")]
    [InlineData(1, 20, 1, "0.1")]
    [InlineData(-1, 20, 1, "-0.1")]
    [InlineData(-1, 21, 1, "0.0")]
    [InlineData(199, 2, 0, "100")]
    [InlineData(9999, 100, 1, "100.0")]
    public void SPEC_3_2_6_rounds_half_away_from_zero(int numerator, int denominator, int decimals, string expected) =>
        new Fraction(numerator, denominator).Rounded(decimals).ShouldBe(expected);

    [Fact]
    public void Truncation_is_a_different_figure()
    {
        new Fraction(3800, 41).Truncated(0).ShouldBe("92");
        new Fraction(3800, 41).Rounded(0).ShouldBe("93");
        new Fraction(400, 62).Truncated(1).ShouldBe("6.4");
    }

    [Fact]
    public void It_is_always_in_lowest_terms_with_a_positive_denominator() => Prop.ForAll(
        (from numerator in Gen.Choose(-500, 500) from denominator in Gen.Choose(-500, 500).Where(one => one != 0) select (numerator, denominator)).ToArbitrary(),
        pair =>
        {
            var fraction = new Fraction(pair.numerator, pair.denominator);
            return fraction.Denominator >= 1
                && BigInteger.GreatestCommonDivisor(fraction.Numerator, fraction.Denominator).IsOne
                && fraction.Numerator * pair.denominator == fraction.Denominator * pair.numerator;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Addition_is_exact_in_any_order() => Prop.ForAll(
        (from a in Fractions from b in Fractions from c in Fractions select (a, b, c)).ToArbitrary(),
        three => (three.a + three.b) + three.c == three.c + (three.b + three.a) && three.a + Fraction.Zero == three.a).QuickCheckThrowOnFailure();

    [Fact]
    public void Rounding_is_off_by_half_a_step_at_most() => Prop.ForAll(Fractions.ToArbitrary(), fraction =>
    {
        var shown = new Fraction(BigInteger.Parse(fraction.Rounded(1).Replace(".", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture), 10);
        var error = fraction + (shown * new Fraction(-1, 1));
        return error <= new Fraction(1, 20) && error >= new Fraction(-1, 20);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_default_value_is_zero()
    {
        default(Fraction).ShouldBe(Fraction.Zero);
        default(Fraction).GetHashCode().ShouldBe(Fraction.Zero.GetHashCode());
        Should.Throw<ArgumentOutOfRangeException>(() => new Fraction(1, 0));
    }
}
