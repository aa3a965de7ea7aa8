using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.LegalProfile;

/// <summary>The rules in force, their history, and a new version from a day on: written, compared with the one it replaces, confirmed.</summary>
internal static class LegalProfileDesk
{
    public const string Address = "/administracion/perfil-legal";

    /// <summary>Rows for guarantors beyond those that there are.</summary>
    private const int SpareRows = 1;

    private const int MaxRows = 50;

    private static readonly string[] GuarantorFields = ["organisationId", "nature", "holdsSeat", "independent", "transparencyUnit"];

    public static readonly IReadOnlyList<string> Natures = ["AUTONOMOUS", "EXECUTIVE_BODY", "INTERNAL_CONTROL", "OTHER"];

    /// <param name="proponer">Year whose rest days of the law are put into the form.</param>
    public static async Task<IResult> ShowAsync(HttpContext http, ParticipantsApi participants, string? listo, int? proponer)
    {
        IReadOnlyList<DateOnly> proposed = [];
        if (proponer is { } year && await participants.RestDaysAsync(year) is { Ok: true, Value: { } days })
            proposed = days.Items;
        return await PageAsync(http, participants, null, listo, proposed, proposed.Count > 0 ? proponer : null);
    }

    public static async Task<IResult> CompareAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var body = await BodyAsync(http, participants, form);
        if (body.Refused is { } refused)
            return refused;
        var answer = await participants.CompareLegalProfileAsync(body.Value!);
        return answer is { Ok: true, Value: { } comparison }
            ? Pages.Of<ComparisonPage>(new ComparisonModel(comparison, await GuarantorsAsync(participants), form))
            : await RefusedAsync(http, participants, form, answer);
    }

    public static async Task<IResult> AdoptAsync(HttpContext http, ParticipantsApi participants)
    {
        var form = await FormState.ReadAsync(http.Request);
        var body = await BodyAsync(http, participants, form);
        if (body.Refused is { } refused)
            return refused;
        body.Value!["reason"] = form.ValueOrNull("reason");
        body.Value["replaces"] = form.ValueOrNull("replaces");
        var answer = await participants.AdoptLegalProfileAsync(body.Value, form.Key);
        if (answer.Ok)
            return Pages.See(Address + "?listo=legal_profile_adopted");

        // What is wrong with the reason belongs to the page that asks for it.
        if (answer.Problem?.Errors is { Count: > 0 } errors && errors.All(error => error.Field == "reason"))
        {
            body.Value.Remove("reason");
            body.Value.Remove("replaces");
            if (await participants.CompareLegalProfileAsync(body.Value) is { Ok: true, Value: { } comparison })
                return Pages.Of<ComparisonPage>(new ComparisonModel(comparison, await GuarantorsAsync(participants), form.Refuse(answer)), answer.Status);
        }

        return await RefusedAsync(http, participants, form, answer);
    }

    /// <summary>Every name that the form sends, so that the comparison can carry it on.</summary>
    public static IEnumerable<string> Names(FormState form) =>
        ProfileFields.Names.Concat(["validFrom", "legalBasis", "holidays"])
            .Concat(Enumerable.Range(0, Rows(form)).SelectMany(row => GuarantorFields.Select(field => $"guarantors.{row}.{field}")));

    /// <summary>Rows of the guarantors' form that hold one.</summary>
    public static int Rows(FormState form) => Enumerable.Range(0, MaxRows).LastOrDefault(row => form.Value($"guarantors.{row}.organisationId").Length > 0, -1) + 1;

    public static int ShownRows(FormState form) => Math.Min(Rows(form) + SpareRows, MaxRows);

    private static async Task<(JsonObject? Value, IResult? Refused)> BodyAsync(HttpContext http, ParticipantsApi participants, FormState form)
    {
        var current = await participants.LegalProfileAsync();
        if (current.Away || current.MustSignIn)
            return (null, Pages.For(http, current));
        var (holidays, wrong) = HolidayText.Read(form.Value("holidays"));
        if (wrong is not null)
            form.Refuse("holidays", Text.T("legal.holidayInvalid", wrong));
        ProfileFields.CheckNumbers(form);
        if (form.HasErrors)
            return (null, await PageAsync(http, participants, form, null, [], null));

        // Parameters that no form shows stay as they are: the service would fill them with defaults.
        var parameters = current.Value?.Parameters?.DeepClone().AsObject() ?? [];
        ProfileFields.Take(form, parameters);
        parameters["legalBasis"] = new JsonArray([.. form.Value("legalBasis").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Law)]);
        parameters["guarantors"] = new JsonArray([.. Enumerable.Range(0, Rows(form)).Where(row => form.Value($"guarantors.{row}.organisationId").Length > 0).Select(row => Guarantor(form, row))]);
        return (new JsonObject
        {
            ["validFrom"] = form.ValueOrNull("validFrom"),
            ["parameters"] = parameters,
            ["holidays"] = new JsonArray([.. holidays.Select(day => (JsonNode)day.ToString("O", CultureInfo.InvariantCulture))]),
        }, null);
    }

    /// <summary>law | articles | address</summary>
    private static JsonObject Law(string line)
    {
        var parts = line.Split('|', StringSplitOptions.TrimEntries);
        return new JsonObject { ["law"] = parts[0], ["articles"] = Part(1), ["url"] = Part(2) };

        string? Part(int index) => parts.ElementAtOrDefault(index) is { Length: > 0 } part ? part : null;
    }

    private static JsonObject Guarantor(FormState form, int row) => new JsonObject
    {
        ["organisationId"] = form.Value($"guarantors.{row}.organisationId"),
        ["nature"] = form.ValueOrNull($"guarantors.{row}.nature"),
        ["holdsSeat"] = form.IsChecked($"guarantors.{row}.holdsSeat"),
        ["independent"] = form.IsChecked($"guarantors.{row}.independent"),
        ["transparencyUnit"] = form.ValueOrNull($"guarantors.{row}.transparencyUnit"),
    };

    private static async Task<IResult> RefusedAsync<T>(HttpContext http, ParticipantsApi participants, FormState form, Answer<T> answer) =>
        answer.MustSignIn || answer.Forbidden
            ? Pages.For(http, answer)
            : await PageAsync(http, participants, form.Refuse(answer, FieldOf), null, [], null);

    private static string? FieldOf(string field) => field switch
    {
        "parameters.guarantors" => "guarantors.0.organisationId",
        _ when field.StartsWith("holidays", StringComparison.Ordinal) => "holidays",
        _ when field.StartsWith("parameters.", StringComparison.Ordinal) => ProfileFields.FieldOf(field["parameters.".Length..]),
        _ => field,
    };

    private static async Task<IResult> PageAsync(HttpContext http, ParticipantsApi participants, FormState? form, string? done, IReadOnlyList<DateOnly> proposed, int? year)
    {
        var current = await participants.LegalProfileAsync();
        if (!current.Ok && !current.NotFound)
            return Pages.For(http, current);
        var history = await participants.LegalProfileHistoryAsync();
        if (history.MustSignIn || history.Forbidden)
            return Pages.For(http, history);
        return Pages.Of<LegalProfilePage>(
            new LegalProfileModel(current.Value, history.Value?.Items ?? [], await GuarantorsAsync(participants), form ?? From(current.Value, proposed), done, year),
            form is { HasErrors: true } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<IReadOnlyDictionary<Guid, string>> GuarantorsAsync(ParticipantsApi participants) =>
        ((await participants.GuarantorsAsync()).Value?.Items ?? []).ToDictionary(one => one.Id, one => one.Name);

    private static FormState From(LegalProfileView? profile, IReadOnlyList<DateOnly> proposed)
    {
        var form = new FormState();
        if (profile?.Parameters is not { } parameters)
            return form;
        ProfileFields.Show(parameters, form);
        form.Set("holidays", HolidayText.Write((profile.Holidays ?? []).Union(proposed)));
        form.Set("legalBasis", string.Join('\n', (parameters["legalBasis"] as JsonArray ?? []).Select(law =>
            string.Join(" | ", new[] { law?["law"]?.ToString(), law?["articles"]?.ToString() ?? "", law?["url"]?.ToString() ?? "" }).TrimEnd(' ', '|'))));
        var row = 0;
        foreach (var guarantor in parameters["guarantors"] as JsonArray ?? [])
        {
            foreach (var field in GuarantorFields)
                form.Set($"guarantors.{row}.{field}", guarantor?[field]?.ToString());
            row++;
        }

        return form;
    }
}
