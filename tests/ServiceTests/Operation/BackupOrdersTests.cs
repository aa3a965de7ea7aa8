using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Operation;
using OpenGov.ServiceTests.Participants;
using Order = OpenGov.ServiceDefaults.Operation.Order;

namespace OpenGov.ServiceTests.Operation;

/// <summary>What becomes of the record of an ordered backup; the test answers in the engine's place.</summary>
public sealed class BackupOrdersTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("opengov-orders-").FullName;
    private ParticipantsHost service = null!;

    private string Backups => Path.Combine(folder, "backups");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Backups);
        Engine(new AutomaticBackups("backups", null, 0, null, null, null, null, null));
        service = new ParticipantsHost { DataFolder = folder };
        await service.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task How_it_ended_is_kept_also_where_the_database_was_away_just_then()
    {
        var orders = service.Services.GetRequiredService<BackupOrders>();
        var order = new Order(Guid.CreateVersion7(), "una-vez", CommandAction.Backup, Owners.Participants, null, "prueba");
        var id = (await orders.BeginAsync(order, CancellationToken.None)).Value.Id;
        await Eventually.ShouldBeAsync(() => Task.FromResult(File.Exists(Path.Combine(Backups, "wanted"))), true);

        await service.ExecuteAsync("alter table operator_command rename to away");
        File.Delete(Path.Combine(Backups, "wanted"));
        Engine(new AutomaticBackups("backups", null, 1, null, null, null, null, null, new BackupAnswer(id, null)));
        await Task.Delay(TimeSpan.FromSeconds(3));
        await service.ExecuteAsync("alter table away rename to operator_command");
        await Eventually.ShouldBeAsync(() => StateAsync(id), "DONE");
    }

    [Fact]
    public async Task An_order_whose_process_ended_is_followed_by_the_next_one_and_one_that_is_lost_ends()
    {
        var (answered, runs, lost) = (await RunningAsync(), await RunningAsync(), await RunningAsync());
        Engine(new AutomaticBackups("backups", null, 0, new BackupRun(DateTimeOffset.UnixEpoch, false, runs), null, null, null, null, new BackupAnswer(answered, "NO_ROOM")));
        using var restarted = new BackupOrders(
            service.Database, service.Services.GetRequiredService<OrderRecords>(), service.Services.GetRequiredService<IConfiguration>(),
            service.Services.GetRequiredService<IHostApplicationLifetime>(), NullLogger<BackupOrders>.Instance)
        {
            LostAfter = TimeSpan.FromSeconds(2),
        };
        await restarted.StartAsync(CancellationToken.None);

        await Eventually.ShouldBeAsync(() => StateAsync(answered), "FAILED NO_ROOM");
        await Eventually.ShouldBeAsync(() => StateAsync(lost), "FAILED INTERRUPTED");
        (await StateAsync(runs)).ShouldBe("RUNNING");
        Engine(new AutomaticBackups("backups", null, 1, null, null, null, null, null, new BackupAnswer(runs, null)));
        await Eventually.ShouldBeAsync(() => StateAsync(runs), "DONE");
    }

    /// <summary>As a process left it that ended.</summary>
    private async Task<Guid> RunningAsync()
    {
        var id = Guid.CreateVersion7();
        await service.ExecuteAsync(
            $"insert into operator_command (id, account_id, action, owner, reason, state, at, seen_at) values ('{id}', '{Guid.CreateVersion7()}', 'BACKUP', 'participants', 'antes', 'RUNNING', now(), now() - interval '1 minute')");
        return id;
    }

    private async Task<string> StateAsync(Guid id)
    {
        await using var command = service.Database.CreateCommand($"select concat_ws(' ', state, failure) from operator_command where id = '{id}'");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>As the engine tells it: as a whole.</summary>
    private void Engine(AutomaticBackups state)
    {
        File.WriteAllText(Path.Combine(Backups, "state.new"), JsonSerializer.Serialize(state, JsonSerializerOptions.Web));
        File.Move(Path.Combine(Backups, "state.new"), Path.Combine(Backups, "state.json"), overwrite: true);
    }
}
