using System.Globalization;
using System.Numerics;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.Notifications.Commitments;

/// <summary>What a mail says of a fact: public text only, no person is named in it.</summary>
internal sealed record NoticeContent
{
    public string? Activity { get; init; }
    public ActivityStatus? From { get; init; }
    public ActivityStatus? To { get; init; }
    public string? Text { get; init; }
    public string? Period { get; init; }
    public string? By { get; init; }
    public int EvidenceCount { get; init; }
    public ExactFraction? Verified { get; init; }
    public ExactFraction? Reported { get; init; }
    public string? Resolution { get; init; }
    public DateOnly? ResolutionDate { get; init; }
}

internal static class Percent
{
    /// <summary>An exact fraction of percent with one decimal, half away from zero, never truncated (SPEC §3.2, 6): 200/7 is 28.6.</summary>
    public static string Text(ExactFraction fraction, CultureInfo culture)
    {
        var numerator = BigInteger.Parse(fraction.Numerator, CultureInfo.InvariantCulture);
        var denominator = BigInteger.Parse(fraction.Denominator, CultureInfo.InvariantCulture);
        var tenths = ((numerator * 20) + denominator) / (denominator * 2);
        return ((decimal)tenths / 10).ToString("0.0", culture);
    }
}
