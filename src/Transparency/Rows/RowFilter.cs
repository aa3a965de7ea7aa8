using System.Globalization;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Rows;

/// <summary>One condition of a query: <c>status=COMPLETED</c>, <c>reported_at__gte=2026-01-01T00:00:00Z</c>.</summary>
/// <param name="Operator"><c>=</c> or one of <see cref="Ranges"/>.</param>
/// <param name="Value">Null asks for empty cells.</param>
internal sealed record RowFilter(Column Column, string Operator, object? Value)
{
    private static readonly Dictionary<string, string> Ranges = new(StringComparer.Ordinal)
    {
        ["gte"] = ">=", ["gt"] = ">", ["lte"] = "<=", ["lt"] = "<",
    };

    public static Result<RowFilter> Parse(DatasetDefinition dataset, string parameter, string text)
    {
        var parts = parameter.Split("__", 2);
        if (dataset.Find(parts[0]) is not { } column)
            return Refusal.Invalid(parameter, "column_unknown", parts[0], dataset.Name);
        var comparison = "=";
        if (parts.Length == 2 && (!column.HasRange || !Ranges.TryGetValue(parts[1], out comparison)))
            return Refusal.Invalid(parameter, "operator_unknown", parts[1], column.Name);
        if (text.Length == 0 && comparison == "=")
            return new RowFilter(column, comparison, null);
        var value = ParseValue(column, parameter, text);
        return value.IsRefused ? Result<RowFilter>.From(value.Refusals) : new RowFilter(column, comparison!, value.Value);
    }

    /// <summary>The condition in SQL, its value added to <paramref name="values"/> as a parameter.</summary>
    public string ToSql(ICollection<object> values)
    {
        if (Value is null)
            return Column.Type == ColumnType.List ? $"cardinality({Column.Name}) = 0" : $"{Column.Name} is null";
        values.Add(Value);
        var parameter = $"${values.Count.ToString(CultureInfo.InvariantCulture)}";
        return Column.Type == ColumnType.List ? $"{parameter} = any ({Column.Name})" : $"{Column.Name} {Operator} {parameter}";
    }

    /// <summary>Reads a value in the form in which the dataset prints it.</summary>
    public static Result<object> ParseValue(Column column, string field, string text)
    {
        const NumberStyles whole = NumberStyles.AllowLeadingSign;
        var invariant = CultureInfo.InvariantCulture;
        switch (column.Type)
        {
            case ColumnType.Uuid:
                return Guid.TryParseExact(text, "D", out var id) ? id : Refusal.Invalid(field, "value_not_uuid");
            case ColumnType.WholeNumber:
                return long.TryParse(text, whole, invariant, out var number) ? number : Refusal.Invalid(field, "value_not_integer");
            case ColumnType.DecimalNumber:
                return decimal.TryParse(text, whole | NumberStyles.AllowDecimalPoint, invariant, out var amount)
                    ? amount : Refusal.Invalid(field, "value_not_decimal");
            case ColumnType.Boolean:
                return text is "true" or "false" ? text == "true" : Refusal.Invalid(field, "value_not_boolean");
            case ColumnType.Date:
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var date)
                    ? date : Refusal.Invalid(field, "value_not_date");
            case ColumnType.Timestamp:
                return TryParseTime(text, out var time) ? time : Refusal.Invalid(field, "value_not_timestamp");
            default:
                if (text.Contains('\0', StringComparison.Ordinal))
                    return Refusal.Invalid(field, "field_invalid");
                return column.Values.Count == 0 || column.Values.Contains(text, StringComparer.Ordinal)
                    ? text
                    : Refusal.Invalid(field, "value_not_code", string.Join(", ", column.Values));
        }
    }

    private static bool TryParseTime(string text, out DateTimeOffset time)
    {
        // With an offset or Z, never the server's local time.
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];
        var read = DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        time = time.ToUniversalTime();
        return read && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-'));
    }
}
