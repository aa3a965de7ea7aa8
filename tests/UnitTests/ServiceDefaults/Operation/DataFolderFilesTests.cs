using Microsoft.Extensions.Configuration;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.ServiceDefaults.Operation;

public sealed class DataFolderFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("opengov-data-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_last_backup_is_told_with_its_time_files_and_size()
    {
        DataFolderFiles.Backup(Configuration()).ShouldBe(new BackupReport(null, 0, 0));
        Directory.CreateDirectory(Path.Combine(folder, "backups"));
        File.WriteAllText(Path.Combine(folder, "backups", "last"), "2026-03-01T08:00:00Z\nabc 1000 ./a.dump\ndef 24 instance-key\n");
        DataFolderFiles.Backup(Configuration()).ShouldBe(new BackupReport(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), 2, 1024));
        File.WriteAllText(Path.Combine(folder, "backups", "last"), "");
        DataFolderFiles.Backup(Configuration()).ShouldBe(new BackupReport(null, 0, 0));
    }

    [Fact]
    public void A_process_that_does_not_know_the_data_folder_says_nothing_of_it()
    {
        var empty = new ConfigurationBuilder().Build();
        DataFolderFiles.Backup(empty).ShouldBeNull();
        DataFolderFiles.Restarts(empty).ShouldBeEmpty();
    }

    [Fact]
    public void Restarts_are_read_as_the_engine_writes_them_and_a_torn_file_is_left_out()
    {
        DataFolderFiles.Restarts(Configuration()).ShouldBeEmpty();
        var run = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
        File.WriteAllText(Path.Combine(run, "broker.restarts"), """{"name":"broker","count":3,"at":"2026-03-01T08:00:00+00:00","exitCode":137,"line":"FATAL: role of ana@ejemplo.mx"}""");
        File.WriteAllText(Path.Combine(run, "portal.restarts"), "{");
        var restart = DataFolderFiles.Restarts(Configuration()).ShouldHaveSingleItem();
        restart.ShouldBe(new RestartReport("broker", 3, new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), 137, "FATAL: role of […@…]"));
    }

    private IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection([new("OpenGov:DataFolder", folder)]).Build();
}
