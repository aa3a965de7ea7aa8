using System.Text.Json;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Data;

internal static class ShowDataset
{
    private const int PreviewRows = 10;

    public static async Task<IResult> HandleAsync(HttpContext http, TransparencyApi transparency, string dataset)
    {
        var metadata = transparency.DatasetAsync(dataset);
        var rows = await transparency.RowsAsync(dataset, PreviewRows);
        return await metadata is { Ok: true, Value: { } found }
            ? Pages.Of<DatasetPage>(new DatasetModel(found, rows.Value?.Items))
            : Pages.For(http, await metadata);
    }
}

public sealed record DatasetModel(DatasetView Dataset, IReadOnlyList<Dictionary<string, JsonElement>>? Rows);
