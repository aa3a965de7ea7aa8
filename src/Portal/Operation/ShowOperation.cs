using System.Globalization;
using OpenGov.Portal.Errors;
using OpenGov.Portal.Http;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Portal.Operation;

internal static class ShowOperation
{
    /// <summary>Seconds between reloads where the reader asked for them.</summary>
    private const int Reload = 30;

    public static async Task<IResult> HandleAsync(HttpContext http, OperationDesk desk, string? auto, string? listo)
    {
        var system = await desk.AskAsync(http);
        if (await RefusalAsync(http, desk, system) is { } refusal)
            return refusal;
        if (auto is not null)
            http.Response.Headers["Refresh"] = Reload.ToString(CultureInfo.InvariantCulture);
        // Three seconds: whoever ordered a backup watches it. It ends by itself with the backup.
        else if (listo == OrderBackup.Begun && (system.Backup?.Automatic?.Running is not null || system.Commands.Any(one => one.Command is { Action: CommandAction.Backup, State: CommandState.Running })))
            http.Response.Headers["Refresh"] = "3";
        return Pages.Of<OperationPage>(new OperationModel(system, Findings.Of(system), auto is not null, listo));
    }

    /// <summary>
    /// The page for somebody who may not see the whole; null for an operator. Where nobody can say who asks, what is public
    /// anyway (<c>/health</c>) is shown, and that this is why there is no more.
    /// </summary>
    public static async Task<IResult?> RefusalAsync(HttpContext http, OperationDesk desk, SystemView system)
    {
        if (system.IsAllowed)
            return null;
        var isUnknown = http.Request.Headers["OpenGov-Session"].Count > 0;
        if (http.Request.Headers.Authorization.Count == 0 && !isUnknown)
            return Pages.SignInFirst(http);
        if (system.IsForbidden)
            return Pages.Of<ForbiddenPage>(StatusCodes.Status403Forbidden);
        if (system.MustSignIn && !isUnknown)
            return Pages.SignInFirst(http);
        http.Response.Headers.RetryAfter = "5";
        return Pages.Of<HealthOnlyPage>(new HealthOnlyModel(await desk.AskHealthAsync(http.RequestAborted)), StatusCodes.Status503ServiceUnavailable);
    }
}

public sealed record OperationModel(SystemView System, IReadOnlyList<Finding> Findings, bool Reloads, string? Done);

public sealed record HealthOnlyModel(IReadOnlyList<Place> Places);
