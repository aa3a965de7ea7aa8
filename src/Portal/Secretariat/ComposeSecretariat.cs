using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Secretariat;

/// <summary>Where staff composes a secretariat, installs it and convenes its sessions. Every rule is the service's.</summary>
internal static class ComposeSecretariat
{
    /// <summary>Of a holding that ends before its term; that another person follows has an act of its own.</summary>
    public static IReadOnlyList<string> EndCauses { get; } = ["RESIGNED", "LEFT_POST", "REMOVED", "ORGANISATION_LEFT", "ABSENCES", "RECORDED_BY_MISTAKE", "OTHER"];

    public static readonly IReadOnlyList<string> Sectors = ["CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"];
    public static readonly IReadOnlyList<string> Offices = ["CHAIR", "EXECUTIVE_SECRETARY", "FACILITATOR"];
    public static readonly IReadOnlyList<string> Matters = ["GENERAL", "PLAN_APPROVAL", "PROBLEM_PRIORITY", "GOVERNANCE_CHANGE", "MINUTES_APPROVAL", "SECRETARIAT_SUSPENSION", "SECRETARIAT_RETURN"];

    /// <summary>The lowest first.</summary>
    public static readonly IReadOnlyList<string> Ranks = ["STAFF", "HEAD_OF_DEPARTMENT", "DEPUTY_DIRECTOR", "DIRECTOR", "DIRECTOR_GENERAL", "UNDERSECRETARY", "HEAD_OF_INSTITUTION"];

    /// <summary>Points of the agenda in the form; more can be sent to the service.</summary>
    public const int AgendaLines = 6;

    private static readonly IReadOnlyList<string> Organisations = ["organisationId", "officeOrganisationId"];
    private static readonly IReadOnlyList<string> Accounts = ["accountId", "officeAccountId", "substituteAccountId"];

    public static Task<IResult> ListAsync(HttpContext http, SecretariatClient secretariats) => ListPageAsync(http, secretariats, new FormState());

    public static async Task<IResult> FormAsync(HttpContext http, SecretariatClient secretariats)
    {
        var form = await FormState.ReadAsync(http.Request);
        var answer = await secretariats.FormAsync(new { name = form.ValueOrNull("name"), parentId = Id(form, "parentId") }, form.Key);
        return answer is { Ok: true, Value: { } formed } ? Pages.See($"/administracion/secretariado/{formed.Id}") : await ListPageAsync(http, secretariats, form.Refuse(answer));
    }

    public static Task<IResult> ShowAsync(HttpContext http, SecretariatClient secretariats, ParticipantsApi participants, Guid id, string? listo) =>
        PageAsync(http, secretariats, participants, id, new FormState(), null, listo);

    public static async Task<IResult> ActAsync(HttpContext http, SecretariatClient secretariats, ParticipantsApi participants, Guid id, string act)
    {
        var form = await FormState.ReadAsync(http.Request);
        if (Finding.IsAsked(form, Organisations.Concat(Accounts)))
            return await PageAsync(http, secretariats, participants, id, form, act, null);
        if (act == "sesiones")
        {
            var call = Convocation(form);
            if (form.HasErrors)
                return await PageAsync(http, secretariats, participants, id, form, act, null);
            var convened = await secretariats.ConveneAsync(id, call, form.Key);
            return convened is { Ok: true, Value: { } session } ? Pages.See($"/administracion/sesiones/{session.Id}?listo=session_convened") : await PageAsync(http, secretariats, participants, id, form.Refuse(convened), act, null);
        }

        (string Path, object Body)? asked = act switch
        {
            "asientos" => ("seats", new { sector = form.ValueOrNull("sector") }),
            "retiros" when Id(form, "retiredSeatId") is { } retired => ($"seats/{retired}/retirement", new { reason = form.ValueOrNull("retireReason") }),
            "integrantes" when Id(form, "seatId") is { } seat => ($"seats/{seat}/holders", new
            {
                role = form.ValueOrNull("role"),
                organisationId = Id(form, "organisationId"),
                accountId = Id(form, "accountId"),
                post = form.ValueOrNull("post"),
                rank = form.ValueOrNull("rank"),
                access = form.ValueOrNull("access"),
                document = form.ValueOrNull("document"),
                from = form.TypedDate("from"),
                until = form.TypedDate("until"),
            }),
            "sustituciones" when Id(form, "substitutedId") is { } former => ($"holders/{former}/substitution", new
            {
                accountId = Id(form, "substituteAccountId"),
                post = form.ValueOrNull("substitutePost"),
                rank = form.ValueOrNull("substituteRank"),
                document = form.ValueOrNull("substituteDocument"),
                reason = form.ValueOrNull("substituteReason"),
            }),
            "terminos" when Id(form, "holdingId") is { } holding => ($"holders/{holding}/end", new { cause = form.ValueOrNull("cause"), reason = form.ValueOrNull("reason") }),
            "cargos" => ("offices", new { office = form.ValueOrNull("office"), organisationId = Id(form, "officeOrganisationId"), accountId = Id(form, "officeAccountId"), from = form.TypedDate("officeFrom") }),
            "declaracion" => ("declaration", new { signedOn = form.TypedDate("signedOn"), signedBy = Sectors.Where(sector => form.IsChecked("signed_" + sector)).ToArray(), document = form.ValueOrNull("declaration") }),
            "instalacion" => ("installation", new { installedOn = form.TypedDate("installedOn"), place = form.ValueOrNull("installedAt") }),
            _ => null,
        };
        if (asked is not { } request)
            return Pages.NotFound(http);
        if (form.HasErrors)
            return await PageAsync(http, secretariats, participants, id, form, act, null);
        var answer = await secretariats.ComposeAsync(id, request.Path, request.Body, form.Key);
        return answer.Ok
            ? Pages.See($"/administracion/secretariado/{id}?listo=secretariat_changed")
            : await PageAsync(http, secretariats, participants, id, form.Refuse(answer, field => FieldOf(act, field)), act, null);
    }

    /// <summary>The form's field for one that the service refused: several forms of the page have a document, a reason, an account.</summary>
    private static string FieldOf(string act, string field) => (act, field) switch
    {
        ("sustituciones", _) => "substitute" + char.ToUpperInvariant(field[0]) + field[1..],
        ("retiros", "reason") => "retireReason",
        ("cargos", "organisationId") => "officeOrganisationId",
        ("cargos", "accountId") => "officeAccountId",
        ("cargos", "from") => "officeFrom",
        ("declaracion", "document") => "declaration",
        (_, "place") => "installedAt",
        _ => field,
    };

    internal static object Convocation(FormState form) => new
    {
        kind = form.ValueOrNull("kind"),
        startsAt = StartsAt(form),
        remote = form.IsChecked("remote"),
        place = form.ValueOrNull("place"),
        link = form.ValueOrNull("link"),
        agenda = Enumerable.Range(0, AgendaLines).Where(line => form.Value($"title{line}").Length > 0)
            .Select(line => new { title = form.Value($"title{line}"), matter = form.ValueOrNull($"matter{line}") }).ToArray(),
    };

    /// <summary>As browsers send a time, with seconds or without.</summary>
    private static readonly string[] HourForms = ["HH:mm", "HH:mm:ss"];

    /// <summary>Day and hour of the instance's state, as the pages show them.</summary>
    private static DateTimeOffset? StartsAt(FormState form) =>
        form.TypedDate("day") is { } day && TimeOnly.TryParseExact(form.Value("hour"), HourForms, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var hour)
            ? Layout.Format.At(day, hour)
            : null;

    private static Guid? Id(FormState form, string field) => Guid.TryParse(form.Value(field), out var id) ? id : null;

    private static async Task<IResult> ListPageAsync(HttpContext http, SecretariatClient secretariats, FormState form)
    {
        var answer = await secretariats.SecretariatsAsync();
        return answer is { Ok: true, Value: { } list }
            ? Pages.Of<SecretariatsPage>(new SecretariatsModel(list.Items, form), form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Pages.For(http, answer);
    }

    private static async Task<IResult> PageAsync(HttpContext http, SecretariatClient secretariats, ParticipantsApi participants, Guid id, FormState form, string? act, string? done)
    {
        var answer = await secretariats.SecretariatAsync(id);
        if (answer is not { Ok: true, Value: { } secretariat })
            return Pages.For(http, answer);
        var (finding, sessions) = (Finding.OrganisationsAsync(participants, form, Organisations), secretariats.SessionsAsync(id));
        await Task.WhenAll(finding, sessions);
        await (await finding).AndAccountsAsync(participants, form, Accounts);
        return Pages.Of<ComposePage>(
            new ComposeModel(secretariat, await finding, (await sessions).Value?.Items ?? [], form, act, done),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

public sealed record SecretariatsModel(IReadOnlyList<SecretariatLine> Secretariats, FormState Form);

/// <param name="Act">Which of the page's forms was sent.</param>
public sealed record ComposeModel(
    SecretariatView Secretariat, Finding Finding, IReadOnlyList<SessionLine> Sessions, FormState Form, string? Act, string? Done)
{
    /// <summary>What was typed stays in the form that it was typed into.</summary>
    public FormState Of(string act) => act == Act ? Form : new FormState();

    /// <summary>Offers the first vacant seat: seats are added one by one and filled as they are added.</summary>
    public FormState Appointing
    {
        get
        {
            var form = Of("integrantes");
            return form.ValueOrNull("seatId") is null && Secretariat.Seats.FirstOrDefault(seat => seat.Titular is null) is { } vacant ? form.Set("seatId", vacant.Id) : form;
        }
    }
}
