using System.Globalization;
using System.Numerics;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.Transparency.Projections;

/// <summary>An exact fraction and its value with 4 decimals, half away from zero, never truncated (SPEC §3.2.6).</summary>
/// <remarks>Computed on whole numbers: PostgreSQL would round a quotient that is rounded already.</remarks>
internal sealed record Percentage(BigInteger Numerator, BigInteger Denominator, decimal Value)
{
    private const int Scale = 10_000;

    /// <exception cref="FormatException">Not a fraction of whole numbers, or not from 0 to 100.</exception>
    public static Percentage Of(ExactFraction fraction)
    {
        var numerator = BigInteger.Parse(fraction.Numerator, NumberStyles.None, CultureInfo.InvariantCulture);
        var denominator = BigInteger.Parse(fraction.Denominator, NumberStyles.None, CultureInfo.InvariantCulture);
        if (denominator.IsZero || numerator > denominator * 100)
            throw new FormatException($"{fraction.Numerator}/{fraction.Denominator} is not a percentage.");
        var scaled = ((numerator * Scale * 2) + denominator) / (denominator * 2);
        return new Percentage(numerator, denominator, (decimal)scaled / Scale);
    }
}
