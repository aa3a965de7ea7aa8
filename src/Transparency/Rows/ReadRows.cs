using System.Data;
using System.Text.Json;
using Npgsql;
using OpenGov.ServiceDefaults.Http;
using OpenGov.Transparency.Datasets;
using OpenGov.Transparency.Files;

namespace OpenGov.Transparency.Rows;

/// <summary>
/// <c>GET /api/transparency/v1/datasets/{dataset}/rows</c>: a page of rows by keyset. Nothing is counted, and rows that arrive
/// between two pages neither repeat nor hide others.
/// </summary>
internal static class ReadRows
{
    /// <summary>Seconds. A page that takes longer is an order or filter without an index on a dataset grown too big for it.</summary>
    private const int TimeLimit = 10;

    public static async Task<IResult> HandleAsync(HttpContext http, NpgsqlDataSource database, string dataset)
    {
        if (DatasetDefinitions.Find(dataset) is not { } definition)
            return http.Problem(Refusal.NotFound());
        var query = RowQuery.Parse(definition, http.Request.Query);
        if (query.IsRefused)
            return http.Problem(query);

        var cancellation = http.RequestAborted;
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, definition, cancellation);
        if (http.IsNotModified(snapshot.State, snapshot.State.ETag(definition, "rows")))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        if (await ReadPageAsync(snapshot.Connection, query.Value, cancellation) is not { } page)
        {
            // No cache may keep this for as long as the rows stay as they are: with less to do PostgreSQL may answer the next time.
            var headers = http.Response.Headers;
            (headers.CacheControl, headers.ETag, headers.LastModified) = ("no-store", default, default);
            return http.Problem(Refusal.Rule("query_too_slow"));
        }

        return TypedResults.Bytes(page, "application/json; charset=utf-8");
    }

    /// <returns>Null where PostgreSQL could not answer in time. The same question would take as long again, so it is not told as a service that is away.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadPageAsync(NpgsqlConnection connection, RowQuery query, CancellationToken cancellation)
    {
        try
        {
            return await ReadInTimeAsync(connection, query, cancellation);
        }
        catch (NpgsqlException exception) when (exception.InnerException is TimeoutException && connection.State == ConnectionState.Open)
        {
            // PostgreSQL was there to end the statement; where it is not, the connection is broken.
            return null;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // A time limit that the operator set for all statements is shorter than ours.
            return null;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadInTimeAsync(NpgsqlConnection connection, RowQuery query, CancellationToken cancellation)
    {
        var (sql, values) = query.ToSql();
#pragma warning disable CA2100 // Identifiers come from the definitions; the caller's values are parameters.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeLimit };
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var rows = await command.ExecuteReaderAsync(cancellation);

        var page = new System.Buffers.ArrayBufferWriter<byte>(16 * 1024);
        using var json = new Utf8JsonWriter(page);
        json.WriteStartObject();
        json.WriteStartArray("items");
        var count = 0;
        var last = new string?[query.CursorWidth];
        string? next = null;
        while (await rows.ReadAsync(cancellation))
        {
            if (count++ == query.Limit)
            {
                next = query.CursorAfter(last);
                break;
            }

            json.WriteRawValue(rows.GetFieldValue<byte[]>(0), skipInputValidation: true);
            for (var i = 0; i < last.Length; i++)
                last[i] = await rows.IsDBNullAsync(i + 1, cancellation) ? null : rows.GetString(i + 1);
        }

        json.WriteEndArray();
        json.WriteString("next", next);
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        return page.WrittenMemory;
    }
}

/// <summary>Describes the answer: rows are written from PostgreSQL's JSON, columns under their snake_case names.</summary>
internal sealed record RowPage(IReadOnlyList<Dictionary<string, JsonElement>> Items, string? Next);
