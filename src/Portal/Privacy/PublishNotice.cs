using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;
using OpenGov.Portal.Layout;

namespace OpenGov.Portal.Privacy;

/// <summary>A new version of the notice, starting from the latest text in the language that is written.</summary>
internal static class PublishNotice
{
    public const string Fields = "inForceOn responsibleName responsibleAddress purposes purposesWithConsent transfers meansToRefuse personalData sensitiveData legalBasis arcoMeans transparencyUnit changes";

    /// <summary>Between recipient and purpose of a transfer, and before its mark.</summary>
    private const char Bar = '|';

    private const string Spanish = "es";

    /// <param name="idioma">The language whose text is written; Spanish where it is missing.</param>
    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, Visit visit, string? idioma, string? listo) => PageAsync(http, participants, visit, idioma, null, listo);

    public static async Task<IResult> HandleAsync(HttpContext http, ParticipantsApi participants, Visit visit)
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
        var language = LanguageOf(form.Value("language"));
        // The other languages stay as they are in the latest version, and the page says so beside the form.
        var texts = new Dictionary<string, object>(StringComparer.Ordinal) { [language] = text };
        var answer = await participants.PublishPrivacyNoticeAsync(new { inForceOn = form.Date("inForceOn"), texts, carryOver = true }, form.Key);
        var prefix = $"texts.{language}.";
        return answer.Ok
            ? Pages.See("/administracion/aviso-de-privacidad" + Query.Of(("idioma", language), ("listo", "notice_published")))
            : await PageAsync(http, participants, visit, language, form.Refuse(answer, field => field.StartsWith(prefix, StringComparison.Ordinal) ? field[prefix.Length..] : field), null);
    }

    /// <summary>The primary tag of a language, as notices keep them: es, maz.</summary>
    private static string LanguageOf(string? tag) =>
        tag?.Split('-')[0] is { Length: 2 or 3 } primary && primary.All(char.IsAsciiLetterLower) ? primary : Spanish;

    private static List<string> Lines(FormState form, string field) =>
        [.. form.Value(field).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>recipient | purpose, and | * at the end where consent is needed.</summary>
    private static object Transfer(string line)
    {
        var parts = line.Split(Bar, StringSplitOptions.TrimEntries);
        return new { recipient = parts[0], purpose = parts.ElementAtOrDefault(1), needsConsent = parts.ElementAtOrDefault(2) == "*" };
    }

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, Visit visit, string? asked, FormState? form, string? done)
    {
        var language = LanguageOf(asked);
        var versions = (await participants.PrivacyNoticesAsync()).Value?.Items ?? [];
        // The version that the new one follows is the latest published, in force or not.
        var answer = versions is [var newest, ..] ? await participants.PrivacyNoticeAsync(newest.Id, language) : await participants.PrivacyNoticeAsync(language);
        if (!answer.Ok && !answer.NotFound)
            return Pages.For(http, answer);
        var latest = answer.Value;
        var isTranslated = latest?.Language == language;
        List<string> languages = [.. new[] { Spanish, "en" }.Concat((visit.Instance?.Languages ?? []).Select(LanguageOf)).Concat(latest?.Languages ?? []).Append(language).Distinct(StringComparer.Ordinal)];
        return Pages.Of<PublishNoticePage>(
            new PublishNoticeModel(versions, language, languages, isTranslated, [.. (latest?.Languages ?? []).Where(one => one != language)], form ?? (isTranslated ? From(latest) : new FormState()), done),
            form is { HasErrors: true } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
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

/// <param name="Language">Whose text the form writes.</param>
/// <param name="IsTranslated">The latest version has a text in it.</param>
/// <param name="Carried">Languages whose texts the new version takes over from the latest.</param>
public sealed record PublishNoticeModel(
    IReadOnlyList<NoticeVersion> Versions, string Language, IReadOnlyList<string> Languages, bool IsTranslated, IReadOnlyList<string> Carried, FormState Form, string? Done)
{
    /// <summary>What the language calls itself, or its tag: no list of languages is complete.</summary>
    public static string NameOf(string language)
    {
        try
        {
            return System.Globalization.CultureInfo.GetCultureInfo(language, predefinedOnly: true).NativeName;
        }
        catch (System.Globalization.CultureNotFoundException)
        {
            return language;
        }
    }
}
