using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.Portal.Forms;

namespace OpenGov.Portal.LegalProfile;

internal enum FieldKind { Number, Text, Flag, Choice, Codes }

/// <summary>
/// A parameter of SPEC §8 as the form shows it. The texts <c>legal.label_{key}</c> and <c>legal.hint_{key}</c> say what it means and what it does,
/// with the name's dots as underscores.
/// </summary>
/// <param name="Name">Dotted name below the parameters, which is the form's name and the service's field.</param>
/// <param name="Noun">Noun under which codes are translated.</param>
/// <param name="Empty">Key of the text for "nothing chosen"; null where a choice is needed.</param>
/// <param name="IsOptional">A number that may be missing: no limit.</param>
/// <param name="IsOnlyRecorded">No part of the product reads it yet; the form says so.</param>
internal sealed record ProfileField(string Name, FieldKind Kind, string? Noun = null, IReadOnlyList<string>? Choices = null, string? Empty = null, bool IsOptional = false, bool IsOnlyRecorded = false)
{
    public string Key => Name.Replace('.', '_');
}

/// <param name="Key">Text <c>legal.section_{key}</c>; the page adds what is no single field.</param>
internal sealed record ProfileSection(string Key, IReadOnlyList<ProfileField> Fields);

/// <summary>Every parameter that is one value, in the order of the exercise. Guarantors, laws and the calendar have forms of their own.</summary>
internal static class ProfileFields
{
    public static readonly IReadOnlyList<string> Pillars = ["TRANSPARENCY", "PARTICIPATION", "ACCOUNTABILITY", "INNOVATION"];
    private static readonly IReadOnlyList<string> Sectors = ["CIVIL_SOCIETY", "PUBLIC_BODY", "GUARANTOR"];
    private static readonly IReadOnlyList<string> Periods = ["MONTH", "QUARTER", "SEMESTER", "YEAR"];
    private static readonly IReadOnlyList<string> Rules = ["CONSENSUS", "SIMPLE_MAJORITY", "TWO_THIRDS", "THREE_FIFTHS"];

    public static readonly IReadOnlyList<ProfileSection> Sections =
    [
        new("guarantor", []),
        new("sectors",
        [
            Subsector("ACADEMIC_INSTITUTION"), Subsector("BUSINESS"), Subsector("PROFESSIONAL_COLLEGE"), Subsector("CITIZEN_COUNCIL"),
        ]),
        new("calls", [Number("callMinDays"), Number("awarenessMinEvents")]),
        new("secretariat",
        [
            Number("minVotingSeats"), Limit("maxSeatsPerSector"), Flag("facilitatorRequired"), Choice("chairSector", "sector", Sectors, "anySector"),
            Choice("executiveSecretarySector", "sector", Sectors, "anySector"), Number("seatTermMonths"), Number("maxConsecutiveTerms"),
        ]),
        new("sessions",
        [
            Number("quorumFraction.numerator"), Number("quorumFraction.denominator"), Flag("quorumFraction.moreThan"), Flag("quorumEachSector"),
            Number("noticeOrdinaryDays"), Number("noticeExtraHours"), Choice("majorityBase", "majoritybase", ["PRESENT", "OCCUPIED_SEATS"]),
            Rule("GOVERNANCE_CHANGE"), Rule("PLAN_APPROVAL"), Rule("PROBLEM_PRIORITY"), Flag("virtualAllowed"),
        ]),
        new("participation", [Recorded(Flag("anonymousAnswers")), Recorded(Number("replyDays"))]),
        new("plan",
        [
            Recorded(Number("planDurationMonths")), Limit("maxCommitments"), Choice("reportingPeriod", "period", Periods), Number("graceDays"),
            Number("completionThresholds.0"), Number("completionThresholds.1"), Recorded(Codes("themes")), Recorded(new("pillars", FieldKind.Codes, "pillar", Pillars)),
        ]),
        new("languages", [Codes("languages")]),
        new("privacy",
        [
            Number("privacy.preventionDays"), Number("privacy.completionDays"), Number("privacy.answerDays"), Number("privacy.extensionDays"), Number("privacy.effectiveDays"),
            Number("privacy.reviewDays"), Number("privacy.warnDays"), Number("privacy.breachNoticeHours"), Number("retention.registrationMonths"),
            Number("retention.accountMonths"), Number("retention.accessLogMonths"), Number("smallCellThreshold"),
        ]),
        new("outside",
        [
            Recorded(Flag("ogp.member")), Recorded(Text("ogp.prefix")), Recorded(Text("ogp.planId")), Recorded(Text("nationalReturn.recipient")),
            Recorded(Choice("nationalReturn.period", "period", Periods, "noPeriod")), Recorded(Text("licence")),
        ]),
    ];

    public static readonly IReadOnlyList<ProfileField> All = [.. Sections.SelectMany(section => section.Fields)];

    private static readonly Dictionary<string, ProfileField> ByName = All.ToDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Fills a form from parameters as the service sends them.</summary>
    public static void Show(JsonObject parameters, FormState form)
    {
        foreach (var field in All)
        {
            var value = Find(parameters, field.Name);
            if (field.Name == "pillars")
            {
                foreach (var pillar in value as JsonArray ?? [])
                    form.Set($"pillars.{pillar}", "true");
            }
            else
            {
                form.Set(field.Name, value is JsonArray list ? string.Join('\n', list.Select(item => item?.ToString())) : value?.ToString());
            }
        }
    }

    /// <summary>Names the fields that hold no number where one is needed: JSON could not carry what was typed.</summary>
    public static void CheckNumbers(FormState form)
    {
        foreach (var field in All.Where(field => field.Kind == FieldKind.Number && form.Number(field.Name) is null && !(field.IsOptional && form.Value(field.Name).Length == 0)))
            form.Refuse(field.Name, OpenGov.Portal.Text.T("legal.numberInvalid", LabelOf(field.Name)));
    }

    /// <summary>Puts what a form says into the parameters; what it does not show stays as it is.</summary>
    public static void Take(FormState form, JsonObject parameters)
    {
        foreach (var field in All)
            Put(parameters, field.Name, ValueOf(field, form));
    }

    /// <summary>Every name that this part of the form sends, for a page that carries it on.</summary>
    public static IEnumerable<string> Names => All.Where(one => one.Name != "pillars").Select(one => one.Name).Concat(Pillars.Select(pillar => $"pillars.{pillar}"));

    /// <summary>The form's field for a field that the service refused: those of lists and fractions are shown apart.</summary>
    public static string FieldOf(string refused) => refused switch
    {
        "quorumFraction" => "quorumFraction.numerator",
        "completionThresholds" => "completionThresholds.0",
        "pillars" => "pillars.TRANSPARENCY",
        "subsectors" => "subsectors.ACADEMIC_INSTITUTION",
        "decisionRules" => "decisionRules.GOVERNANCE_CHANGE",
        _ => refused,
    };

    /// <summary>Name of a parameter for people; the code itself where no form shows it.</summary>
    public static string LabelOf(string name) =>
        OpenGov.Portal.Text.Find("legal.label_" + name.Replace('.', '_'), CultureInfo.CurrentUICulture) ?? name;

    /// <summary>A value for people.</summary>
    public static string Print(string name, JsonNode? value) => value switch
    {
        null => OpenGov.Portal.Text.T("legal.nothing"),
        JsonArray { Count: 0 } => OpenGov.Portal.Text.T("legal.nothing"),
        JsonArray list => string.Join("; ", list.Select(item => item is JsonObject one ? PrintObject(one) : Print(name, item))),
        JsonObject one => PrintObject(one),
        _ when value.GetValueKind() is System.Text.Json.JsonValueKind.True => OpenGov.Portal.Text.T("legal.yes"),
        _ when value.GetValueKind() is System.Text.Json.JsonValueKind.False => OpenGov.Portal.Text.T("legal.no"),
        _ => ByName.GetValueOrDefault(name)?.Noun is { } noun ? OpenGov.Portal.Text.Code(noun, value.ToString()) : value.ToString(),
    };

    /// <summary>A law, as documents cite it; of a guarantor the page prints the name.</summary>
    private static string PrintObject(JsonObject one) =>
        string.Join(", ", one.Where(pair => pair.Value is not null).Select(pair => pair.Key switch
        {
            "law" => pair.Value!.ToString(),
            "articles" => OpenGov.Portal.Text.T("legal.articles", pair.Value!.ToString()),
            "url" => pair.Value!.ToString(),
            _ => Print(pair.Key, pair.Value),
        }));

    private static JsonNode? ValueOf(ProfileField field, FormState form) => field.Kind switch
    {
        FieldKind.Flag => form.IsChecked(field.Name),
        FieldKind.Number => form.Number(field.Name) is { } number ? number : null,
        FieldKind.Codes when field.Name == "pillars" => new JsonArray([.. Pillars.Where(pillar => form.IsChecked($"pillars.{pillar}")).Select(pillar => (JsonNode)pillar)]),
        FieldKind.Codes => form.Value(field.Name).Split((char[])[' ', '\n', '\r', ',', ';'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } codes
            ? new JsonArray([.. codes.Select(code => (JsonNode)code)])
            : null,
        _ => form.ValueOrNull(field.Name),
    };

    private static JsonNode? Find(JsonObject parameters, string name)
    {
        JsonNode? at = parameters;
        foreach (var part in name.Split('.'))
        {
            at = at switch
            {
                JsonObject one => one[part],
                JsonArray list when int.TryParse(part, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
                _ => null,
            };
        }

        return at;
    }

    private static void Put(JsonObject parameters, string name, JsonNode? value)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            parameters[name] = value;
            return;
        }

        var (parent, child) = (name[..dot], name[(dot + 1)..]);
        if (int.TryParse(child, CultureInfo.InvariantCulture, out var index))
        {
            if (parameters[parent] is not JsonArray list)
                parameters[parent] = list = [];
            while (list.Count <= index)
                list.Add(null);
            list[index] = value;
            return;
        }

        if (parameters[parent] is not JsonObject under)
            parameters[parent] = under = [];
        // Of what a state maps (sectors, decision rules), nothing chosen means not mapped.
        if (value is null && parent is "subsectors" or "decisionRules")
            under.Remove(child);
        else
            under[child] = value;
    }

    private static ProfileField Recorded(ProfileField field) => field with { IsOnlyRecorded = true };

    private static ProfileField Number(string name) => new(name, FieldKind.Number);

    private static ProfileField Limit(string name) => new(name, FieldKind.Number, IsOptional: true);

    private static ProfileField Flag(string name) => new(name, FieldKind.Flag);

    private static ProfileField Text(string name) => new(name, FieldKind.Text);

    private static ProfileField Codes(string name) => new(name, FieldKind.Codes);

    private static ProfileField Choice(string name, string noun, IReadOnlyList<string> choices, string? empty = null) => new(name, FieldKind.Choice, noun, choices, empty);

    private static ProfileField Subsector(string kind) => Choice($"subsectors.{kind}", "sector", ["CIVIL_SOCIETY", "PUBLIC_BODY"], "usualSector");

    private static ProfileField Rule(string matter) => Choice($"decisionRules.{matter}", "decisionrule", Rules, "usualRule");
}
