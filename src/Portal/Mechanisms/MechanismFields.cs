using System.Globalization;
using System.Text.Json.Nodes;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Mechanisms;

/// <summary>
/// The parameters of a governance mechanism (SPEC §2.5) as the form shows them. The texts <c>mechanism.label_{name}</c> and <c>mechanism.hint_{name}</c> say
/// what each means. What a form does not know stays as it was: a page never resets what a program set.
/// </summary>
internal static class MechanismFields
{
    public const string Under = "parameters.";
    public const string Quorum = "quorumFraction";
    public const string Rules = "decisionRules";

    public static readonly IReadOnlyList<string> Parts = ["integration", "functions", "operation", "decisions"];
    public static readonly IReadOnlyList<string> SeatNumbers = ["maxSeatsPerSector", "seatTermMonths", "maxConsecutiveTerms"];
    public static readonly IReadOnlyList<string> SessionNumbers = ["noticeOrdinaryDays", "noticeExtraHours", "secondCallMinutes", "ordinaryFrequencyMonths"];
    public static readonly IReadOnlyList<string> Bases = ["PRESENT", "OCCUPIED_SEATS"];
    public static readonly IReadOnlyList<string> VotingRules = ["CONSENSUS", "SIMPLE_MAJORITY", "TWO_THIRDS", "THREE_FIFTHS"];

    private static readonly string[] Codes = ["minRank", "majorityBase"];

    /// <summary>In the order of the form and of the public table; the rules of decision stand apart.</summary>
    public static readonly IReadOnlyList<string> All = [.. SeatNumbers, "minRank", "chairMayBeExecutiveSecretary", Quorum, .. SessionNumbers, "majorityBase"];

    /// <summary>Matters that everybody has, and those that a version names besides.</summary>
    public static IReadOnlyList<string> MattersOf(params ReadOnlySpan<JsonObject?> all)
    {
        var matters = ComposeSecretariat.Matters.ToList();
        foreach (var parameters in all)
            matters.AddRange((parameters?[Rules] as JsonObject ?? []).Select(pair => pair.Key).Where(matter => !matters.Contains(matter)).Order(StringComparer.Ordinal));
        return matters;
    }

    /// <summary>Fills a form from a version: nobody types again what is to stay.</summary>
    public static FormState Show(MechanismView? written, FormState form)
    {
        if (written is null)
            return form;
        form.Set("integration", written.Integration).Set("functions", written.Functions).Set("operation", written.Operation).Set("decisions", written.Decisions);
        foreach (var name in SeatNumbers.Concat(SessionNumbers).Concat(Codes).Append("chairMayBeExecutiveSecretary"))
            form.Set(Under + name, written.Parameters[name]?.ToString());
        if (written.Parameters[Quorum] is JsonObject quorum)
        {
            form.Set(Under + Quorum, quorum["numerator"]?.ToString()).Set($"{Under}{Quorum}.denominator", quorum["denominator"]?.ToString());
            form.Set($"{Under}{Quorum}.moreThan", quorum["moreThan"]?.ToString() == "true" ? "true" : "false");
        }

        foreach (var (matter, rule) in written.Parameters[Rules] as JsonObject ?? [])
            form.Set($"{Under}{Rules}.{matter}", rule?.ToString());
        return form;
    }

    /// <summary>Names the fields that hold no number where one is needed: JSON could not carry what was typed.</summary>
    public static void Check(FormState form)
    {
        foreach (var name in SeatNumbers.Concat(SessionNumbers).Select(name => Under + name).Append(Under + Quorum).Append($"{Under}{Quorum}.denominator"))
        {
            if (form.Value(name).Length > 0 && form.Number(name) is null)
                form.Refuse(name, Text.T("mechanism.numberInvalid"));
        }

        if (form.Value(Under + Quorum).Length == 0 != (form.Value($"{Under}{Quorum}.denominator").Length == 0))
            form.Refuse(Under + Quorum, Text.T("mechanism.quorumIncomplete"));
        if (form.Value("ownMatter").Length == 0 != (form.Value("ownRule").Length == 0))
            form.Refuse("ownMatter", Text.T("mechanism.ownIncomplete"));
    }

    /// <summary>The body of a proposal or of a version.</summary>
    /// <param name="now">In force: what no field shows is kept.</param>
    public static object Read(FormState form, MechanismView? now)
    {
        var parameters = now?.Parameters.DeepClone().AsObject() ?? [];
        foreach (var name in SeatNumbers.Concat(SessionNumbers))
            parameters[name] = form.Number(Under + name);
        foreach (var name in Codes)
            parameters[name] = form.ValueOrNull(Under + name);
        parameters["chairMayBeExecutiveSecretary"] = form.IsChecked(Under + "chairMayBeExecutiveSecretary");
        parameters[Quorum] = form.Number(Under + Quorum) is { } numerator && form.Number($"{Under}{Quorum}.denominator") is { } denominator
            ? new JsonObject { ["numerator"] = numerator, ["denominator"] = denominator, ["moreThan"] = form.IsChecked($"{Under}{Quorum}.moreThan") }
            : null;
        var rules = new JsonObject();
        foreach (var matter in MattersOf(now?.Parameters))
        {
            if (form.ValueOrNull($"{Under}{Rules}.{matter}") is { } rule)
                rules[matter] = rule;
        }

        if (form.ValueOrNull("ownMatter") is { } own)
            rules[own] = form.ValueOrNull("ownRule");
        parameters[Rules] = rules;
        return new { integration = form.ValueOrNull("integration"), functions = form.ValueOrNull("functions"), operation = form.ValueOrNull("operation"), decisions = form.ValueOrNull("decisions"), parameters };
    }

    /// <summary>The form's field for one that the service refused.</summary>
    public static string FieldOf(string refused) => refused == Under + Rules ? "ownMatter" : refused;

    public static string Names(IEnumerable<string> matters) => string.Join(' ', Parts
        .Concat(All.Select(name => Under + name)).Append($"{Under}{Quorum}.denominator").Concat(matters.Select(matter => $"{Under}{Rules}.{matter}")).Append("ownMatter"));

    /// <summary>Name of a part or parameter for people.</summary>
    public static string LabelOf(string field)
    {
        if (Parts.Contains(field))
            return Text.T("secretariat." + field);
        var name = field.StartsWith(Under, StringComparison.Ordinal) ? field[Under.Length..] : field;
        return name.StartsWith(Rules + ".", StringComparison.Ordinal)
            ? Text.T("mechanism.ruleFor", Text.Code("matter", name[(Rules.Length + 1)..]))
            : Text.Find("mechanism.label_" + name, CultureInfo.CurrentUICulture) ?? Text.T("mechanism.label_" + name.Split('.')[0]);
    }

    /// <summary>A value for people; null where nothing is set.</summary>
    public static string? Print(string field, JsonNode? value)
    {
        var name = field.StartsWith(Under, StringComparison.Ordinal) ? field[Under.Length..] : field;
        return value switch
        {
            null => null,
            JsonObject quorum => Text.T(quorum["moreThan"]?.ToString() == "true" ? "mechanism.moreThan" : "mechanism.atLeast", quorum["numerator"]?.ToString(), quorum["denominator"]?.ToString()),
            _ when value.GetValueKind() is System.Text.Json.JsonValueKind.True => Text.T("secretariat.yes"),
            _ when value.GetValueKind() is System.Text.Json.JsonValueKind.False => Text.T("secretariat.no"),
            _ when name.StartsWith(Rules, StringComparison.Ordinal) => Text.Code("votingrule", value.ToString()),
            _ when name == "minRank" => Text.Code("seatrank", value.ToString()),
            _ when name == "majorityBase" => Text.Code("majoritybase", value.ToString()),
            _ => value.ToString(),
        };
    }
}
