using System.Text.Json;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Catalogue;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Files;

internal sealed record DatasetList(IReadOnlyList<DatasetSummary> Items, string? Next);

/// <param name="Rows">Rows after the last change.</param>
internal sealed record DatasetSummary(
    string Name, BilingualText Title, BilingualText Description, long Version, long Rows, DateTimeOffset Issued, DateTimeOffset Modified,
    string Licence, DatasetLinks Links);

/// <summary>Paths on this origin.</summary>
internal sealed record DatasetLinks(string Csv, string Json, string Schema, string Rows);

internal sealed record DatasetDetails(
    string Name, BilingualText Title, BilingualText Description, long Version, long Rows, DateTimeOffset Issued, DateTimeOffset Modified,
    string Licence, DatasetLinks Links, string Key, IReadOnlyList<string> Order, IReadOnlyList<ColumnDetails> Columns);

/// <param name="Operators">Suffixes that a filter on the column may take: <c>gte</c> for <c>column__gte</c>.</param>
internal sealed record ColumnDetails(
    string Name, ColumnType Type, bool Required, BilingualText Description, string? Unit, IReadOnlyList<string> Values, string? RefersTo,
    bool Sortable, IReadOnlyList<string> Operators);

/// <summary>What the catalogue's page needs: the datasets with their state, in both languages.</summary>
internal static class ReadDatasets
{
    private const string ContentType = "application/json; charset=utf-8";
    private static readonly string[] RangeOperators = ["gte", "gt", "lte", "lt"];

    public static async Task<IResult> ListAsync(HttpContext http, NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var states = await DatasetState.ReadAllAsync(connection, http.RequestAborted);
        var list = new DatasetList([.. DatasetDefinitions.All.Select(dataset => SummaryOf(dataset, states[dataset.Name]))], null);
        return Content.Of(http, JsonSerializer.SerializeToUtf8Bytes(list, ContractsJson.Options), ContentType);
    }

    public static async Task<IResult> OneAsync(HttpContext http, NpgsqlDataSource database, string dataset)
    {
        if (DatasetDefinitions.Find(dataset) is not { } definition)
            return http.Problem(Refusal.NotFound());
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var summary = SummaryOf(definition, await DatasetState.ReadAsync(connection, definition.Name, http.RequestAborted));
        var details = new DatasetDetails(
            summary.Name, summary.Title, summary.Description, summary.Version, summary.Rows, summary.Issued, summary.Modified, summary.Licence,
            summary.Links, definition.Key, definition.Order, [.. definition.Columns.Select(column => ColumnOf(definition, column))]);
        return Content.Of(http, JsonSerializer.SerializeToUtf8Bytes(details, ContractsJson.Options), ContentType);
    }

    private static DatasetSummary SummaryOf(DatasetDefinition dataset, DatasetState state)
    {
        var paths = new DatasetAddresses("", dataset);
        return new DatasetSummary(
            dataset.Name, DatasetTexts.TitleOf(dataset), DatasetTexts.DescriptionOf(dataset), state.Version, state.Rows, state.Issued, state.Modified,
            Licence.Uri, new DatasetLinks(paths.Csv, paths.Json, paths.Schema, paths.Rows));
    }

    private static ColumnDetails ColumnOf(DatasetDefinition dataset, Column column) => new(
        column.Name, column.Type, column.Required, DatasetTexts.DescriptionOf(dataset, column), column.Unit, column.Values, column.RefersTo,
        column.Sortable, column.HasRange ? RangeOperators : []);
}
