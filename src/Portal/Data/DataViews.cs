using System.Globalization;
using System.Text.Json;

namespace OpenGov.Portal.Data;

// The portal's own view of Transparency's answers: only what pages show.

public sealed record BilingualText(string? Es, string? En)
{
    public override string ToString() => (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En ?? Es : Es ?? En) ?? "";
}

public sealed record ColumnView(string Name, string? Type, BilingualText? Description);

public sealed record DatasetView(
    string Name, BilingualText? Title, BilingualText? Description, long? Rows, DateTimeOffset? Modified, IReadOnlyList<ColumnView>? Columns);

/// <summary>Cells of a dataset's rows as text.</summary>
internal static class RowCells
{
    public static string Text(this IReadOnlyDictionary<string, JsonElement> row, string column) =>
        row.TryGetValue(column, out var cell) ? Text(cell) : "";

    public static string Text(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => cell.GetString()!,
        _ => cell.GetRawText(),
    };

    public static DateTimeOffset? Moment(this IReadOnlyDictionary<string, JsonElement> row, string column) =>
        DateTimeOffset.TryParse(row.Text(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    public static DateOnly? Date(this IReadOnlyDictionary<string, JsonElement> row, string column) =>
        DateOnly.TryParse(row.Text(column), CultureInfo.InvariantCulture, out var date) ? date : null;
}
