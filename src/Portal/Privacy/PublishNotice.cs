using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Privacy;

/// <summary>A new version of the notice, starting from the text in force.</summary>
internal static class PublishNotice
{
    public const string Fields = "inForceOn responsibleName responsibleAddress purposes purposesWithConsent transfers meansToRefuse personalData sensitiveData legalBasis arcoMeans transparencyUnit changes";

    /// <summary>Between recipient and purpose of a transfer, and before its mark.</summary>
    private const char Bar = '|';

    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo) => PageAsync(http, participants, null, listo);

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var text = new
        {
            responsibleName = form.ValueOrNull("responsibleName"),
            responsibleAddress = form.ValueOrNull("responsibleAddress"),
            purposes = Lines(form, "purposes"),
            purposesWithConsent = Lines(form, "purposesWithConsent"),
            transfers = Lines(form, "transfers").Select(Transfer),
            meansToRefuse = form.ValueOrNull("meansToRefuse"),
            personalData = form.ValueOrNull("personalData"),
            sensitiveData = form.ValueOrNull("sensitiveData"),
            legalBasis = form.ValueOrNull("legalBasis"),
            arcoMeans = form.ValueOrNull("arcoMeans"),
            transparencyUnit = form.ValueOrNull("transparencyUnit"),
            changes = form.ValueOrNull("changes"),
        };
        // A text in another language belongs to the version that it translates: this form publishes the Spanish one alone.
        var answer = await participants.PublishPrivacyNoticeAsync(new { inForceOn = form.Date("inForceOn"), texts = new { es = text } }, form.Key);
        return answer.Ok
            ? Pages.See("/administracion/aviso-de-privacidad?listo=notice_published")
            : await PageAsync(http, participants, form.Refuse(answer, field => field.StartsWith("texts.es.", StringComparison.Ordinal) ? field["texts.es.".Length..] : field), null);
    }

    private static List<string> Lines(FormState form, string field) =>
        [.. form.Value(field).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>recipient | purpose, and | * at the end where consent is needed.</summary>
    private static object Transfer(string line)
    {
        var parts = line.Split(Bar, StringSplitOptions.TrimEntries);
        return new { recipient = parts[0], purpose = parts.ElementAtOrDefault(1), needsConsent = parts.ElementAtOrDefault(2) == "*" };
    }

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, FormState? form, string? done)
    {
        var current = participants.PrivacyNoticeAsync("es");
        var versions = await participants.PrivacyNoticesAsync();
        var inForce = await current;
        if (!inForce.Ok && !inForce.NotFound)
            return Pages.For(http, inForce);
        return Pages.Of<PublishNoticePage>(
            new PublishNoticeModel(versions.Value?.Items ?? [], form ?? From(inForce.Value), done), form is { HasErrors: true } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static FormState From(PrivacyNoticeView? notice)
    {
        var form = new FormState();
        return notice?.Text is not { } text
            ? form
            : form
                .Set("responsibleName", text.ResponsibleName)
                .Set("responsibleAddress", text.ResponsibleAddress)
                .Set("purposes", string.Join('\n', text.Purposes ?? []))
                .Set("purposesWithConsent", string.Join('\n', text.PurposesWithConsent ?? []))
                .Set("transfers", string.Join('\n', (text.Transfers ?? []).Select(one => $"{one.Recipient} {Bar} {one.Purpose}{(one.NeedsConsent ? $" {Bar} *" : "")}")))
                .Set("meansToRefuse", text.MeansToRefuse)
                .Set("personalData", text.PersonalData)
                .Set("sensitiveData", text.SensitiveData)
                .Set("legalBasis", text.LegalBasis)
                .Set("arcoMeans", text.ArcoMeans)
                .Set("transparencyUnit", text.TransparencyUnit)
                .Set("changes", text.Changes);
    }
}

public sealed record PublishNoticeModel(IReadOnlyList<NoticeVersion> Versions, FormState Form, string? Done);
