using OpenGov.Transparency.Datasets;

namespace OpenGov.ServiceTests.Transparency;

public sealed class DefinitionTests(TransparencyHost service) : IClassFixture<TransparencyHost>
{
    [Fact]
    public async Task Each_definition_agrees_with_its_table_column_by_column()
    {
        foreach (var dataset in DatasetDefinitions.All)
        {
            var table = new List<(string Name, bool Required, string Type)>();
            await using var command = service.Database.CreateCommand(
                "select column_name, is_nullable = 'NO', data_type from information_schema.columns where table_name = $1 order by ordinal_position");
            command.Parameters.Add(new() { Value = dataset.Name });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                table.Add((reader.GetString(0), reader.GetBoolean(1), reader.GetString(2)));

            dataset.Columns.Select(column => column.Name).ShouldBe(table.Select(column => column.Name));
            foreach (var (column, stored) in dataset.Columns.Zip(table))
            {
                string[] types = column.Type switch
                {
                    ColumnType.Uuid => ["uuid"],
                    ColumnType.WholeNumber => ["integer", "numeric"],
                    ColumnType.DecimalNumber => ["numeric"],
                    ColumnType.Boolean => ["boolean"],
                    ColumnType.Date => ["date"],
                    ColumnType.Timestamp => ["timestamp with time zone"],
                    ColumnType.List => ["ARRAY"],
                    _ => ["text"],
                };
                types.ShouldContain(stored.Type, $"{dataset.Name}.{column.Name}");
                // A list is never null: it may be empty.
                (column.Type == ColumnType.List || column.Required).ShouldBe(stored.Required, $"{dataset.Name}.{column.Name}");
            }
        }
    }

    [Fact]
    public async Task The_state_of_every_dataset_is_kept()
    {
        var list = await service.JsonAsync("/api/transparency/v1/datasets");
        list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString())
            .ShouldBe(DatasetDefinitions.All.Select(dataset => dataset.Name));
        await using var command = service.Database.CreateCommand("select count(*) from dataset_state");
        (await command.ExecuteScalarAsync()).ShouldBe((long)DatasetDefinitions.All.Count);
    }
}
