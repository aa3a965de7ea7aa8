using System.Data;
using System.IO.Pipelines;
using System.Text.Json;
using Npgsql;
using OpenGov.Transparency.Catalogue;
using OpenGov.Transparency.Datasets;

namespace OpenGov.Transparency.Files;

/// <summary>
/// <c>/datos/{dataset}.json</c>: an object with <c>dataset</c>, <c>version</c>, <c>modified</c>, <c>licence</c> and <c>rows</c>, one row a line, under
/// the names of the CSV. Streamed row by row. Empty is null; texts are as written, without the CSV's apostrophe.
/// </summary>
internal static class ExportJson
{
    private const int FlushFrom = 64 * 1024;

    public static async Task<IResult> HandleAsync(HttpContext http, NpgsqlDataSource database, string name)
    {
        var dataset = DatasetDefinitions.Find(name)!;
        var cancellation = http.RequestAborted;
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, cancellation);
        var state = snapshot.State;
        if (http.IsNotModified(state, state.ETag(dataset, "json")))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        http.Response.ContentType = "application/json; charset=utf-8";
        if (HttpMethods.IsHead(http.Request.Method))
            return TypedResults.Empty;
        await snapshot.AllowSlowReaderAsync(cancellation);

        var output = http.Response.BodyWriter;
        WriteHead(output, dataset, state);
#pragma warning disable CA2100 // The text is made of this program's own definitions.
        await using var command = new NpgsqlCommand(DatasetSql.JsonExport(dataset), snapshot.Connection);
#pragma warning restore CA2100
        // The time limit of a command is for each read from the server: a slow client is not a slow query.
        await using var rows = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellation);
        var first = true;
        var unflushed = 0;
        while (await rows.ReadAsync(cancellation))
        {
            var row = rows.GetFieldValue<byte[]>(0);
            Write(output, first ? "\n"u8 : ",\n"u8);
            Write(output, row);
            first = false;
            unflushed += row.Length;
            if (unflushed < FlushFrom)
                continue;
            await output.FlushAsync(cancellation);
            unflushed = 0;
        }

        Write(output, "\n]}\n"u8);
        await output.FlushAsync(cancellation);
        return TypedResults.Empty;
    }

    private static void WriteHead(PipeWriter output, DatasetDefinition dataset, DatasetState state)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("dataset", dataset.Name);
        json.WriteNumber("version", state.Version);
        json.WriteString("modified", IsoTime.Of(state.Modified));
        json.WriteString("licence", Licence.Uri);
        json.WritePropertyName("rows");
        // The rows follow as PostgreSQL writes them.
        json.WriteRawValue("["u8, skipInputValidation: true);
        json.Flush();
    }

    private static void Write(PipeWriter output, ReadOnlySpan<byte> bytes)
    {
        var target = output.GetSpan(bytes.Length);
        bytes.CopyTo(target);
        output.Advance(bytes.Length);
    }
}
