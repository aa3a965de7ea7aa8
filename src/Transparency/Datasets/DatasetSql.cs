using System.Security.Cryptography;
using System.Text;

namespace OpenGov.Transparency.Datasets;

/// <summary>
/// The SQL of a dataset. All identifiers in it come from <see cref="DatasetDefinitions"/>, never from a request; values are
/// parameters.
/// </summary>
internal static class DatasetSql
{
    // First characters that make a spreadsheet read a cell as a formula: = + - @, tab, carriage return, line feed and the
    // full-width forms of the four (OWASP, CSV injection).
    private const string FormulaStarts = "61, 43, 45, 64, 9, 13, 10, 65309, 65291, 65293, 65312";

    private const string TimestampForm = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'";

    /// <summary>The whole dataset as CSV with a header, in its own order: equal versions give equal bytes.</summary>
    public static string CsvExport(DatasetDefinition dataset) =>
        $"copy (select {Join(dataset.Columns.Select(column => $"{CsvCell(column)} as {column.Name}"))} "
        + $"from {dataset.Name} order by {OrderOf(dataset)}) to stdout (format csv, header, encoding 'UTF8')";

    /// <summary>Each row of the whole dataset as a JSON object, in its own order.</summary>
    public static string JsonExport(DatasetDefinition dataset) =>
        $"select row_to_json(r)::text from (select {JsonCells(dataset.Columns)} from {dataset.Name} order by {OrderOf(dataset)}) r";

    /// <summary>A row of the table as the text of a JSON object with just these columns.</summary>
    public static string JsonRow(IEnumerable<Column> columns) =>
        $"(select row_to_json(r)::text from (select {JsonCells(columns)}) r)";

    /// <summary>The column in the form in which a caller writes it, for cursors.</summary>
    public static string TextCell(Column column) => column.Type == ColumnType.Timestamp ? Timestamp(column) : $"{column.Name}::text";

    /// <summary>
    /// The column for an ORDER BY: qualified, because a bare name would mean the output column, which is text.
    /// </summary>
    public static string Stored(DatasetDefinition dataset, string column) => $"{dataset.Name}.{column}";

    /// <summary>
    /// Changes when the form of the files changes although the rows did not (a column was added): part of every ETag.
    /// </summary>
    public static string Fingerprint(DatasetDefinition dataset) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CsvExport(dataset) + JsonExport(dataset))))[..8];

    private static string OrderOf(DatasetDefinition dataset) => Join(dataset.Order.Select(column => Stored(dataset, column)));

    private static string CsvCell(Column column) => column.Type switch
    {
        ColumnType.Timestamp => Timestamp(column),
        ColumnType.Boolean => $"{column.Name}::text",
        ColumnType.List => $"case when cardinality({column.Name}) > 0 then {Guarded(column, $"{column.Name}[1]", ListText(column))} end",
        ColumnType.Text or ColumnType.Identifier or ColumnType.Code => Guarded(column, column.Name, column.Name),
        _ => column.Name,
    };

    private static string ListText(Column column) => $"array_to_string({column.Name}, '{Column.ListDelimiter}', '')";

    // A text of a closed vocabulary cannot start as a formula does; all others are looked at.
    private static string Guarded(Column column, string start, string text) => column.Values.Count > 0
        ? text
        : $"case when ascii({start}) in ({FormulaStarts}) then '''' || {text} else {text} end";

    private static string JsonCells(IEnumerable<Column> columns) => Join(columns.Select(column =>
        $"{(column.Type == ColumnType.Timestamp ? Timestamp(column) : column.Name)} as {column.Name}"));

    private static string Timestamp(Column column) => $"to_char({column.Name} at time zone 'UTC', {TimestampForm})";

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);
}
