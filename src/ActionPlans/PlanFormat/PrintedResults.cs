using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using OpenGov.Contracts.ActionPlans.V1;

namespace OpenGov.ActionPlans.PlanFormat;

[Description("Results as the source prints them. They are kept as they are; what we recompute stands beside them with every discrepancy (SPEC §3.1).")]
public sealed record PrintedResults
{
    public PrintedHeadline? Headline { get; init; }

    [MaxLength(20)]
    public IReadOnlyList<PrintedGroup> Groups { get; init; } = [];

    [MaxLength(300)]
    public string? Source { get; init; }

    [MaxLength(20), Items(2000)]
    public IReadOnlyList<string> Notes { get; init; } = [];
}

[Description("A headline such as \"38 de 41 = 92 % de cumplimiento\".")]
public sealed record PrintedHeadline
{
    [MaxLength(500)]
    public required string Text { get; init; }

    [Range(0, 100_000)]
    public int? Numerator { get; init; }

    [Range(0, 100_000)]
    public int? Denominator { get; init; }

    [Description("The printed number without the sign, with its printed decimals: \"92\" or \"6.4\"."), RegularExpression("^[0-9]{1,3}(\\.[0-9]{1,6})?$")]
    public string? PercentAsPrinted { get; init; }
}

public sealed record PrintedGroup
{
    [MaxLength(300)]
    public required string Name { get; init; }

    [Description("The total that the heading gives."), Range(0, 100_000)]
    public int? HeadingTotal { get; init; }

    [MaxLength(20)]
    public IReadOnlyList<PrintedBucket> Buckets { get; init; } = [];
}

public sealed record PrintedBucket
{
    [Description("The word in the source."), MaxLength(200)]
    public required string Label { get; init; }

    [Description("Our reading of the word: cumplido COMPLETE, cumplido (parcial) SUBSTANTIAL, en proceso LIMITED (SPEC §3.2.1).")]
    public CompletionLevel? Level { get; init; }

    [Range(0, 100_000)]
    public required int Count { get; init; }

    [MaxLength(300)]
    public string? Topic { get; init; }
}
