using Npgsql;

namespace OpenGov.ServiceTests.Privacy;

/// <summary>Looks for texts in every column of every row of every table of a database.</summary>
internal static class TextSearch
{
    /// <returns>Where a text was found: table and row.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(NpgsqlDataSource database, params string[] texts)
    {
        var tables = new List<string>();
        await using (var command = database.CreateCommand("select quote_ident(table_name) from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                tables.Add(reader.GetString(0));
        }

        tables.Count.ShouldBeGreaterThan(5);
        var found = new List<string>();
        foreach (var table in tables)
        {
#pragma warning disable CA2100 // Names of the schema.
            // to_jsonb shows bytes in hex: a text hidden in them is looked for in hex too.
            await using var command = database.CreateCommand(
                $"select '{table}: ' || left(row::text, 400) from (select to_jsonb(one) as row from {table} one) rows, unnest($1) wanted where row::text ilike '%' || wanted || '%' or row::text ilike '%' || encode(convert_to(wanted, 'UTF8'), 'hex') || '%'");
#pragma warning restore CA2100
            command.Parameters.Add(new() { Value = texts });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                found.Add(reader.GetString(0));
        }

        return found;
    }
}
