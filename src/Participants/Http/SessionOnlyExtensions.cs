using Microsoft.EntityFrameworkCore;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Http;

internal static class SessionOnlyExtensions
{
    /// <summary>Passwords, second factors, sessions and keys are changed by a person in a session, never by a program with a key.</summary>
    public static RouteGroupBuilder SessionOnly(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        var sessionId = http.RequireAccount().SessionId;
        var db = http.RequestServices.GetRequiredService<ParticipantsDb>();
        return await db.Sessions.AnyAsync(row => row.Id == sessionId, http.RequestAborted)
            ? await next(context)
            : http.Problem(new Refusal("session_required", StatusCodes.Status403Forbidden));
    });
}
