namespace OpenGov.Benchmarks.Harness;

/// <summary>Middle, smallest and largest of some values.</summary>
public sealed record Spread(double Median, double Least, double Most)
{
    /// <param name="values">At least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("There is nothing to summarise.", nameof(values));
        return new Spread(Percentile(sorted, 50), sorted[0], sorted[^1]);
    }

    /// <summary>The value below which <paramref name="percent"/> of the values lie, between neighbours in proportion.</summary>
    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="percent">From 0 to 100.</param>
    public static double Percentile(IReadOnlyList<double> sorted, double percent)
    {
        var place = percent / 100 * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}

/// <summary>What must be reached: a bound on one figure.</summary>
/// <param name="AtLeast">False: at most.</param>
public sealed record Target(double Bound, bool AtLeast = true)
{
    public bool IsReached(double value) => AtLeast ? value >= Bound : value <= Bound;

    public override string ToString() => FormattableString.Invariant($"{(AtLeast ? "≥" : "≤")} {Bound}");
}

/// <summary>Ours beside a peer's, measured in turns in one run. The ratio is taken round by round: what slows the machine slows both.</summary>
/// <param name="Unit">Of the figures, for example requests a second.</param>
public sealed record Comparison(string Name, string Unit, string Ours, string Peer, IReadOnlyList<double> OurFigures, IReadOnlyList<double> PeerFigures, Target? Target)
{
    public Spread Ratio => Spread.Of(OurFigures.Zip(PeerFigures, (ours, peer) => ours / peer));

    /// <summary>Null without a target.</summary>
    public bool? IsReached => Target?.IsReached(Ratio.Median);
}

/// <summary>A figure that stands for itself.</summary>
public sealed record Figure(string Name, string Unit, double Value, Target? Target = null)
{
    public bool? IsReached => Target?.IsReached(Value);
}

/// <summary>Runs sides in turns: A B A B …, so that neither has the quieter part of the run.</summary>
public static class Interleaved
{
    /// <param name="rounds">How often each side is measured.</param>
    /// <param name="sides">What measures one round and answers its figure.</param>
    /// <returns>The figures of each side, in the order of the sides.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<double>>> RunAsync(int rounds, params IReadOnlyList<Func<Task<double>>> sides)
    {
        var figures = sides.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var side = 0; side < sides.Count; side++)
                figures[side].Add(await sides[side]());
        }

        return figures;
    }
}
