using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OpenGov.ServiceDefaults.Data;
using OpenGov.TestSupport;
using OpenGov.Transparency;

namespace OpenGov.ServiceTests.ServiceDefaults;

public sealed class SchemaMigratorTests : IAsyncLifetime
{
    private readonly string name = $"schema_{Guid.NewGuid():N}";
    private NpgsqlDataSource database = null!;

    public async Task InitializeAsync()
    {
        var server = await PostgresServer.SharedAsync();
        await server.ExecuteAsync($"create database {name}");
        database = NpgsqlDataSource.Create(server.ConnectionString(name));
    }

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Replicas_that_start_together_apply_each_file_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(ApplyAsync)));
        await ApplyAsync();
        await using var command = database.CreateCommand("select count(*) from relay_position");
        (await command.ExecuteScalarAsync()).ShouldBe(1L);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_was_applied_stops_the_start()
    {
        await ApplyAsync();
        await using (var change = database.CreateCommand("update schema_file set sha256 = 'another' where module = 'OpenGov.ServiceDefaults' and number = 1"))
            await change.ExecuteNonQueryAsync();
        (await Should.ThrowAsync<InvalidOperationException>(ApplyAsync)).Message.ShouldContain("0001_messaging.sql");
    }

    private Task ApplyAsync() =>
        new SchemaMigrator(database, typeof(TransparencyDb).Assembly, NullLogger<SchemaMigrator>.Instance).ApplyAsync(CancellationToken.None);
}
