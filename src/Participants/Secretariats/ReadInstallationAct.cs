using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="Hash">SHA-256 of the text that the act approves.</param>
public sealed record ActMechanism(int Number, string Hash, DateOnly WrittenOn);

/// <param name="Rules">What was checked, with the figures of that day.</param>
/// <param name="Members">Titulars and alternates of that day.</param>
public sealed record InstallationActView(
    Guid SecretariatId, string SecretariatName, DateOnly InstalledOn, string? Place, IReadOnlyList<FindingView> Rules, DeclarationView Declaration, ActMechanism Mechanism, IReadOnlyList<HolderView> Members,
    IReadOnlyList<OfficeView> Offices, DateTimeOffset RecordedAt);

internal static class ReadInstallationAct
{
    public static async Task<Results<Ok<InstallationActView>, ProblemHttpResult>> Handle(
        Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        // Secretariats that were installed before there were acts have none.
        if (await db.InstallationActs.AsNoTracking().SingleOrDefaultAsync(row => row.SecretariatId == id, cancellationToken) is not { } act
            || await desk.ReadAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var secretariat = hand.Secretariat;
        var names = await SecretariatViews.NamesAsync(db, secretariat, cancellationToken);
        var mechanism = secretariat.Mechanisms.Single(row => row.Id == act.MechanismId);
        return TypedResults.Ok(new InstallationActView(
            id, secretariat.Name, act.InstalledOn, act.Place,
            [.. act.Findings.Select(finding => new FindingView(finding.Rule, true, null, catalog.Text(finding.Code, finding.Arguments)))],
            new DeclarationView(secretariat.DeclaredOn!.Value, secretariat.DeclaredBy, secretariat.Declaration!),
            new ActMechanism(mechanism.Number, mechanism.Hash, mechanism.WrittenOn),
            [.. secretariat.Holdings.Where(row => act.Holdings.Contains(row.Id)).Select(row => SecretariatViews.View(secretariat, row, names)).OrderBy(row => row.SeatNumber).ThenBy(row => row.Role)],
            [.. secretariat.Offices.Where(row => act.Offices.Contains(row.Id)).OrderBy(row => row.Office).Select(row => SecretariatViews.View(row, names))],
            act.RecordedAt));
    }
}
