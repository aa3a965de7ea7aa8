using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>Looks for texts in all databases of a running system.</summary>
internal static class EveryTable
{
    private static readonly string[] Databases = ["participants-db", "action-plans-db", "transparency-db", "notifications-db"];

    /// <summary>Every column of every row of every table of every service, texts and bytes.</summary>
    public static async Task<List<(string Canary, string Where)>> FindAsync(RunningSystem system, params string[] canaries)
    {
        var found = new List<(string, string)>();
        foreach (var database in Databases)
        {
            await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync(database) + ";Pooling=false");
            await connection.OpenAsync();
            var tables = new List<string>();
            await using (var names = new NpgsqlCommand("select quote_ident(table_name) from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'", connection))
            await using (var reader = await names.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    tables.Add(reader.GetString(0));
            }

            tables.Count.ShouldBeGreaterThan(5, database);
            foreach (var table in tables)
            {
#pragma warning disable CA2100 // Names of the database's own tables.
                // Bytes show as hexadecimal digits: a text in them is looked for that way too.
                await using var search = new NpgsqlCommand(
                    $"""
                    select wanted, left(row::text, 300) from (select to_jsonb(one) as row from {table} one) rows, unnest($1) wanted
                    where row::text ilike '%' || wanted || '%' or row::text ilike '%' || encode(convert_to(wanted, 'UTF8'), 'hex') || '%'
                    """, connection);
#pragma warning restore CA2100
                search.Parameters.Add(new() { Value = canaries });
                await using var reader = await search.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                    found.Add((reader.GetString(0), $"{database}.{table}: {reader.GetString(1)}"));
            }
        }

        return found;
    }
}
