using System.Globalization;
using System.Numerics;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Completion;

/// <summary>An exact fraction in lowest terms with a positive denominator (SPEC §3.2.2). Nothing is rounded until it is shown.</summary>
public readonly record struct Fraction : IComparable<Fraction>
{
    private readonly BigInteger denominator;

    public Fraction(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new ArgumentOutOfRangeException(nameof(denominator), "A fraction has a denominator other than 0.");
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        this.denominator = denominator / divisor;
    }

    public static Fraction Zero { get; } = new(0, 1);
    public static Fraction Hundred { get; } = new(100, 1);

    public BigInteger Numerator { get; }

    /// <summary>At least 1, also in <c>default(Fraction)</c>, which is zero.</summary>
    public BigInteger Denominator => denominator.IsZero ? BigInteger.One : denominator;

    public static Fraction operator +(Fraction left, Fraction right) =>
        new((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator), left.Denominator * right.Denominator);

    public static Fraction operator *(Fraction left, Fraction right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static Fraction operator /(Fraction left, int divisor) => new(left.Numerator, left.Denominator * divisor);

    public static bool operator <(Fraction left, Fraction right) => left.CompareTo(right) < 0;
    public static bool operator >(Fraction left, Fraction right) => left.CompareTo(right) > 0;
    public static bool operator <=(Fraction left, Fraction right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Fraction left, Fraction right) => left.CompareTo(right) >= 0;

    public int CompareTo(Fraction other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public bool Equals(Fraction other) => Numerator == other.Numerator && Denominator == other.Denominator;

    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    /// <summary>Decimal text with exactly so many decimals, half away from zero (SPEC §3.2.6): 92.6829… is 92.7 and 92.68.</summary>
    public string Rounded(int decimals) => Scaled(decimals, half: true);

    /// <summary>Decimal text cut off after so many decimals. Only to explain figures that others printed this way.</summary>
    public string Truncated(int decimals) => Scaled(decimals, half: false);

    public ExactFraction ToContract() =>
        new(Numerator.ToString(CultureInfo.InvariantCulture), Denominator.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => $"{Numerator.ToString(CultureInfo.InvariantCulture)}/{Denominator.ToString(CultureInfo.InvariantCulture)}";

    private string Scaled(int decimals, bool half)
    {
        var scaled = BigInteger.Abs(Numerator) * BigInteger.Pow(10, decimals);
        var digits = half ? ((scaled * 2) + Denominator) / (Denominator * 2) : scaled / Denominator;
        var text = digits.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = Numerator.Sign < 0 && !digits.IsZero ? "-" : "";
        return decimals == 0 ? sign + text : $"{sign}{text[..^decimals]}.{text[^decimals..]}";
    }
}
