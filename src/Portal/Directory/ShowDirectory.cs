using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Directory;

/// <summary>Who takes part: organisations by name, sector, kind and municipality. People only as counts (INV-51).</summary>
internal static class ShowDirectory
{
    private const int CommitmentsShown = 20;

    public static async Task<IResult> ListAsync(HttpContext http, DirectoryClient directory, string? q, string? sector, string? tipo, string? municipio, string? desde)
    {
        var (sectorCode, kind) = (Organisations.Sectors.Contains(sector) ? sector : null, Organisations.Kinds.Contains(tipo) ? tipo : null);
        // Figures stand on the first page only.
        var figures = string.IsNullOrEmpty(desde) && string.IsNullOrEmpty(q) ? directory.FiguresAsync() : null;
        var answer = await directory.ListAsync(q, sectorCode, kind, municipio, desde);
        if (answer is not { Ok: true, Value: { } list })
            return answer.Status == StatusCodes.Status400BadRequest ? Pages.NotFound(http) : Pages.For(http, answer);
        return Pages.Of<DirectoryPage>(new DirectoryModel(list, figures is null ? null : (await figures).Value, q, sectorCode, kind, municipio, desde));
    }

    public static async Task<IResult> OneAsync(HttpContext http, DirectoryClient directory, ActionPlansApi plans, Guid id)
    {
        var (one, history, commitments) = (directory.OneAsync(id), directory.HistoryAsync(id), plans.CommitmentsAsync(null, null, null, CommitmentsShown, id));
        var (answer, past, found) = (await one, await history, await commitments);
        return answer is { Ok: true, Value: { } organisation } ? Pages.Of<DirectoryEntryPage>(new DirectoryEntryModel(organisation, past.Value, found.Value)) : Pages.For(http, answer);
    }
}

/// <param name="Figures">Null on further pages, and where Participants did not answer.</param>
public sealed record DirectoryModel(
    Listing<DirectoryEntry> Organisations, IReadOnlyList<SectorFigures>? Figures, string? Search, string? Sector, string? Kind, string? Municipality, string? Cursor)
{
    public bool IsFiltered => !string.IsNullOrEmpty(Search) || Sector is not null || Kind is not null || !string.IsNullOrEmpty(Municipality);

    public string Address(string? cursor) => "/participa/directorio" + Query.Of(("q", Search), ("sector", Sector), ("tipo", Kind), ("municipio", Municipality), ("desde", cursor));
}

/// <param name="History">Null: Participants did not answer.</param>
/// <param name="Commitments">Null: ActionPlans did not answer.</param>
public sealed record DirectoryEntryModel(DirectoryEntry Organisation, OrganisationHistory? History, Listing<Commitments.CommitmentSummary>? Commitments);
