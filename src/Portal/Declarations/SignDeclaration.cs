using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Declarations;

/// <summary>The declaration as everybody reads and prints it; who acts for somebody who is to sign, signs below the text.</summary>
internal static class SignDeclaration
{
    public const string Address = "/participa/declaratoria";

    public static Task<IResult> ShowAsync(HttpContext http, DeclarationsClient client, Visit visit, string? listo) => PageAsync(http, client, visit, new FormState(), listo);

    public static async Task<IResult> SignAsync(HttpContext http, DeclarationsClient client, Visit visit, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (!form.IsChecked("confirm"))
            return await PageAsync(http, client, visit, form.Refuse("confirm", Text.T("declaration.confirmRequired")), null);
        var answer = await client.SignAsync(id, form.ValueOrNull("textSha256"));
        if (answer.Ok)
            return Pages.See(Address + "?listo=declaration_signed");
        return answer.MustSignIn || answer.NotFound ? Pages.For(http, answer) : await PageAsync(http, client, visit, form.Refuse(answer), null);
    }

    private static async Task<IResult> PageAsync(HttpContext http, DeclarationsClient client, Visit visit, FormState form, string? done)
    {
        var answer = await client.DeclarationAsync();
        if (!answer.Ok && !answer.NotFound)
            return Pages.For(http, answer);
        return Pages.Of<DeclarationPage>(
            new DeclarationModel(answer.Value, [.. (visit.Session?.Mandates ?? []).Select(mandate => mandate.OrganisationId)], form, done),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
