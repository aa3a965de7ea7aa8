using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.LegalProfile;

/// <summary>A version that was dated wrongly is withdrawn before its first day, with the reason.</summary>
internal static class WithdrawProfile
{
    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, Guid id) => PageAsync(http, participants, id, new FormState());

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.WithdrawLegalProfileAsync(id, form.ValueOrNull("reason"));
        if (answer.Ok)
            return Pages.See(LegalProfileDesk.Address + "?listo=legal_profile_withdrawn");
        return answer.MustSignIn || answer.Forbidden || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, participants, id, form.Refuse(answer));
    }

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, Guid id, FormState form)
    {
        var history = await participants.LegalProfileHistoryAsync();
        if (history is not { Ok: true, Value: { } versions })
            return Pages.For(http, history);
        return versions.Items.FirstOrDefault(version => version.Id == id) is { } found && (found.CanWithdraw || form.HasErrors)
            ? Pages.Of<WithdrawPage>(new WithdrawModel(found, form), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.NotFound(http);
    }
}
