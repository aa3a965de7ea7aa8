using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Mechanisms;

/// <summary>Where staff writes the governance mechanism until the installation, and afterwards proposes changes and enacts what a session adopted.</summary>
internal static class MechanismDesk
{
    public static async Task<IResult> FormAsync(HttpContext http, MechanismsClient mechanisms, Guid id)
    {
        var answer = await mechanisms.HistoryAsync(id);
        return answer is { Ok: true, Value: { } history }
            ? await FormPageAsync(mechanisms, history, MechanismFields.Show(history.InForce, new FormState()))
            : Pages.For(http, answer);
    }

    public static async Task<IResult> WriteAsync(HttpContext http, MechanismsClient mechanisms, Guid id)
    {
        var form = await FormState.ReadAsync(http.Request);
        var asked = await mechanisms.HistoryAsync(id);
        if (asked is not { Ok: true, Value: { } history })
            return Pages.For(http, asked);
        MechanismFields.Check(form);
        if (form.HasErrors)
            return await FormPageAsync(mechanisms, history, form);
        var body = MechanismFields.Read(form, history.InForce);
        if (history.State == "INTEGRATING")
        {
            var written = await mechanisms.WriteAsync(id, body, form.Key);
            return written.Ok ? Pages.See($"/administracion/secretariado/{id}?listo=secretariat_changed") : await FormPageAsync(mechanisms, history, form.Refuse(written, MechanismFields.FieldOf));
        }

        var proposed = await mechanisms.ProposeAsync(id, body, form.Key);
        return proposed is { Ok: true, Value: { } proposal }
            ? Pages.See($"/administracion/mecanismos/{proposal.Id}?listo=secretariat_changed")
            : await FormPageAsync(mechanisms, history, form.Refuse(proposed, MechanismFields.FieldOf));
    }

    public static Task<IResult> ShowAsync(HttpContext http, MechanismsClient mechanisms, SecretariatClient secretariats, Guid id, string? listo) =>
        PageAsync(http, mechanisms, secretariats, id, new FormState(), listo);

    public static async Task<IResult> ActAsync(HttpContext http, MechanismsClient mechanisms, SecretariatClient secretariats, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (act == "mocion" && Guid.TryParse(form.Value("sessionId"), out var session))
        {
            // The motion names exactly the text that the person saw.
            var put = await secretariats.RunAsync(session, "motions", new
            {
                agendaItemId = form.ValueOrNull("agendaItemId"),
                text = Text.T("mechanism.motion"),
                subjectKind = "GOVERNANCE_MECHANISM",
                subjectId = id,
                subjectHash = form.ValueOrNull("subjectHash"),
            }, form.Key);
            return put.Ok ? Pages.See($"/administracion/sesiones/{session}?listo=session_acted") : await PageAsync(http, mechanisms, secretariats, id, form.Refuse(put), null);
        }

        (string Path, object? Body)? asked = act switch
        {
            "vigencia" => ("enactment", new { resolutionId = form.ValueOrNull("resolutionId") }),
            "retiro" => ("withdrawal", null),
            _ => null,
        };
        if (asked is not { } request)
            return Pages.NotFound(http);
        var answer = await mechanisms.ActAsync(id, request.Path, request.Body, form.Key);
        return answer.Ok ? Pages.See($"/administracion/mecanismos/{id}?listo=secretariat_changed") : await PageAsync(http, mechanisms, secretariats, id, form.Refuse(answer), null);
    }

    private static async Task<IResult> FormPageAsync(MechanismsClient mechanisms, MechanismHistory history, FormState form) => Pages.Of<MechanismFormPage>(
        new MechanismFormModel(history, (await mechanisms.ProposalsAsync(history.SecretariatId)).Value?.Items ?? [], form), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    private static async Task<IResult> PageAsync(HttpContext http, MechanismsClient mechanisms, SecretariatClient secretariats, Guid id, FormState form, string? done)
    {
        var answer = await mechanisms.ProposalAsync(id);
        if (answer is not { Ok: true, Value: { } proposal })
            return Pages.For(http, answer);
        var (resolutions, lines) = (secretariats.ResolutionsAboutAsync(proposal.SecretariatId, id), secretariats.SessionsAsync(proposal.SecretariatId));
        await Task.WhenAll(resolutions, lines);
        var sessions = await Task.WhenAll(((await lines).Value?.Items ?? []).Where(line => line.State == "OPEN").Select(line => secretariats.SessionAsync(line.Id)));
        return Pages.Of<ProposalWorkPage>(
            new ProposalWorkModel(
                proposal, [.. ((await resolutions).Value?.Items ?? []).Where(row => row.SupersededById is null)], [.. sessions.Select(one => one.Value).OfType<SessionView>()], form, done),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

public sealed record MechanismFormModel(MechanismHistory History, IReadOnlyList<MechanismProposalLine> Proposals, FormState Form);

/// <param name="Resolutions">About this proposal, in force.</param>
/// <param name="Sessions">In course: there it can be put as a motion.</param>
public sealed record ProposalWorkModel(MechanismProposalView Proposal, IReadOnlyList<ResolutionView> Resolutions, IReadOnlyList<SessionView> Sessions, FormState Form, string? Done)
{
    /// <summary>Points on which rules of the secretariat are decided, where this proposal is not put yet.</summary>
    public static IEnumerable<AgendaItemView> PointsOf(SessionView session) => session.Agenda.Where(item => item.Matter == "GOVERNANCE_CHANGE");

    public bool IsPut(SessionView session) => session.Motions.Any(motion => motion.Subject?.Id == Proposal.Id);
}
