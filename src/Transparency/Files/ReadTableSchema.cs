using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Files;

/// <summary>
/// <c>/datos/{dataset}.schema.json</c>: the CSV's Table Schema (Data Package 2.0). <c>description_en</c>, <c>unit</c> and
/// <c>vocabulary</c> are additions, which the standard allows.
/// </summary>
internal static class ReadTableSchema
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static IResult Handle(HttpContext http, string name) =>
        Content.Of(http, JsonSerializer.SerializeToUtf8Bytes(SchemaOf(DatasetDefinitions.Find(name)!), Json), "application/json; charset=utf-8");

    internal static TableSchema SchemaOf(DatasetDefinition dataset) => new(
        "https://datapackage.org/profiles/2.0/tableschema.json",
        [.. dataset.Columns.Select(column => FieldOf(dataset, column))],
        [dataset.Key],
        [.. dataset.Columns.Where(column => column.RefersTo is not null).Select(column =>
            new ForeignKey([column.Name], new ForeignKeyTarget(column.RefersTo!, [DatasetDefinitions.Find(column.RefersTo!)!.Key])))],
        [""]);

    private static TableField FieldOf(DatasetDefinition dataset, Column column)
    {
        var text = DatasetTexts.DescriptionOf(dataset, column);
        var isList = column.Type == ColumnType.List;
        var vocabulary = column.Values.Count > 0 ? column.Values : null;
        return new TableField(
            column.Name,
            column.Type switch
            {
                ColumnType.WholeNumber => "integer",
                ColumnType.DecimalNumber => "number",
                ColumnType.Boolean => "boolean",
                ColumnType.Date => "date",
                ColumnType.Timestamp => "datetime",
                ColumnType.List => "list",
                _ => "string",
            },
            column.Type == ColumnType.Uuid ? "uuid" : null,
            text.Es,
            text.En,
            isList ? Column.ListDelimiter.ToString() : null,
            isList ? "string" : null,
            column.Unit,
            isList ? vocabulary : null,
            new FieldConstraints(
                column.Required && !isList ? true : null,
                column.Name == dataset.Key ? true : null,
                isList ? null : vocabulary));
    }
}

internal sealed record TableSchema(
    [property: JsonPropertyName("$schema")] string Profile, IReadOnlyList<TableField> Fields, IReadOnlyList<string> PrimaryKey,
    IReadOnlyList<ForeignKey> ForeignKeys, IReadOnlyList<string> MissingValues);

internal sealed record TableField(
    string Name, string Type, string? Format, string Description, [property: JsonPropertyName("description_en")] string DescriptionEn,
    string? Delimiter, string? ItemType, string? Unit, IReadOnlyList<string>? Vocabulary, FieldConstraints Constraints);

internal sealed record FieldConstraints(bool? Required, bool? Unique, [property: JsonPropertyName("enum")] IReadOnlyList<string>? Codes);

internal sealed record ForeignKey(IReadOnlyList<string> Fields, ForeignKeyTarget Reference);

internal sealed record ForeignKeyTarget(string Resource, IReadOnlyList<string> Fields);
