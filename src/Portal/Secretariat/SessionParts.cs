using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace OpenGov.Portal.Secretariat;

/// <param name="Says">What a screen reader says when it changed.</param>
public sealed record SessionPart(string Name, string Html, string? Says);

/// <summary>
/// The part of a session's page that changes while it goes on. The page and what follows it (<c>/sesiones/{id}/cambios</c>, which the
/// gateway gives on to everybody who watches) are made of the same parts.
/// </summary>
/// <param name="Id">Another one as soon as a part is another one.</param>
/// <param name="Over">Nothing more will change.</param>
public sealed record LiveSession(string Id, bool Over, IReadOnlyList<SessionPart> Parts);

internal static class SessionParts
{
    public static async Task<LiveSession> RenderAsync(HttpContext http, SessionView session)
    {
        await using var renderer = new HtmlRenderer(http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
        var parts = new List<SessionPart>
        {
            new("estado", await Html<SessionState>(session), Text.T("secretariat.saysState", Text.Code("stlsession", session.State))),
            new("quorum", await Html<SessionQuorum>(session), session.Quorum is { } quorum ? Text.T("secretariat.saysQuorum", quorum.Present, quorum.Occupied) : null),
            new("orden-del-dia", await Html<SessionAgenda>(session), null),
            new("mociones", await Html<SessionMotions>(session), null),
        };
        foreach (var motion in session.Motions)
            parts.Add(new SessionPart($"mocion-{motion.Number}", await HtmlOf<MotionResult>(("Motion", motion), ("Over", session.IsOver)), Says(motion, session.IsOver)));
        parts.Add(new SessionPart("asistencia", await Html<SessionAttendance>(session), null));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
            hash.AppendData(Encoding.UTF8.GetBytes($"{part.Name}\0{part.Html}\0{part.Says}\0"));
        return new LiveSession(Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, 12)), session.IsOver, parts);

        Task<string> Html<TComponent>(SessionView view) where TComponent : IComponent => HtmlOf<TComponent>(("Session", view));

        Task<string> HtmlOf<TComponent>(params IEnumerable<(string Name, object? Value)> parameters) where TComponent : IComponent => renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal)))).ToHtmlString());
    }

    private static string Says(MotionView motion, bool over) => motion.Last switch
    {
        null when over => Text.T("secretariat.saysNeverVoted", motion.Number),
        // Read again whenever somebody comes or leaves: what is needed has changed.
        null when motion.Ahead is { Needed: { } needed } ahead => Text.T("secretariat.saysWaiting", motion.Number, needed, ahead.Base),
        null => Text.T("secretariat.saysProposed", motion.Number),
        { Totals: { } totals } ballot => Text.T("secretariat.saysResult", motion.Number, Text.Code("outcome", ballot.Outcome), totals.InFavour, totals.Against, totals.Abstentions),
        { } open => Text.T("secretariat.saysVotes", motion.Number, open.Votes.Count, open.OccupiedSeats),
    };
}
