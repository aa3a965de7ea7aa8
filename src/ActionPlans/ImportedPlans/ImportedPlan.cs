using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.ImportedPlans;

/// <summary>
/// A plan of another exercise, kept as its source prints it. It is no aggregate of the exercise: no facts, no totals, no
/// identifiers of ours.
/// </summary>
public sealed class ImportedPlan : AggregateRoot
{
    private ImportedPlan()
    {
    }

    public string Slug { get; private init; } = "";
    public string Title { get; private set; } = "";
    public string Jurisdiction { get; private set; } = "";
    public JurisdictionLevel Level { get; private set; }
    public string? CveEnt { get; private set; }

    /// <summary>As printed: 2019/2020, 2011-09/2013, or null.</summary>
    public string? Period { get; private set; }

    public int CommitmentCount { get; private set; }

    /// <summary>The document in canonical JSON.</summary>
    public byte[] Content { get; private set; } = [];

    public DateTimeOffset ImportedAt { get; private set; }

    public PlanDocument Document => CanonicalJson.Read<PlanDocument>(Content);

    public static ImportedPlan Begin(string slug) => new() { Id = Guid.CreateVersion7(), Slug = slug };

    public void Replace(PlanDocument document, DateTimeOffset now)
    {
        Title = document.Title;
        Jurisdiction = document.Jurisdiction.Name;
        Level = document.Jurisdiction.Level;
        CveEnt = document.Jurisdiction.CveEnt;
        Period = document.Period is { } period && (period.Start ?? period.End) is not null ? $"{period.Start}/{period.End}" : null;
        CommitmentCount = document.Commitments.Count;
        Content = CanonicalJson.Serialize(document);
        ImportedAt = now;
    }
}
