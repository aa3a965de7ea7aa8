using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Directory;

/// <summary>Staff write down that another organisation stands in the place of one.</summary>
internal static class Succession
{
    /// <summary>Found by its name; more than these are told apart by typing more of it.</summary>
    private const int Offered = 30;

    public static async Task<IResult> ShowAsync(HttpContext http, DirectoryClient directory, Guid id, string? q)
    {
        var answer = await directory.OneAsync(id);
        return answer is { Ok: true, Value: { } organisation } ? await PageAsync(directory, organisation, new FormState(), q) : Pages.For(http, answer);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, DirectoryClient directory, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var succession = new { successorId = form.ValueOrNull("successorId"), on = form.Date("on"), basis = form.ValueOrNull("basis"), withRepresentatives = form.IsChecked("withRepresentatives") };
        var answer = await directory.SucceedAsync(id, succession, form.Version);
        if (answer.Ok)
            return Pages.See($"/administracion/organizaciones?listo=organisation_succeeded");
        if (answer.MustSignIn || answer.Forbidden || answer.NotFound)
            return Pages.For(http, answer);
        var shown = await directory.OneAsync(id);
        return shown is { Ok: true, Value: { } organisation } ? await PageAsync(directory, organisation, form.Refuse(answer), form.ValueOrNull("q")) : Pages.For(http, shown);
    }

    private static async Task<IResult> PageAsync(DirectoryClient directory, DirectoryEntry organisation, FormState form, string? search)
    {
        var found = string.IsNullOrWhiteSpace(search) ? null : (await directory.ListAsync(search, null, null, null, null)).Value;
        var choices = (found?.Items ?? []).Where(one => one.Id != organisation.Id).Take(Offered).Select(one => new Choice(one.Id.ToString(), one.Name)).ToList();
        return Pages.Of<SuccessionPage>(
            new SuccessionModel(organisation, choices, search, form.Set(FormState.VersionField, organisation.Version)),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

public sealed record SuccessionModel(DirectoryEntry Organisation, IReadOnlyList<Choice> Choices, string? Search, FormState Form);
