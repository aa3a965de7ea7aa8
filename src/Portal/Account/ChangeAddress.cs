using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Account;

internal static class ChangeAddress
{
    public static IResult Show(HttpContext http, Visit visit) =>
        visit.Session is { } session ? Pages.Of<ChangeAddressPage>(new ChangeAddressModel(session.Account.Email, new FormState())) : Pages.SignInFirst(http);

    public static async Task<IResult> HandleAsync(HttpContext http, Visit visit, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (visit.Session is not { } session)
            return Pages.SignInFirst(http);
        var answer = await participants.ChangeAddressAsync(form.Value("email"), form.Raw("currentPassword"));
        return answer.Ok
            ? Pages.See("/cuenta?listo=address_asked")
            : Pages.Of<ChangeAddressPage>(
                new ChangeAddressModel(session.Account.Email, form.Refuse(answer)), answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity);
    }
}

/// <summary>The link that confirms an address. Opening it changes nothing, because mail scanners open links; the button does.</summary>
internal static class ConfirmAddress
{
    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string token)
    {
        var answer = await participants.AddressConfirmationAsync(token);
        return answer is { Ok: true, Value: { } confirmation }
            ? Pages.Of<ConfirmAddressPage>(new ConfirmAddressModel(token, confirmation.Address, new FormState()))
            : answer.Away ? Pages.Unavailable(http) : Pages.Of<AccountLinkGonePage>(StatusCodes.Status404NotFound);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, string token)
    {
        var answer = await participants.ConfirmAddressAsync(token);
        if (answer.Ok)
            return Pages.See("/cuenta/entrar?listo=address_confirmed");
        if (answer.Away)
            return Pages.Unavailable(http);
        // The link is open and the account is kept as it is: asking for another link, as the other page says, would not help.
        return answer.Status == StatusCodes.Status409Conflict && await participants.AddressConfirmationAsync(token) is { Ok: true, Value: { } confirmation }
            ? Pages.Of<ConfirmAddressPage>(new ConfirmAddressModel(token, confirmation.Address, new FormState().Refuse(answer)), answer.Status)
            : Pages.Of<AccountLinkGonePage>(StatusCodes.Status404NotFound);
    }
}

public sealed record ChangeAddressModel(string Current, FormState Form);

public sealed record ConfirmAddressModel(string Token, string Address, FormState Form);
