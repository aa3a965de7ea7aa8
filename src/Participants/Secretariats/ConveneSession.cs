using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.States;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="Matter">UPPER_SNAKE; says by which rule it is decided. GENERAL where it is missing.</param>
public sealed record AgendaPointRequest(string? Title, string? Matter);

/// <param name="Remote">Members may attend from elsewhere.</param>
/// <param name="Link">Where the public can watch, where there is something to watch.</param>
public sealed record ConveneSessionRequest(SecretariatSessionKind? Kind, DateTimeOffset? StartsAt, bool? Remote, string? Place, Uri? Link, IReadOnlyList<AgendaPointRequest>? Agenda);

public static class ConveneSession
{
    public static async Task<Results<Created<SessionView>, ProblemHttpResult>> Handle(
        Guid id, ConveneSessionRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, TellOfSession tell, LegalProfileInForce profiles, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await desk.ForWritingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var kind = fields.Value("kind", request.Kind);
        var startsAt = fields.Value("startsAt", request.StartsAt).ToUniversalTime();
        var place = fields.Text("place", request.Place, 2, 300);
        if (request.Link is { } link && !(link.IsAbsoluteUri && link.Scheme is "https" or "http" && link.ToString().Length <= 2000))
            fields.Refuse(Refusal.Invalid("link", "field_invalid"));
        var agenda = (request.Agenda ?? []).Select((point, index) => Point(fields, point, $"/agenda/{index}")).ToList();
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (hand.Secretariat.WhyLacking(hand.Today) is { } lacking)
            return http.Problem(lacking);

        var code = await db.Instances.Select(instance => instance.CveEnt).SingleOrDefaultAsync(cancellationToken);
        var call = new Convocation(kind, startsAt, State.Today(code, startsAt), request.Remote ?? hand.Rules.VirtualAllowed, place, request.Link, agenda, hand.Today);
        var number = 1 + await db.SecretariatSessions.Where(row => row.SecretariatId == id && row.Kind == kind).MaxAsync(row => (int?)row.Number, cancellationToken) ?? 1;
        var convened = SecretariatSession.Convene(hand.Secretariat, number, call, hand.Rules, await profiles.CalendarAsync(hand.Today, cancellationToken), db.Now);
        if (convened.IsRefused)
            return http.Problem(convened);
        var session = convened.Value;
        db.Add(session);
        var inHand = new SessionInHand(session, hand.Secretariat, hand.Secretariat.On(hand.Today), hand.Rules, hand.Today);
        await tell.ConvenedAsync(inHand, cancellationToken);
        var stored = await desk.StoreAsync(http, work, inHand, "session_convened", new { kind, number, startsAt }, cancellationToken);
        return TypedResults.Created($"/api/participants/v1/secretariat-sessions/{session.Id}", stored.Value);
    }

    internal static AgendaPoint Point(Fields fields, AgendaPointRequest? point, string at)
    {
        var title = fields.Text($"{at}/title", point?.Title, 2, 300);
        var matter = string.IsNullOrWhiteSpace(point?.Matter) ? Matters.General : point.Matter;
        if (!MechanismRules.IsMatter(matter))
            fields.Refuse(Refusal.Invalid($"{at}/matter", "matter_code_invalid"));
        return new AgendaPoint(title, matter);
    }
}
