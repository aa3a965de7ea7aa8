using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Mechanisms;

internal static class MechanismPages
{
    public static void MapMechanisms(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/secretariado/{id:guid}/mecanismo", ["GET", "HEAD"], OneAsync);
        pages.MapMethods("/mecanismos/{id:guid}", ["GET", "HEAD"], ProposalAsync);

        var staff = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("/secretariado/{id:guid}/mecanismo", MechanismDesk.FormAsync);
        staff.MapPost("/secretariado/{id:guid}/mecanismo", MechanismDesk.WriteAsync);
        staff.MapGet("/mecanismos/{id:guid}", MechanismDesk.ShowAsync);
        staff.MapPost("/mecanismos/{id:guid}/{act}", MechanismDesk.ActAsync);
    }

    /// <param name="version">An older one; the one in force where it is missing.</param>
    private static async Task<IResult> OneAsync(HttpContext http, MechanismsClient mechanisms, Guid id, int? version)
    {
        var (asked, proposals) = (mechanisms.HistoryAsync(id), mechanisms.ProposalsAsync(id));
        await Task.WhenAll(asked, proposals);
        if (await asked is not { Ok: true, Value: { } history })
            return Pages.For(http, await asked);
        var shown = history.InForce;
        if (version is { } number && number != shown?.Number)
        {
            var older = await mechanisms.VersionAsync(id, number);
            if (older is not { Ok: true, Value: { } written })
                return Pages.For(http, older);
            shown = written;
        }

        return Pages.Of<MechanismPage>(new MechanismModel(history, shown, (await proposals).Value?.Items ?? []));
    }

    private static async Task<IResult> ProposalAsync(HttpContext http, MechanismsClient mechanisms, Guid id)
    {
        var answer = await mechanisms.ProposalAsync(id);
        return answer is { Ok: true, Value: { } proposal } ? Pages.Of<ProposalPage>(proposal) : Pages.For(http, answer);
    }
}

/// <param name="Shown">The version that the page shows; null while nothing is written.</param>
public sealed record MechanismModel(MechanismHistory History, MechanismView? Shown, IReadOnlyList<MechanismProposalLine> Proposals)
{
    public bool IsInForce => Shown?.Number == History.InForce?.Number;
}
