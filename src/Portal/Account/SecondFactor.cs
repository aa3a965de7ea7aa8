using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Account;

/// <summary>Turns the second step on and off. Secrets and recovery codes are shown by the answer of a POST and by no address.</summary>
internal static class SecondFactor
{
    public const string Address = "/cuenta/segundo-paso";

    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo) => PageAsync(http, participants, new FormState(), listo, StatusCodes.Status200OK);

    public static async Task<IResult> BeginAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.BeginSecondFactorAsync(form.Raw("currentPassword"));
        return answer is { Ok: true, Value: { } begun }
            ? Pages.Of<SecondFactorSetupPage>(new SecondFactorSetupModel(new FormState().Set("secret", begun.Secret).Set("address", begun.Address)))
            : await RefusedAsync(http, participants, form, answer);
    }

    public static async Task<IResult> ConfirmAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ConfirmSecondFactorAsync(form.Value("code"));
        if (answer is { Ok: true, Value: { } issued })
        {
            // The gateway asks anew what this sign-in may do: until now it may have been this and nothing else.
            SessionCookie.Renew(http);
            return Pages.Of<RecoveryCodesPage>(issued);
        }

        if (answer.MustSignIn)
            return Pages.SignInFirst(http);
        form.Refuse(answer).Set("code", "");
        return Pages.Of<SecondFactorSetupPage>(new SecondFactorSetupModel(form), StatusOf(answer));
    }

    public static async Task<IResult> ReplaceCodesAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.ReplaceRecoveryCodesAsync(form.Raw("currentPassword"));
        return answer is { Ok: true, Value: { } issued } ? Pages.Of<RecoveryCodesPage>(issued) : await RefusedAsync(http, participants, form, answer);
    }

    public static async Task<IResult> RemoveAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.RemoveSecondFactorAsync(form.Raw("currentPassword"));
        return answer.Ok ? Pages.See("/cuenta/segundo-paso?listo=second_factor_removed") : await RefusedAsync(http, participants, form, answer);
    }

    private static Task<IResult> RefusedAsync<T>(HttpContext http, ParticipantsApi participants, FormState form, Answer<T> answer) =>
        PageAsync(http, participants, form.Refuse(answer), null, StatusOf(answer));

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, FormState form, string? done, int status)
    {
        var methods = await participants.SignInMethodsAsync();
        return methods is { Ok: true, Value: { } value } ? Pages.Of<SecondFactorPage>(new SecondFactorModel(value, form, done), status) : Pages.For(http, methods);
    }

    private static int StatusOf<T>(Answer<T> answer) => answer.Away ? 503 : answer.Status == 429 ? 429 : StatusCodes.Status422UnprocessableEntity;
}

public sealed record SecondFactorModel(SignInMethods Methods, FormState Form, string? Done);

public sealed record SecondFactorSetupModel(FormState Form);
