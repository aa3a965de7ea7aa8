using System.Globalization;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Rows;

/// <summary>
/// A page of a dataset as asked for: <c>{column}=</c>, <c>{column}__gte=</c> (<c>gt</c>, <c>lte</c>, <c>lt</c>), <c>columns=</c>,
/// <c>order=column</c> or <c>-column</c>, <c>limit=</c>, <c>cursor=</c>. Empty cells come last in either direction.
/// </summary>
internal sealed class RowQuery
{
    private readonly DatasetDefinition dataset;
    private readonly List<RowFilter> filters = [];
    private IReadOnlyList<Column> columns;
    private List<Column> order;
    private bool descending;
    private object?[]? after;
    private string fingerprint = "";

    private RowQuery(DatasetDefinition dataset)
    {
        this.dataset = dataset;
        columns = dataset.Columns;
        order = [.. dataset.Order.Select(name => dataset[name])];
    }

    public int Limit { get; private set; } = Cursor.DefaultLimit;

    /// <returns>The query, or every reason against it.</returns>
    public static Result<RowQuery> Parse(DatasetDefinition dataset, IQueryCollection parameters)
    {
        var query = new RowQuery(dataset);
        var refusals = new List<Refusal>();
        string? cursor = null;
        foreach (var (name, values) in parameters)
        {
            if (values.Count != 1)
            {
                refusals.Add(Refusal.Invalid(name, "parameter_repeated"));
                continue;
            }

            var text = values[0] ?? "";
            var read = name switch
            {
                "columns" => query.ReadColumns(text),
                "order" => query.ReadOrder(text),
                "limit" => query.ReadLimit(text),
                "cursor" => Result.Done,
                _ => query.ReadFilter(name, text),
            };
            refusals.AddRange(read.Refusals);
            if (name == "cursor")
                cursor = text;
        }

        query.fingerprint = query.Describe();
        if (cursor is not null && refusals.Count == 0)
        {
            var last = RowCursor.Decode(cursor, query.fingerprint, query.order);
            refusals.AddRange(last.Refusals);
            if (!last.IsRefused)
                query.after = last.Value;
        }

        return refusals.Count > 0 ? Result<RowQuery>.From(refusals) : query;
    }

    /// <summary>Rows as JSON text, followed by the values that a cursor after the row needs. One row more than the limit.</summary>
    public (string Sql, List<object> Values) ToSql()
    {
        var values = new List<object>();
        var conditions = filters.Select(filter => filter.ToSql(values)).ToList();
        if (after is not null)
            conditions.Add(AfterSql(values));
        var where = conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
        var sorted = string.Join(", ", order.Select(OrderSql));
        // The page is cut out before its JSON is made: PostgreSQL would make it for every row that it sorts.
        var page = $"select * from {dataset.Name}{where} order by {sorted} limit {(Limit + 1).ToString(CultureInfo.InvariantCulture)}";
        var sql = $"select {DatasetSql.JsonRow(columns)}, {string.Join(", ", order.Select(DatasetSql.TextCell))} "
            + $"from ({page}) {dataset.Name} order by {sorted}";
        return (sql, values);
    }

    /// <summary>The cursor that continues after a row with these values in the columns of the order.</summary>
    public string CursorAfter(string?[] lastRow) => RowCursor.Encode(fingerprint, lastRow);

    public int CursorWidth => order.Count;

    private Result ReadColumns(string text)
    {
        var chosen = new List<Column>();
        foreach (var name in text.Split(','))
        {
            if (dataset.Find(name) is not { } column)
                return Refusal.Invalid("columns", "column_unknown", name, dataset.Name);
            if (chosen.Contains(column))
                return Refusal.Invalid("columns", "parameter_repeated");
            chosen.Add(column);
        }

        columns = chosen;
        return Result.Done;
    }

    private Result ReadOrder(string text)
    {
        var name = text.TrimStart('-');
        if (text.Length - name.Length > 1 || dataset.Find(name) is not { Sortable: true } column)
        {
            return Refusal.Invalid(
                "order", "order_unknown", text, string.Join(", ", dataset.Columns.Where(each => each.Sortable).Select(each => each.Name)));
        }

        descending = text.StartsWith('-');
        order = [column, .. dataset.Order.Select(each => dataset[each]).Where(each => each != column)];
        return Result.Done;
    }

    private Result ReadLimit(string text)
    {
        var limit = Cursor.Limit(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        if (!limit.IsRefused)
            Limit = limit.Value;
        return Result.From(limit.Refusals);
    }

    private Result ReadFilter(string parameter, string text)
    {
        var filter = RowFilter.Parse(dataset, parameter, text);
        if (!filter.IsRefused)
            filters.Add(filter.Value);
        return Result.From(filter.Refusals);
    }

    // A required column says nothing of nulls, so that its index fits in both directions.
    private string OrderSql(Column column) =>
        DatasetSql.Stored(dataset, column.Name) + (descending ? " desc" : "") + (column.Required ? "" : " nulls last");

    /// <summary>What a cursor belongs to: all that decides which rows come in which order, and nothing else.</summary>
    private string Describe() => string.Join(
        '\n',
        filters.Select(filter => FormattableString.Invariant($"{filter.Column.Name} {filter.Operator} {filter.Value ?? "null"}"))
            .Order(StringComparer.Ordinal)
            .Prepend($"{dataset.Name} {(descending ? "-" : "+")}{string.Join(',', order.Select(column => column.Name))}"));

    private string AfterSql(List<object> values)
    {
        var comparison = descending ? "<" : ">";
        var first = order[0];
        if (first.Required)
            return Compare(order, after!, comparison, values);

        // The only column that may be empty is the one asked for; those of the dataset's own order never are.
        var rest = Compare(order[1..], after![1..], comparison, values);
        if (after[0] is not { } value)
            return $"({first.Name} is null and {rest})";
        var parameter = Add(value, values);
        return $"({first.Name} {comparison} {parameter} or ({first.Name} = {parameter} and {rest}) or {first.Name} is null)";
    }

    private static string Compare(IReadOnlyList<Column> columns, object?[] last, string comparison, List<object> values) =>
        $"({string.Join(", ", columns.Select(column => column.Name))}) {comparison} ({string.Join(", ", last.Select(value => Add(value!, values)))})";

    private static string Add(object value, List<object> values)
    {
        values.Add(value);
        return $"${values.Count.ToString(CultureInfo.InvariantCulture)}";
    }
}
