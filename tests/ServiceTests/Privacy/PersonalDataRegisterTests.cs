using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Privacy;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests.Privacy;

/// <summary>The register of personal data beside the schemas as PostgreSQL has them.</summary>
public sealed class PersonalDataRegisterTests
{
    /// <summary>A table with one of these columns holds something of people.</summary>
    private static readonly string[] SubjectColumns = ["account_id", "person_id", "subject_id"];

    public static TheoryData<string> Services => [Owners.Participants, Owners.ActionPlans, Owners.Transparency, Owners.Notifications];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Every_text_of_a_table_about_people_stands_in_the_register(string service)
    {
        var columns = await ColumnsAsync(service);
        var registered = PersonalDataRegister.Of(service).ToDictionary(table => table.Name);
        var personal = columns.Where(column => SubjectColumns.Contains(column.Column)).Select(column => column.Table).Concat(registered.Keys).ToHashSet();
        personal.ShouldNotBeEmpty();
        var missing = columns
            .Where(column => personal.Contains(column.Table) && column.Type is "text" or "character varying" or "citext" or "jsonb" or "json" or "bytea" or "inet" or "ARRAY")
            .Where(column => personal.Contains(column.Table))
            .Where(column => !registered.TryGetValue(column.Table, out var table)
                || !(table.Columns.Any(one => one.Name == column.Column) || table.NotPersonal.Contains(column.Column)))
            .Select(column => $"{column.Table}.{column.Column}");
        missing.ShouldBeEmpty($"Add these columns of {service} to PersonalDataRegister.");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_register_names_no_table_or_column_that_is_not_there_and_its_statements_are_sound(string service)
    {
        var columns = (await ColumnsAsync(service)).Select(column => (column.Table, column.Column)).ToHashSet();
        await using var database = await DatabaseAsync(service);
        foreach (var table in PersonalDataRegister.Of(service))
        {
            foreach (var column in table.Columns.Select(column => column.Name).Concat(table.NotPersonal).Append(table.Key))
                columns.ShouldContain((table.Name, column));
            foreach (var sql in table.ErasingSql().Append(table.ExportSql(1)))
            {
                await using var command = database.CreateCommand(sql);
                command.Parameters.Add(new() { Value = table.FoundBy == SubjectKey.Person ? Guid.CreateVersion7() : new byte[32] });
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    /// <summary>Whom a person's copy must not name: staff who decided, looked or wrote something down.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_copy_names_no_account_but_the_persons(string service)
    {
        await using var database = await DatabaseAsync(service);
        await using var command = database.CreateCommand(
            """
            select c.conrelid::regclass::text, a.attname::text from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
            where c.contype = 'f' and c.confrelid = to_regclass('account')
            """);
        var references = new List<(string Table, string Column)>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                references.Add((reader.GetString(0), reader.GetString(1)));
        }

        if (service == Owners.Participants)
            references.Count.ShouldBeGreaterThan(20, "the search must be able to find them");
        var registered = PersonalDataRegister.Of(service).ToDictionary(table => table.Name);
        references.Where(one => registered.TryGetValue(one.Table, out var table) && table.Key != one.Column && !PersonalTable.NamesOthers(one.Column))
            .ShouldBeEmpty("a column that names another account is not handed out: PersonalTable.NamesOthers");
    }

    private static async Task<List<(string Table, string Column, string Type)>> ColumnsAsync(string service)
    {
        await using var database = await DatabaseAsync(service);
        await using var command = database.CreateCommand(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position");
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<(string, string, string)>();
        while (await reader.ReadAsync())
            columns.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return columns;
    }

    private static async Task<NpgsqlDataSource> DatabaseAsync(string service)
    {
        var server = await PostgresServer.SharedAsync();
        var name = $"register_{Guid.NewGuid():N}";
        await server.ExecuteAsync($"create database {name}");
        var database = NpgsqlDataSource.Create(server.ConnectionString(name) + ";Pooling=false");
        var assembly = service switch
        {
            Owners.Participants => typeof(OpenGov.Participants.ParticipantsDb).Assembly,
            Owners.ActionPlans => typeof(OpenGov.ActionPlans.ActionPlansDb).Assembly,
            Owners.Transparency => typeof(OpenGov.Transparency.TransparencyDb).Assembly,
            _ => typeof(OpenGov.Notifications.NotificationsDb).Assembly,
        };
        await new SchemaMigrator(database, assembly, NullLogger<SchemaMigrator>.Instance).ApplyAsync(CancellationToken.None);
        return database;
    }
}
