using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ActionPlans.Plans;

/// <summary>A published plan. Its content is in its versions, which never change; what stands here is of the latest one.</summary>
public sealed class Plan : AggregateRoot
{
    private Plan()
    {
    }

    public int Number { get; private init; }
    public string Identifier { get; private init; } = "";
    public string Title { get; private set; } = "";
    public DateOnly PeriodStart { get; private set; }
    public DateOnly PeriodEnd { get; private set; }
    public int PublishedVersion { get; private set; }
    public bool ExampleData { get; private set; }
    public DateTimeOffset PublishedAt { get; private set; }

    internal static Plan FirstPublished(PlanDraft draft) => new() { Id = draft.Id, Number = draft.Number, Identifier = draft.Identifier };

    /// <summary>Takes over the latest version's headings.</summary>
    internal void Show(PlanContent content, DateTimeOffset publishedAt)
    {
        Title = content.Plan.Title;
        PeriodStart = PublicationRules.Day(content.Plan.Period!.Start!);
        PeriodEnd = PublicationRules.Day(content.Plan.Period.End!);
        PublishedVersion = content.PlanVersion;
        ExampleData = content.Plan.ExampleData;
        PublishedAt = publishedAt;
    }
}

/// <summary>A version as it was published: canonical bytes, their SHA-256, and the resolution (INV-25, INV-26). The table refuses changes.</summary>
public sealed class PlanVersion
{
    public Guid PlanId { get; init; }
    public int Number { get; init; }
    public required byte[] Content { get; init; }
    public required string ContentHash { get; init; }
    public required string ApprovalNumber { get; init; }
    public string? ApprovalSession { get; init; }
    public DateOnly ApprovalAdoptedOn { get; init; }
    public string? ApprovalDocumentUrl { get; init; }

    /// <summary>The resolution of this instance on which it rests; null where it was decided on paper before.</summary>
    public Guid? ResolutionId { get; init; }

    public string? ChangeSummary { get; init; }
    public DateTimeOffset PublishedAt { get; init; }
    public Guid PublishedBy { get; init; }

    public ResolutionReference Approval => new(ApprovalNumber, ApprovalSession, ApprovalAdoptedOn, ApprovalDocumentUrl);
}
