using System.Collections.Frozen;

namespace OpenGov.Transparency.Datasets;

/// <summary>What a cell may hold. The forms in which it is printed are those of SPEC §6.5.</summary>
public enum ColumnType
{
    /// <summary>Free text written by people; guarded against spreadsheet formulas in CSV.</summary>
    Text,

    /// <summary>A stable identifier; sorted by byte.</summary>
    Identifier,

    /// <summary>One of <see cref="Column.Values"/>.</summary>
    Code,
    Uuid,
    WholeNumber,

    /// <summary>Decimal point, at most 4 decimals.</summary>
    DecimalNumber,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary><c>2021-03-31</c>.</summary>
    Date,

    /// <summary>UTC to the millisecond: <c>2021-03-31T18:04:05.123Z</c>.</summary>
    Timestamp,

    /// <summary>Several texts: an array in JSON, joined by <see cref="Column.ListDelimiter"/> in CSV.</summary>
    List,
}

/// <summary>One column of a dataset and of its table, under the same name.</summary>
/// <param name="Name">Lower snake case; a text in Spanish ends in <c>_es</c>.</param>
/// <param name="Required">Never empty.</param>
public sealed record Column(string Name, ColumnType Type, bool Required)
{
    /// <summary>A character that no URL may hold unescaped; <see cref="Projections"/> keeps it out of items.</summary>
    public const char ListDelimiter = '|';

    /// <summary>The codes that a <see cref="ColumnType.Code"/> column may hold; empty where the vocabulary is open.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>UCUM-like unit of a number, for example <c>%</c>; null for a plain number or another type.</summary>
    public string? Unit { get; init; }

    /// <summary>The dataset whose key this column repeats, or null.</summary>
    public string? RefersTo { get; init; }

    /// <summary>Long texts and lists have no useful order.</summary>
    public bool Sortable => Type is not (ColumnType.Text or ColumnType.List or ColumnType.Boolean);

    /// <summary>Whether <c>column__gte</c> and its like make sense.</summary>
    public bool HasRange => Type is ColumnType.WholeNumber or ColumnType.DecimalNumber or ColumnType.Date or ColumnType.Timestamp or ColumnType.Identifier;
}

/// <summary>
/// A dataset, described once: its files, its rows API, its Table Schema and its entries in both catalogues are derived from
/// this. Titles and descriptions are in <see cref="DatasetTexts"/>.
/// </summary>
/// <param name="Name">Name of the dataset and of its table.</param>
/// <param name="Key">The column that identifies a row.</param>
/// <param name="Order">The order of files and, unless asked otherwise, of pages: required columns, the last of them the key.</param>
public sealed record DatasetDefinition(string Name, string Key, IReadOnlyList<string> Order, IReadOnlyList<Column> Columns)
{
    private readonly FrozenDictionary<string, Column> byName = Columns.ToFrozenDictionary(column => column.Name, StringComparer.Ordinal);

    public Column? Find(string name) => byName.GetValueOrDefault(name);

    public Column this[string name] => byName[name];
}
