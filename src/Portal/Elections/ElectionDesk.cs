using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Elections;

/// <summary>Where staff calls, proclaims and calls off elections.</summary>
internal static class ElectionDesk
{
    /// <summary>Prefix of the field of a seat.</summary>
    public const string Seat = "asiento_";

    public static Task<IResult> ShowAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, Guid id, string? listo) => PageAsync(http, elections, secretariats, id, new FormState(), listo);

    public static async Task<IResult> CallAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var shown = await secretariats.SecretariatAsync(id);
        if (shown is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, shown);
        var answer = await elections.CallAsync(id, new
        {
            callNumber = form.Number("callNumber"),
            seatIds = secretariat.Seats.Where(seat => form.IsChecked(Seat + seat.Id)).Select(seat => seat.Id).ToArray(),
            opensOn = form.Date("opensOn"),
            closesOn = form.Date("closesOn"),
            termFrom = form.Date("termFrom"),
        }, form.Key);
        return answer is { Ok: true, Value: { } called } ? Pages.See($"/elecciones/{called.Id}") : await PageAsync(http, elections, secretariats, id, form.Refuse(answer), null);
    }

    public static async Task<IResult> ProclaimAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, Guid id, Guid election)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await elections.ProclaimAsync(election);
        return answer.Ok ? Pages.See($"/elecciones/{election}") : await PageAsync(http, elections, secretariats, id, form.Refuse(answer), null);
    }

    public static async Task<IResult> CancelAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, Guid id, Guid election)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await elections.CancelAsync(election, new { reason = form.ValueOrNull("reason") });
        return answer.Ok ? Pages.See($"/administracion/secretariado/{id}/elecciones?listo=secretariat_changed") : await PageAsync(http, elections, secretariats, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, Guid id, FormState form, string? done)
    {
        var (asked, list) = (secretariats.SecretariatAsync(id), elections.ListAsync(id));
        await Task.WhenAll(asked, list);
        return await asked is { Ok: true, Value: { } secretariat }
            ? Pages.Of<ElectionDeskPage>(new ElectionDeskModel(secretariat, (await list).Value?.Items ?? [], form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, await asked);
    }
}

public sealed record ElectionDeskModel(SecretariatView Secretariat, IReadOnlyList<ElectionLine> Elections, FormState Form, string? Done);
