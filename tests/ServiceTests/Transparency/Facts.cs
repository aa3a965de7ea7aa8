using System.Globalization;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.ServiceTests.Transparency;

/// <summary>Facts of a small exercise as their owners would tell them. All of it is invented.</summary>
internal static class Facts
{
    public static readonly DateTimeOffset PublishedAt = new(2026, 3, 1, 18, 4, 5, 123, TimeSpan.Zero);
    public static readonly ResponsibleParty Ministry = new(new Guid("01900000-0000-7000-8000-000000000001"), "Secretaría de la Contraloría", "Dirección de Transparencia");
    public static readonly ResponsibleParty Observatory = new(new Guid("01900000-0000-7000-8000-000000000002"), "Observatorio Ciudadano", null);

    public static InstanceConfiguredV1 Instance(string name = "Gobierno Abierto Estado de México") => new(
        Guid.CreateVersion7(), 1, "15", "MX-MEX", "México", name, Guid.CreateVersion7(), "Infoem", "https://ga.example.mx", ["es"], true);

    public static PlanPublishedV1 Plan(Guid id, string identifier = "MX-MEX-PAL01", int version = 1, string title = "Plan de Acción Local", bool exampleData = true) => new(
        id, version, identifier, version, "15", title, "Un gobierno abierto", new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), new string('a', 64),
        new ResolutionReference("STL/02/2026", "Segunda sesión", new DateOnly(2026, 2, 20), null), version == 1 ? null : "Se ajustó una actividad.", 1, exampleData, PublishedAt);

    public static CommitmentPublishedV1 Commitment(Guid id, Guid planId, int number, IReadOnlyList<PublishedKeyAction> keyActions, int version = 1, int planVersion = 1,
        string plan = "MX-MEX-PAL01", string title = "Compras públicas abiertas", CommitmentStatus status = CommitmentStatus.Published) => new(
        id, version, planId, plan, planVersion, string.Create(CultureInfo.InvariantCulture, $"{plan}-C{number:00}"), number, null, title, CommitmentKind.Cocreated,
        [CommitmentType.Tool, CommitmentType.ProcessImprovement], "PRESUPUESTO", [Pillar.Transparency, Pillar.Participation],
        "No se sabe en qué se gasta.", "Publicar los contratos.", [Ministry], [Observatory], ["15", "15106"], ["16.6"],
        [new PublishedIndicator("Contratos publicados", "porcentaje", null, "100", "2026")], keyActions, Progress("0", "1", "0", "1", CompletionLevel.NoEvidence), status, PublishedAt);

    public static PublishedKeyAction KeyAction(Guid id, int number, int weight, params PublishedActivity[] activities) =>
        new(id, number, string.Create(CultureInfo.InvariantCulture, $"Acción clave {number}"), weight, activities);

    public static PublishedActivity Activity(Guid id, int number, ActivityStatus status = ActivityStatus.NotStarted) =>
        new(id, number, string.Create(CultureInfo.InvariantCulture, $"Actividad {number}"), new DateOnly(2026, 2, 1), new DateOnly(2026, 6, 30), Ministry, "Minuta publicada", status);

    public static ProgressReportedV1 Report(CommitmentPublishedV1 commitment, PublishedKeyAction keyAction, PublishedActivity activity, ActivityStatus to, CommitmentProgress progress,
        int version = 2, string explanation = "Se publicó la minuta.", params PublishedEvidence[] evidence) => new(
        commitment.AggregateId, version, Guid.CreateVersion7(), commitment.PlanId, commitment.Identifier, keyAction.Id, activity.Id, activity.Title, activity.Status, to,
        explanation, "2026-Q1", Ministry, evidence, progress, PublishedAt.AddDays(version));

    public static ActivityVerifiedV1 Verification(CommitmentPublishedV1 commitment, PublishedKeyAction keyAction, PublishedActivity activity, ActivityStatus to, CommitmentProgress progress,
        int version = 3) => new(
        commitment.AggregateId, version, Guid.CreateVersion7(), commitment.PlanId, commitment.Identifier, keyAction.Id, activity.Id, activity.Title, ActivityStatus.Completed, to,
        "Se revisó la minuta.", Observatory, progress, PublishedAt.AddDays(version));

    public static CommitmentProgress Progress(string verified, string verifiedOver, string reported, string reportedOver, CompletionLevel suggested = CompletionLevel.Limited) =>
        new(new ExactFraction(verified, verifiedOver), new ExactFraction(reported, reportedOver), suggested);

    /// <summary>A plan with one commitment, two key actions (weights 30 and 70) and three activities.</summary>
    public static (PlanPublishedV1 Plan, CommitmentPublishedV1 Commitment) Exercise(string identifier = "MX-MEX-PAL01", string title = "Compras públicas abiertas")
    {
        var plan = Plan(Guid.CreateVersion7(), identifier);
        var commitment = Commitment(
            Guid.CreateVersion7(), plan.AggregateId, 1,
            [
                KeyAction(Guid.CreateVersion7(), 1, 30, Activity(Guid.CreateVersion7(), 1)),
                KeyAction(Guid.CreateVersion7(), 2, 70, Activity(Guid.CreateVersion7(), 1), Activity(Guid.CreateVersion7(), 2)),
            ],
            plan: identifier, title: title);
        return (plan, commitment);
    }

    public static IIntegrationEvent[] All(PlanPublishedV1 plan, CommitmentPublishedV1 commitment) => [plan, commitment];
}
