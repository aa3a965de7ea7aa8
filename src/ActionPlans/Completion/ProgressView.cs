using System.Globalization;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.Completion;

/// <param name="Percent">One decimal, half away from zero.</param>
/// <param name="Exact">Four decimals, for export.</param>
public sealed record FractionView(string Numerator, string Denominator, string Percent, string Exact)
{
    public static FractionView Of(Fraction percent) => new(
        percent.Numerator.ToString(CultureInfo.InvariantCulture), percent.Denominator.ToString(CultureInfo.InvariantCulture), percent.Rounded(1), percent.Rounded(4));
}

/// <summary>Progress in percent as people and programs need it (SPEC §3.2).</summary>
/// <param name="Suggested">The level that the figures suggest; nobody has assessed it.</param>
public sealed record ProgressView(FractionView Verified, FractionView Reported, CompletionLevel Suggested)
{
    public static ProgressView Of(ExactProgress progress, CompletionLevel suggested) =>
        new(FractionView.Of(progress.Verified), FractionView.Of(progress.Reported), suggested);
}
