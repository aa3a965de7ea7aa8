using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

/// <summary>Who of the staff looked at whose personal data.</summary>
internal static class Accesses
{
    public static Task<IResult> ListAsync(HttpContext http, PrivacyClient privacy, Guid? persona, Guid? quien, Guid? solicitud, string? desde) =>
        PageAsync(http, privacy, new AccessFilter(persona, quien, solicitud), desde, new FormState());

    /// <summary>By the whole address. It is sent in a form: addresses of pages stand in logs and histories.</summary>
    public static async Task<IResult> FindAsync(HttpContext http, PrivacyClient privacy, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.FindAccountAsync(form.Value("email"));
        if (answer is { Ok: true, Value: { } found })
            return Pages.See($"/administracion/accesos?{(form.Value("part") == "quien" ? "quien" : "persona")}={found.Id}");
        return answer.MustSignIn || answer.Forbidden ? Pages.For(http, answer) : await PageAsync(http, privacy, new AccessFilter(null, null, null), null, form.Refuse(answer));
    }

    private static async Task<IResult> PageAsync(HttpContext http, PrivacyClient privacy, AccessFilter filter, string? cursor, FormState form)
    {
        var answer = await privacy.AccessesAsync(filter.Subject, filter.By, filter.Request, cursor);
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<AccessesPage>(new AccessesModel(list, filter, cursor, form), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }
}

/// <summary>Whose data, by whom, of which request; each null where it does not matter.</summary>
public sealed record AccessFilter(Guid? Subject, Guid? By, Guid? Request)
{
    public bool IsNone => Subject is null && By is null && Request is null;

    public string Address(string? cursor = null) => "/administracion/accesos" + Query.Of(("persona", Subject), ("quien", By), ("solicitud", Request), ("desde", cursor));
}

public sealed record AccessesModel(Listing<AccessView> Accesses, AccessFilter Filter, string? Cursor, FormState Form);
