using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Groups;

/// <summary>Where staff proposes groups, and starts and ends them with the resolutions about them.</summary>
internal static class GroupDesk
{
    /// <summary>Rows for members in the form; more join once the group is there.</summary>
    public const int MemberRows = 8;

    private static IEnumerable<string> MemberFields => Enumerable.Range(0, MemberRows).Select(row => $"member{row}");

    public static Task<IResult> ListAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, ParticipantsApi participants, Guid id) =>
        ListPageAsync(http, groups, secretariats, participants, id, new FormState());

    public static async Task<IResult> ProposeAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, ParticipantsApi participants, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (Finding.IsAsked(form, MemberFields))
            return await ListPageAsync(http, groups, secretariats, participants, id, form);
        var rows = MemberFields.Select(field => Id(form, field)).ToList();
        var answer = await groups.ProposeAsync(id, new
        {
            kind = form.ValueOrNull("kind"),
            name = form.ValueOrNull("name"),
            mandate = form.ValueOrNull("mandate"),
            until = form.Date("until"),
            // The first row is who coordinates.
            members = rows.Select((organisation, row) => (organisation, row)).Where(pair => pair.organisation is not null).Select(pair => new { organisationId = pair.organisation, coordinates = pair.row == 0 }).ToArray(),
        }, form.Key);
        return answer is { Ok: true, Value: { } proposed }
            ? Pages.See($"/administracion/grupos/{proposed.Id}?listo=secretariat_changed")
            : await ListPageAsync(http, groups, secretariats, participants, id, form.Refuse(answer, field => field == "members" ? "member0" : field));
    }

    public static Task<IResult> ShowAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, ParticipantsApi participants, Guid id, string? listo) =>
        PageAsync(http, groups, secretariats, participants, id, new FormState(), null, listo);

    public static async Task<IResult> ActAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, ParticipantsApi participants, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        (string Path, object? Body)? asked = act switch
        {
            "inicio" => ("start", new { resolutionId = Id(form, "startedBy") }),
            "fin" => ("end", new { resolutionId = Id(form, "endedBy"), reason = form.ValueOrNull("reason") }),
            "retiro" => ("withdrawal", null),
            "integrantes" => ("members", new { organisationId = Id(form, "organisationId"), coordinates = form.IsChecked("coordinates") }),
            "salidas" when Id(form, "memberId") is { } member => ($"members/{member}/end", null),
            _ => null,
        };
        if (act == "integrantes" && Finding.IsAsked(form, "organisationId"))
            return await PageAsync(http, groups, secretariats, participants, id, form, act, null);
        if (asked is not { } request)
            return Pages.NotFound(http);
        var answer = await groups.ActAsync(id, request.Path, request.Body, form.Key);
        return answer.Ok
            ? Pages.See($"/administracion/grupos/{id}?listo=secretariat_changed")
            : await PageAsync(http, groups, secretariats, participants, id, form.Refuse(answer, field => field != "resolutionId" ? field : act == "fin" ? "endedBy" : "startedBy"), act, null);
    }

    private static Guid? Id(FormState form, string field) => Guid.TryParse(form.Value(field), out var id) ? id : null;

    private static async Task<IResult> ListPageAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, ParticipantsApi participants, Guid id, FormState form)
    {
        var (asked, list, organisations) = (secretariats.SecretariatAsync(id), groups.ListAsync(id), Finding.OrganisationsAsync(participants, form, MemberFields));
        await Task.WhenAll(asked, list, organisations);
        return await asked is { Ok: true, Value: { } secretariat }
            ? Pages.Of<GroupDeskPage>(
                new GroupDeskModel(secretariat, (await list).Value?.Items ?? [], await organisations, form), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, await asked);
    }

    private static async Task<IResult> PageAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, ParticipantsApi participants, Guid id, FormState form, string? act, string? done)
    {
        var answer = await groups.OneAsync(id);
        if (answer is not { Ok: true, Value: { } group })
            return Pages.For(http, answer);
        var (organisations, resolutions) = (Finding.OrganisationsAsync(participants, form, ["organisationId"]), secretariats.ResolutionsAboutAsync(group.SecretariatId, id));
        await Task.WhenAll(organisations, resolutions);
        return Pages.Of<GroupWorkPage>(
            new GroupWorkModel(group, await organisations, [.. ((await resolutions).Value?.Items ?? []).Where(row => row.SupersededById is null)], form, act, done),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

public sealed record GroupDeskModel(SecretariatView Secretariat, IReadOnlyList<GroupLine> Groups, Finding Organisations, FormState Form);

/// <param name="Resolutions">About this group, in force.</param>
/// <param name="Act">Which of the page's forms was sent.</param>
public sealed record GroupWorkModel(GroupView Group, Finding Organisations, IReadOnlyList<ResolutionView> Resolutions, FormState Form, string? Act, string? Done)
{
    public FormState Of(string act) => act == Act ? Form : new FormState();
}
