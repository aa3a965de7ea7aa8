using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>Where a seat's holder attends and votes from their own phone.</summary>
internal static class OwnSeatDesk
{
    public static Task<IResult> ShowAsync(HttpContext http, SecretariatClient secretariats, Guid id, string? listo) => PageAsync(http, secretariats, id, new FormState(), listo);

    public static async Task<IResult> ComeAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await secretariats.ComeAsync(id, form.IsChecked("remote"));
        return answer.Ok ? Pages.See($"/sesiones/{id}/mi-asiento?listo=seat_came") : answer.MustSignIn ? Pages.For(http, answer) : await PageAsync(http, secretariats, id, form.Refuse(answer), null);
    }

    public static async Task<IResult> LeaveAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await secretariats.LeaveAsync(id);
        return answer.Ok ? Pages.See($"/sesiones/{id}/mi-asiento?listo=seat_left") : answer.MustSignIn ? Pages.For(http, answer) : await PageAsync(http, secretariats, id, form.Refuse(answer), null);
    }

    /// <summary>An abstention for a conflict of interest is a choice of its own in the forms.</summary>
    internal static bool IsConflict(FormState form) => form.Value("choice") == "CONFLICT";

    public static async Task<IResult> VoteAsync(HttpContext http, SecretariatClient secretariats, Guid id, Guid motion)
    {
        var form = await FormState.ReadAsync(http.Request);
        var conflict = IsConflict(form);
        var answer = await secretariats.VoteAsync(id, motion, new { round = form.Number("round"), choice = conflict ? "ABSTENTION" : form.ValueOrNull("choice"), conflictOfInterest = conflict, conflictReason = conflict ? form.ValueOrNull("conflictReason") : null });
        return answer.Ok ? Pages.See($"/sesiones/{id}/mi-asiento?listo=vote_cast") : answer.MustSignIn ? Pages.For(http, answer) : await PageAsync(http, secretariats, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, SecretariatClient secretariats, Guid id, FormState form, string? done)
    {
        var seat = await secretariats.OwnSeatAsync(id);
        if (!seat.Ok)
            return Pages.For(http, seat);
        var session = await secretariats.SessionAsync(id);
        return session is { Ok: true, Value: { } shown }
            ? Pages.Of<OwnSeatPage>(new OwnSeatModel(shown, seat.Value!, form, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, session);
    }
}

public sealed record OwnSeatModel(SessionView Session, OwnSeat Seat, FormState Form, string? Done);
