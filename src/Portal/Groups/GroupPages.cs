using OpenGov.Portal.Administration;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Groups;

internal static class GroupPages
{
    public static void MapGroups(this RouteGroupBuilder pages)
    {
        pages.MapMethods("/secretariado/{id:guid}/grupos", ["GET", "HEAD"], ListAsync);
        pages.MapMethods("/grupos/{id:guid}", ["GET", "HEAD"], OneAsync);

        var staff = pages.MapGroup("/administracion").WithMetadata(new PersonalPage()).AddEndpointFilter<StaffOnly>();
        staff.MapGet("/secretariado/{id:guid}/grupos", GroupDesk.ListAsync);
        staff.MapPost("/secretariado/{id:guid}/grupos", GroupDesk.ProposeAsync);
        staff.MapGet("/grupos/{id:guid}", GroupDesk.ShowAsync);
        staff.MapPost("/grupos/{id:guid}/{act}", GroupDesk.ActAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, GroupsClient groups, SecretariatClient secretariats, Guid id, string? cursor)
    {
        var (asked, list) = (secretariats.SecretariatAsync(id), groups.ListAsync(id, cursor));
        await Task.WhenAll(asked, list);
        if (await asked is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, await asked);
        return await list is { Ok: true, Value: { } found } ? Pages.Of<GroupsPage>(new GroupsModel(secretariat, found)) : Pages.For(http, await list);
    }

    private static async Task<IResult> OneAsync(HttpContext http, GroupsClient groups, Guid id)
    {
        var answer = await groups.OneAsync(id);
        return answer is { Ok: true, Value: { } group } ? Pages.Of<GroupPage>(group) : Pages.For(http, answer);
    }
}

public sealed record GroupsModel(SecretariatView Secretariat, Listing<GroupLine> Groups);
