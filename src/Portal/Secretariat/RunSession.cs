using OpenGov.Portal.Administration;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Minutes;

namespace OpenGov.Portal.Secretariat;

/// <summary>Where the secretary runs a session: attendance, motions, votes of the room.</summary>
internal static class RunSession
{
    private const long MaxFile = 25 * 1024 * 1024;

    /// <param name="organizacion">Part of the name of an organisation that the form for motions is to offer.</param>
    public static Task<IResult> ShowAsync(HttpContext http, SecretariatClient secretariats, MinutesClient minutes, ParticipantsApi participants, Guid id, string? listo, string? organizacion) =>
        PageAsync(http, secretariats, minutes, participants, id, new FormState().Set("organizacion", organizacion), null, listo);

    public static async Task<IResult> ActAsync(HttpContext http, SecretariatClient secretariats, MinutesClient minutes, ParticipantsApi participants, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        var motion = Id(form, "motionId");
        (string Path, object? Body)? asked = act switch
        {
            "apertura" => ("opening", null),
            "cancelacion" => ("cancellation", new { reason = form.ValueOrNull("reason") }),
            "asistencia" => ("attendance", new { seatId = Id(form, "seatId"), role = form.ValueOrNull("role"), remote = form.IsChecked("remote") }),
            "salidas" => ("departures", new { seatId = Id(form, "seatId") }),
            "puntos" => ("agenda-items", new { title = form.ValueOrNull("title"), matter = form.ValueOrNull("matter") }),
            "retiros" when Id(form, "documentId") is { } document => ($"documents/{document}/removal", new { reason = form.ValueOrNull(RunSessionModel.RemovalField(document)) }),
            "propuestas" => ("motions", new
            {
                agendaItemId = Id(form, "agendaItemId"),
                text = form.ValueOrNull("text"),
                subjectKind = form.ValueOrNull("subjectKind"),
                subjectId = form.TypedId("subjectId"),
                subjectHash = form.ValueOrNull("subjectHash"),
                supersedesId = form.TypedId("supersedesId"),
                responsibleId = Id(form, "responsibleId"),
                dueOn = form.TypedDate("dueOn"),
            }),
            // The person chose which minutes; the motion names exactly the version that they saw.
            "actas" => ("motions", new
            {
                agendaItemId = Id(form, "agendaItemId"),
                text = Text.T("minutes.motion", form.Value("title"), form.Value("version")),
                subjectKind = "MINUTES",
                subjectId = Id(form, "subjectId"),
                subjectHash = form.ValueOrNull("subjectHash"),
            }),
            // Named is the secretariat as the person saw it stand.
            "suspension" => ("motions", new
            {
                agendaItemId = Id(form, "agendaItemId"),
                text = form.ValueOrNull("ownText"),
                subjectKind = form.ValueOrNull("subjectKind"),
                subjectId = Id(form, "subjectId"),
                subjectHash = form.ValueOrNull("subjectHash"),
            }),
            "votaciones" when motion is not null => ($"motions/{motion}/ballots", new { round = form.Number("round") }),
            "cierres" when motion is not null => ($"motions/{motion}/ballots/close", new { round = form.Number("round") }),
            "votos" when motion is not null => ($"motions/{motion}/room-votes", new
            {
                seatId = Id(form, "seatId"),
                round = form.Number("round"),
                choice = OwnSeatDesk.IsConflict(form) ? "ABSTENTION" : form.ValueOrNull("choice"),
                conflictOfInterest = OwnSeatDesk.IsConflict(form),
                conflictReason = OwnSeatDesk.IsConflict(form) && Id(form, "seatId") is { } seat ? form.ValueOrNull(RunSessionModel.ConflictField(seat)) : null,
            }),
            "clausura" => ("closing", null),
            _ => null,
        };
        if (act == "borrador")
        {
            var written = await minutes.WriteSoFarAsync(id);
            return written.Ok ? Pages.See($"/administracion/sesiones/{id}?listo=minutes_written") : await PageAsync(http, secretariats, minutes, participants, id, form.Refuse(written), act, null);
        }

        if (asked is not { } request)
            return Pages.NotFound(http);
        if (form.HasErrors)
            return await PageAsync(http, secretariats, minutes, participants, id, form, act, null);
        var answer = await secretariats.RunAsync(id, request.Path, request.Body, form.Key);
        return answer.Ok ? Pages.See($"/administracion/sesiones/{id}?listo=session_acted") : await PageAsync(http, secretariats, minutes, participants, id, form.Refuse(answer, field => FieldOf(form, act, field)), act, null);
    }

    /// <summary>A file is given on as it comes; then the session takes it.</summary>
    public static async Task<IResult> AttachAsync(HttpContext http, SecretariatClient secretariats, MinutesClient minutes, ParticipantsApi participants, Guid id)
    {
        var form = new FormState();
        Guid? file = null;
        var understood = await MultipartForm.ReadAsync(http.Request, form, MaxFile + (1024 * 1024), async part =>
        {
            await using var content = new LimitedStream(part.Content, MaxFile);
            var received = await secretariats.UploadAsync(content, part.FileName, part.MediaType);
            file = received.Value?.Id;
            if (file is null)
                form.Refuse("file", content.Exceeded || received.Status == StatusCodes.Status413PayloadTooLarge ? Text.T("account.fileTooLarge", Layout.Format.Size(MaxFile)) : received.Reason);
        });
        if (!understood)
            form.Refuse(null, Text.T("errors.refused"));
        else if (file is null && !form.HasErrors)
            form.Refuse("file", Text.T("calls.fileRequired"));
        if (!form.HasErrors)
        {
            var answer = await secretariats.RunAsync(id, "documents", new { fileId = file, title = form.ValueOrNull("documentTitle"), agendaItemId = Id(form, "documentItem") }, form.Key);
            if (answer.Ok)
                return Pages.See($"/administracion/sesiones/{id}?listo=session_acted");
            form.Refuse(answer, field => field switch { "title" => "documentTitle", "agendaItemId" => "documentItem", "fileId" => "file", _ => field });
        }

        return await PageAsync(http, secretariats, minutes, participants, id, form, "documentos", null);
    }

    /// <summary>Several of the page's forms ask for a reason, some of them once for each document or seat: an error belongs to the field of its own.</summary>
    private static string FieldOf(FormState form, string act, string field) => (act, field) switch
    {
        ("suspension", "text") => "ownText",
        ("retiros", "reason") when Id(form, "documentId") is { } document => RunSessionModel.RemovalField(document),
        ("votos", "conflictReason") when Id(form, "seatId") is { } seat => RunSessionModel.ConflictField(seat),
        _ => field,
    };

    private static Guid? Id(FormState form, string field) => Guid.TryParse(form.Value(field), out var id) ? id : null;

    private static async Task<IResult> PageAsync(HttpContext http, SecretariatClient secretariats, MinutesClient minutes, ParticipantsApi participants, Guid id, FormState form, string? act, string? done)
    {
        var answer = await secretariats.SessionAsync(id);
        if (answer is not { Ok: true, Value: { } session })
            return Pages.For(http, answer);
        var (asked, waiting, refused) = (secretariats.SecretariatAsync(session.SecretariatId), session.IsOpen ? minutes.DraftsAsync(session.SecretariatId) : null, secretariats.RefusedActsAsync(id));
        var found = session.IsOpen && form.ValueOrNull("organizacion") is { } name ? participants.OrganisationsAsync(name) : null;
        var composed = await asked;
        return composed is { Ok: true, Value: { } secretariat }
            ? Pages.Of<RunSessionPage>(new RunSessionModel(
                session, secretariat, [.. (waiting is null ? [] : (await waiting).Value?.Items ?? []).Where(draft => draft.MayBeApprovedIn(id))], found is null ? [] : (await found).Value?.Items ?? [], (await refused).Value?.Items ?? [], form, act, done), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, composed);
    }
}

/// <param name="Drafts">Minutes that this session may approve.</param>
/// <param name="Found">Organisations that were searched for.</param>
/// <param name="Refused">What was tried in the session and refused.</param>
public sealed record RunSessionModel(
    SessionView Session, SecretariatView Secretariat, IReadOnlyList<MinutesLine> Drafts, IReadOnlyList<OrganisationView> Found, IReadOnlyList<RefusedAct> Refused, FormState Form, string? Act, string? Done)
{
    /// <summary>Who can see to a resolution: those that were searched for first, then those that sit in the secretariat.</summary>
    public IReadOnlyList<Choice> Responsible => [.. Found.Select(one => (one.Id, one.Name))
        .Concat(Secretariat.Seats.SelectMany(seat => new[] { seat.Titular, seat.Alternate }).OfType<HolderView>().Select(holder => (Id: holder.OrganisationId, Name: holder.OrganisationName)))
        .DistinctBy(one => one.Id).Select(one => new Choice(one.Id.ToString(), one.Name))];

    /// <summary>Documents that may still be removed.</summary>
    public IEnumerable<SessionDocumentView> Removable => Session.State == "CONVENED" ? Session.Documents.Where(document => document.RemovedAt is null) : [];

    /// <summary>Who is in the room and has not voted on the motion that is being voted on.</summary>
    public IEnumerable<SeatView> RoomVoters => Session.IsOpen && Session.Motions.FirstOrDefault(motion => motion.IsOpen)?.Last is { } ballot
        ? Secretariat.Seats.Where(seat => Present(seat.Id) is { Remote: false } && ballot.Votes.All(vote => vote.SeatId != seat.Id)) : [];

    /// <summary>Fields of which there is one for each document or seat, for the summary of errors.</summary>
    public string OwnFields => string.Join(' ', Removable.Select(document => RemovalField(document.Id)).Concat(RoomVoters.Select(seat => ConflictField(seat.Id))));

    public static string RemovalField(Guid document) => $"motivo-{document}";

    public static string ConflictField(Guid seat) => $"conflicto-{seat}";

    public FormState Of(string act) => act == Act ? Form : new FormState();

    /// <summary>The point on which the secretariat can resolve what it is not already: its suspension, or its return.</summary>
    public AgendaItemView? OwnPoint =>
        Session.Agenda.FirstOrDefault(item => item.Matter == (Secretariat.OwnSuspension is null ? "SECRETARIAT_SUSPENSION" : "SECRETARIAT_RETURN") && (item.Notified || Session.Kind == "ORDINARY"));

    /// <summary>Who came for the seat and has not left, whether or not they still hold it.</summary>
    public AttendanceView? Came(Guid seat) => Session.Attendance.FirstOrDefault(row => row.SeatId == seat && row.LeftAt is null);

    /// <summary>Who is there for the seat and counts.</summary>
    public AttendanceView? Present(Guid seat) => Came(seat) is { Counts: not false } there ? there : null;
}
