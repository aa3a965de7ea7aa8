using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

internal static class Accounts
{
    public static readonly IReadOnlyList<string> Roles = ["ADMINISTRATOR", "EXECUTIVE_SECRETARY", "OPERATOR"];

    public static Task<IResult> ListAsync(HttpContext http, ParticipantsApi participants, string? desde) => ListAsync(http, participants, desde, new FormState());

    public static async Task<IResult> FindAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.FindAccountAsync(form.Value("email"));
        if (answer is { Ok: true, Value: { } found })
            return Pages.See($"/administracion/cuentas/{found.Id}");
        return answer.MustSignIn || answer.Forbidden ? Pages.For(http, answer) : await ListAsync(http, participants, null, form.Refuse(answer));
    }

    private static async Task<IResult> ListAsync(HttpContext http, ParticipantsApi participants, string? desde, FormState search)
    {
        var answer = await participants.AccountsAsync(desde);
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<AccountsPage>(new AccountsModel(list, desde, search), search.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }

    public static IResult ShowNew() => Pages.Of<NewAccountPage>(new FormState());

    public static async Task<IResult> InviteAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.CreateAccountAsync(new { email = form.Value("email"), displayName = form.Value("displayName") });

        // Not redirected: the link is a secret that is shown once and stored nowhere. Reloading sends the form again, which
        // is refused because the address is taken.
        if (answer is { Ok: true, Value: { } created })
            return Pages.Of<InvitedPage>(new InvitedModel(created, form.Value("displayName")));
        return answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : Pages.Of<NewAccountPage>(form.Refuse(answer), answer.Away ? 503 : StatusCodes.Status422UnprocessableEntity);
    }

    public static async Task<IResult> InviteAgainAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var account = await participants.AccountAsync(id);
        var answer = await participants.InviteAgainAsync(id);
        return answer is { Ok: true, Value: { } created }
            ? Pages.Of<InvitedPage>(new InvitedModel(created, account.Value?.DisplayName ?? ""))
            // Finished or suspended since the page was shown: it says so, with what can be done now.
            : answer.Status == StatusCodes.Status409Conflict
                ? await PageAsync(http, participants, id, new FormState().Refuse(answer), new FormState(), null)
                : Pages.For(http, answer);
    }

    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, Guid id, string? listo) =>
        await PageAsync(http, participants, id, new FormState(), new FormState(), listo);

    public static async Task<IResult> AssignPostAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await participants.AssignPostAsync(id, new { role = form.ValueOrNull("role"), from = Layout.Format.StartOf(form.Date("from")), until = Layout.Format.EndOf(form.Date("until")) }, form.Key);
        return answer.Ok ? See(id, "post_assigned") : await PageAsync(http, participants, id, form.Refuse(answer), new FormState(), null);
    }

    public static async Task<IResult> GrantMandateAsync(HttpContext http, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (Finding.IsAsked(form, "organisationId"))
            return await PageAsync(http, participants, id, new FormState(), form, null);
        var mandate = new { organisationId = form.ValueOrNull("organisationId"), from = Layout.Format.StartOf(form.Date("mandateFrom")), until = Layout.Format.EndOf(form.Date("mandateUntil")) };
        var answer = await participants.GrantMandateAsync(id, mandate, form.Key);
        return answer.Ok
            ? See(id, "mandate_granted")
            : await PageAsync(http, participants, id, new FormState(), form.Refuse(answer, field => field switch { "from" => "mandateFrom", "until" => "mandateUntil", _ => field }), null);
    }

    public static Task<IResult> SendPasswordResetAsync(HttpContext http, ParticipantsApi participants, Guid id) =>
        ActAsync(http, participants, id, participants.SendPasswordResetAsync, "account_reset_sent");

    public static Task<IResult> SuspendAsync(HttpContext http, ParticipantsApi participants, Guid id) =>
        ActAsync(http, participants, id, participants.SuspendAccountAsync, "account_suspended");

    public static Task<IResult> LiftSuspensionAsync(HttpContext http, ParticipantsApi participants, Guid id) =>
        ActAsync(http, participants, id, participants.LiftSuspensionAsync, "account_suspension_lifted");

    public static Task<IResult> EndSessionsAsync(HttpContext http, ParticipantsApi participants, Guid id) =>
        ActAsync(http, participants, id, participants.EndSessionsOfAsync, "account_sessions_ended");

    public static async Task<IResult> EndPostAsync(HttpContext http, ParticipantsApi participants, Guid id, Guid post)
    {
        var answer = await participants.EndPostAsync(post);
        return answer.Ok ? See(id, "post_ended") : await PageAsync(http, participants, id, new FormState().Refuse(answer), new FormState(), null);
    }

    public static async Task<IResult> EndMandateAsync(HttpContext http, ParticipantsApi participants, Guid id, Guid mandate)
    {
        var answer = await participants.EndMandateAsync(mandate);
        return answer.Ok ? See(id, "mandate_ended") : await PageAsync(http, participants, id, new FormState(), new FormState().Refuse(answer), null);
    }

    private static async Task<IResult> ActAsync(HttpContext http, ParticipantsApi participants, Guid id, Func<Guid, Task<Answer<Nothing>>> act, string done)
    {
        var answer = await act(id);
        return answer.Ok ? See(id, done) : await PageAsync(http, participants, id, new FormState().Refuse(answer), new FormState(), null);
    }

    private static IResult See(Guid id, string done) => Pages.See($"/administracion/cuentas/{id}?listo={done}");

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, Guid id, FormState post, FormState mandate, string? done)
    {
        var answer = await participants.AccountAsync(id);
        if (answer is not { Ok: true, Value: { } account })
            return Pages.For(http, answer);
        return Pages.Of<AccountAdministrationPage>(
            new AccountAdministrationModel(account, await Finding.OrganisationsAsync(participants, mandate, ["organisationId"]), post, mandate, done),
            post.HasErrors || mandate.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

public sealed record AccountsModel(Listing<AccountView> Accounts, string? Cursor, FormState Search);

public sealed record InvitedModel(CreatedAccount Account, string DisplayName);

public sealed record AccountAdministrationModel(AccountView Account, Finding Organisations, FormState Post, FormState Mandate, string? Done);
