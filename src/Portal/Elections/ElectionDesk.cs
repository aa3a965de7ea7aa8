using OpenGov.Portal.Calls;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Elections;

/// <summary>Where staff calls, proclaims and calls off elections.</summary>
internal static class ElectionDesk
{
    /// <summary>Prefix of the field of a seat.</summary>
    public const string Seat = "asiento_";

    /// <summary>The form that calls an election; the others are known by their election.</summary>
    public const string Calling = "convocar";

    /// <summary>Resolved calls to choose from, the latest; more can be sent to the service.</summary>
    private const int MostCalls = 100;

    /// <summary>Each election has a form of its own on the page.</summary>
    public static string Reason(Guid election) => $"reason_{election}";

    public static Task<IResult> ShowAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, CallsClient calls, Guid id, string? listo) =>
        PageAsync(http, elections, secretariats, calls, id, new FormState(), null, listo);

    public static async Task<IResult> CallAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, CallsClient calls, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var shown = await secretariats.SecretariatAsync(id);
        if (shown is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, shown);
        var called = new
        {
            callNumber = form.Number("callNumber"),
            seatIds = secretariat.Seats.Where(seat => form.IsChecked(Seat + seat.Id)).Select(seat => seat.Id).ToArray(),
            opensOn = form.Date("opensOn"),
            closesOn = form.Date("closesOn"),
            termFrom = form.TypedDate("termFrom"),
        };
        if (form.HasErrors)
            return await PageAsync(http, elections, secretariats, calls, id, form, Calling, null);
        var answer = await elections.CallAsync(id, called, form.Key);
        return answer.Ok ? Done(id, "election_called") : await PageAsync(http, elections, secretariats, calls, id, form.Refuse(answer), Calling, null);
    }

    public static async Task<IResult> ProclaimAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, CallsClient calls, Guid id, Guid election)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await elections.ProclaimAsync(election);
        return answer.Ok ? Done(id, "election_proclaimed") : await PageAsync(http, elections, secretariats, calls, id, form.Refuse(answer), null, null);
    }

    public static async Task<IResult> CancelAsync(HttpContext http, ElectionsClient elections, SecretariatClient secretariats, CallsClient calls, Guid id, Guid election)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await elections.CancelAsync(election, new { reason = form.ValueOrNull(Reason(election)) });
        return answer.Ok
            ? Done(id, "election_cancelled")
            : await PageAsync(http, elections, secretariats, calls, id, form.Refuse(answer, field => field == "reason" ? Reason(election) : field), election.ToString(), null);
    }

    private static IResult Done(Guid id, string what) => Pages.See($"/administracion/secretariado/{id}/elecciones?listo={what}");

    private static async Task<IResult> PageAsync(
        HttpContext http, ElectionsClient elections, SecretariatClient secretariats, CallsClient calls, Guid id, FormState form, string? act, string? done)
    {
        var (asked, list, resolved) = (secretariats.SecretariatAsync(id), elections.ListAsync(id), calls.CallsAsync("RESOLVED", null, MostCalls));
        await Task.WhenAll(asked, list, resolved);
        return await asked is { Ok: true, Value: { } secretariat }
            ? Pages.Of<ElectionDeskPage>(
                new ElectionDeskModel(secretariat, (await list).Value?.Items ?? [], [.. ((await resolved).Value?.Items ?? []).Where(call => call.Kind == "CIVIL_SOCIETY_SEATS")], form, act, done),
                form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, await asked);
    }
}

/// <param name="Act">Which of the page's forms was sent.</param>
public sealed record ElectionDeskModel(SecretariatView Secretariat, IReadOnlyList<ElectionLine> Elections, IReadOnlyList<CallLine> Calls, FormState Form, string? Act, string? Done);
