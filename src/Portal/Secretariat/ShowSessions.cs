using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>What everybody sees of sessions and of what they decided.</summary>
internal static class ShowSessions
{
    public static async Task<IResult> ListAsync(HttpContext http, SecretariatClient secretariats, Guid? secretariado, string? desde) =>
        await OfAsync(http, secretariats, secretariado) switch
        {
            { Refused: { } refused } => refused,
            { Line: { } line } => await secretariats.SessionsAsync(line.Id, desde) is { Ok: true, Value: { } sessions } ? Pages.Of<SessionsPage>(new SessionsModel(line, sessions, desde)) : Pages.NotFound(http),
            _ => Pages.Of<NoSecretariatPage>(),
        };

    public static async Task<IResult> ResolutionsAsync(HttpContext http, SecretariatClient secretariats, Guid? secretariado, string? desde) =>
        await OfAsync(http, secretariats, secretariado) switch
        {
            { Refused: { } refused } => refused,
            { Line: { } line } => await secretariats.ResolutionsAsync(line.Id, desde) is { Ok: true, Value: { } resolutions } ? Pages.Of<ResolutionsPage>(new ResolutionsModel(line, resolutions, desde)) : Pages.NotFound(http),
            _ => Pages.Of<NoSecretariatPage>(),
        };

    public static async Task<IResult> OneAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var answer = await secretariats.SessionAsync(id);
        return answer is { Ok: true, Value: { } session } ? Pages.Of<SessionPage>(new SessionPageModel(session, await SessionParts.RenderAsync(http, session))) : Pages.For(http, answer);
    }

    /// <summary>The parts of the page alone, for what follows the session: the gateway's stream, and the script where that cannot be had.</summary>
    public static async Task<IResult> ChangesAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var answer = await secretariats.SessionAsync(id);
        return answer is { Ok: true, Value: { } session } ? TypedResults.Json(await SessionParts.RenderAsync(http, session), PortalJson.Options) : Pages.For(http, answer);
    }

    public static async Task<IResult> ResolutionAsync(HttpContext http, SecretariatClient secretariats, Guid id)
    {
        var answer = await secretariats.ResolutionAsync(id);
        return answer is { Ok: true, Value: { } resolution } ? Pages.Of<ResolutionPage>(resolution) : Pages.For(http, answer);
    }

    private static async Task<(SecretariatLine? Line, IResult? Refused)> OfAsync(HttpContext http, SecretariatClient secretariats, Guid? asked)
    {
        var all = await secretariats.SecretariatsAsync();
        if (all is not { Ok: true, Value.Items: { } items })
            return (null, Pages.For(http, all));
        if (asked is null)
            return (items.Count == 0 ? null : items[0], null);
        var line = items.FirstOrDefault(one => one.Id == asked);
        return line is null ? (null, Pages.NotFound(http)) : (line, null);
    }
}

public sealed record SessionPageModel(SessionView Session, LiveSession Live);

public sealed record SessionsModel(SecretariatLine Secretariat, Listing<SessionLine> Sessions, string? Cursor)
{
    public string Address(string? cursor) => "/sesiones" + Query.Of(("secretariado", Secretariat.Id.ToString()), ("desde", cursor));
}

public sealed record ResolutionsModel(SecretariatLine Secretariat, Listing<ResolutionView> Resolutions, string? Cursor)
{
    public string Address(string? cursor) => "/acuerdos" + Query.Of(("secretariado", Secretariat.Id.ToString()), ("desde", cursor));
}
