using Npgsql;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Files;

/// <summary>
/// <c>/datos/{dataset}.csv</c>: PostgreSQL writes the CSV and its bytes go to the response as they come, so that memory does
/// not grow with the dataset. UTF-8, comma, RFC 4180 quoting; a text cell that a spreadsheet would run as a formula gets a
/// leading apostrophe.
/// </summary>
internal static class ExportCsv
{
    private const int BufferSize = 64 * 1024;
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <param name="bom"><c>true</c>: with a byte order mark, for spreadsheets that take UTF-8 for something else without it.</param>
    public static async Task<IResult> HandleAsync(HttpContext http, NpgsqlDataSource database, string name, string? bom = null)
    {
        if (bom is not (null or "true" or "false"))
            return http.Problem(Refusal.Invalid("bom", "value_not_boolean"));

        var dataset = DatasetDefinitions.Find(name)!;
        var marked = bom == "true";
        var cancellation = http.RequestAborted;
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, cancellation);
        if (http.IsNotModified(snapshot.State, snapshot.State.ETag(dataset, marked ? "csv-bom" : "csv")))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        http.Response.ContentType = "text/csv; charset=utf-8; header=present";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{dataset.Name}.csv\"";
        if (HttpMethods.IsHead(http.Request.Method))
            return TypedResults.Empty;
        await snapshot.AllowSlowReaderAsync(cancellation);

#pragma warning disable CA2100 // The text is made of this program's own definitions.
        await using var copy = (NpgsqlCopyTextReader)await snapshot.Connection.BeginTextExportAsync(DatasetSql.CsvExport(dataset), cancellation);
#pragma warning restore CA2100
        try
        {
            if (marked)
                await http.Response.Body.WriteAsync(ByteOrderMark, cancellation);
            // The bytes below the reader are UTF-8 already: decoding them to encode them again would halve the speed.
            await copy.BaseStream.CopyToAsync(http.Response.Body, BufferSize, cancellation);
        }
        catch
        {
            await EndAsync(copy);
            throw;
        }

        return TypedResults.Empty;
    }

    /// <summary>Ends an unfinished copy on the server: disposing it would first read the rest of it.</summary>
    private static async Task EndAsync(NpgsqlCopyTextReader copy)
    {
        try
        {
            await copy.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The caller's cancellation reached Npgsql during a read and ended it already.
        }
    }
}
