using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Administration;

/// <summary>The rules in force, their history, and a new version from a day on.</summary>
internal static class LegalProfileAdministration
{
    public const string Fields = "validFrom reportingPeriod graceDays substantialFrom planDurationMonths maxCommitments replyDays holidays";

    public static readonly IReadOnlyList<string> ReportingPeriods = ["MONTH", "QUARTER", "SEMESTER", "YEAR"];

    public static Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo) => PageAsync(http, participants, null, listo);

    public static async Task<IResult> AdoptAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var current = await participants.LegalProfileAsync();
        if (current.Away || current.MustSignIn)
            return Pages.For(http, current);

        // The parameters that this form does not show stay as they are: the service would fill them with defaults.
        var parameters = current.Value?.Parameters?.DeepClone().AsObject() ?? [];
        parameters["reportingPeriod"] = form.ValueOrNull("reportingPeriod");
        parameters["graceDays"] = form.Number("graceDays");
        parameters["planDurationMonths"] = form.Number("planDurationMonths");
        parameters["maxCommitments"] = form.Number("maxCommitments");
        parameters["replyDays"] = form.Number("replyDays");
        parameters["completionThresholds"] = new JsonArray(form.Number("substantialFrom"), 100);
        var holidays = form.Value("holidays").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (holidays.FirstOrDefault(day => !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) is { } wrong)
            return await PageAsync(http, participants, form.Refuse("holidays", Text.T("administration.holidayInvalid", wrong)), null);

        var answer = await participants.AdoptLegalProfileAsync(new { validFrom = form.ValueOrNull("validFrom"), parameters, holidays }, form.Key);
        return answer.Ok
            ? Pages.See("/administracion/perfil-legal?listo=legal_profile_adopted")
            : await PageAsync(http, participants, form.Refuse(answer, FieldOf), null);
    }

    private static string? FieldOf(string field) => field switch
    {
        "parameters.completionThresholds" => "substantialFrom",
        _ when field.StartsWith("holidays", StringComparison.Ordinal) => "holidays",
        _ when field.StartsWith("parameters.", StringComparison.Ordinal) => field["parameters.".Length..],
        _ => field,
    };

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, FormState? form, string? done)
    {
        var current = participants.LegalProfileAsync();
        var all = await participants.LegalProfilesAsync();
        var inForce = await current;
        if (!inForce.Ok && !inForce.NotFound)
            return Pages.For(http, inForce);
        return Pages.Of<LegalProfilePage>(
            new LegalProfileModel(inForce.Value, all.Value?.Items ?? [], form ?? From(inForce.Value), done), form is { HasErrors: true } ? 422 : 200);
    }

    private static FormState From(LegalProfileView? profile)
    {
        var form = new FormState();
        if (profile?.Parameters is not { } parameters)
            return form;
        foreach (var name in new[] { "reportingPeriod", "graceDays", "planDurationMonths", "maxCommitments", "replyDays" })
            form.Set(name, parameters[name]?.ToString());
        return form
            .Set("substantialFrom", parameters["completionThresholds"]?[0]?.ToString())
            .Set("holidays", string.Join('\n', (profile.Holidays ?? []).Select(day => day.ToString("O", CultureInfo.InvariantCulture))));
    }
}

public sealed record LegalProfileModel(LegalProfileView? Current, IReadOnlyList<LegalProfileView> All, FormState Form, string? Done);
