using System.Globalization;
using OpenGov.Portal.Commitments;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Notices;

/// <summary>Follow a commitment with only an e-mail address.</summary>
internal static class Follow
{
    public static Task<IResult> ShowAsync(HttpContext http, ActionPlansApi plans, string identifier) =>
        WithCommitmentAsync(http, plans, identifier, commitment => Pages.Of<FollowPage>(new FollowModel(commitment, new FormState())));

    public static Task<IResult> ShowSentAsync(HttpContext http, ActionPlansApi plans, string identifier) =>
        WithCommitmentAsync(http, plans, identifier, commitment => Pages.Of<FollowSentPage>(commitment));

    public static async Task<IResult> HandleAsync(HttpContext http, ActionPlansApi plans, NotificationsApi notifications, string identifier)
    {
        var form = await FormState.ReadAsync(http.Request);
        var found = await plans.CommitmentAsync(identifier);
        if (found is not { Ok: true, Value: { } commitment })
            return Pages.For(http, found);

        var answer = await notifications.FollowAsync(new
        {
            email = form.Value("email"),
            subject = new { kind = "COMMITMENT", id = commitment.Id },
            language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
        });
        return answer.Ok
            ? Pages.See($"/avisos/seguir/{commitment.Identifier}/enviado")
            : Pages.Of<FollowPage>(new FollowModel(commitment, form.Refuse(answer)), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> WithCommitmentAsync(HttpContext http, ActionPlansApi plans, string identifier, Func<CommitmentView, IResult> page)
    {
        var answer = await plans.CommitmentAsync(identifier);
        return answer is { Ok: true, Value: { } commitment } ? page(commitment) : Pages.For(http, answer);
    }
}

public sealed record FollowModel(CommitmentView Commitment, FormState Form);
