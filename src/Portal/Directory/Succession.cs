using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Directory;

/// <summary>Staff write down that another organisation stands in the place of one, or that this was a mistake.</summary>
internal static class Succession
{
    private static readonly IReadOnlyList<string> Fields = ["successorId"];

    public static async Task<IResult> ShowAsync(HttpContext http, DirectoryClient directory, ParticipantsApi participants, Guid id)
    {
        var answer = await directory.OneAsync(id);
        return answer is { Ok: true, Value: { } organisation } ? await PageAsync(directory, participants, organisation, new FormState()) : Pages.For(http, answer);
    }

    public static async Task<IResult> HandleAsync(HttpContext http, DirectoryClient directory, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (!Finding.IsAsked(form, Fields))
        {
            var succession = new { successorId = form.ValueOrNull("successorId"), on = form.Date("on"), basis = form.ValueOrNull("basis"), withRepresentatives = form.IsChecked("withRepresentatives") };
            var answer = await directory.SucceedAsync(id, succession, form.Version);
            if (answer.Ok)
                return Pages.See("/administracion/organizaciones?listo=organisation_succeeded");
            if (answer.MustSignIn || answer.Forbidden || answer.NotFound)
                return Pages.For(http, answer);
            form.Refuse(answer);
        }

        var shown = await directory.OneAsync(id);
        return shown is { Ok: true, Value: { } organisation } ? await PageAsync(directory, participants, organisation, form) : Pages.For(http, shown);
    }

    /// <summary>The wrong organisation was written down as the successor.</summary>
    public static async Task<IResult> UndoAsync(HttpContext http, DirectoryClient directory, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await directory.UndoSuccessionAsync(id, new { reason = form.ValueOrNull("reason") }, form.Version);
        if (answer.Ok)
            return Pages.See("/administracion/organizaciones?listo=organisation_succession_undone");
        if (answer.MustSignIn || answer.Forbidden || answer.NotFound)
            return Pages.For(http, answer);
        var shown = await directory.OneAsync(id);
        return shown is { Ok: true, Value: { } organisation } ? await PageAsync(directory, participants, organisation, form.Refuse(answer)) : Pages.For(http, shown);
    }

    private static async Task<IResult> PageAsync(DirectoryClient directory, ParticipantsApi participants, DirectoryEntry organisation, FormState form)
    {
        var successor = organisation.SuccessorId is null ? null : (await directory.HistoryAsync(organisation.Id)).Value?.Successor;
        return Pages.Of<SuccessionPage>(
            new SuccessionModel(organisation, successor, await Finding.OrganisationsAsync(participants, form, Fields), form.Set(FormState.VersionField, organisation.Version)),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

/// <param name="Successor">Who stands in its place; null where nobody does, or Participants did not say it.</param>
public sealed record SuccessionModel(DirectoryEntry Organisation, RelatedOrganisation? Successor, Finding Finding, FormState Form);
