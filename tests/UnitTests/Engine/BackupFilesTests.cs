using Microsoft.Extensions.Configuration;
using OpenGov.AppHost.Native;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.UnitTests.Engine;

/// <summary>What lies in the folder of the backups, and what the services read of it.</summary>
public sealed class BackupFilesTests : IDisposable
{
    private const string Instance = "0a1b2c3d";
    private static readonly DateTimeOffset At = new(2026, 3, 11, 8, 30, 0, TimeSpan.Zero);
    private readonly string data = Directory.CreateTempSubdirectory("opengov-backups-").FullName;

    private string Folder => Directory.CreateDirectory(Path.Combine(data, "backups")).FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public void Only_what_this_instance_made_is_listed_or_removed()
    {
        var own = Make($"20260311T083000Z-{Instance}");
        var former = Make($"20260310T083000Z-{Instance}");
        var partial = Make($".partial-20260312T083000Z-{Instance}");
        string[] others = [Make("20260309T083000Z-ffffffff"), Make(".partial-20260309T083000Z-ffffffff"), Make(".partial-a-mano"), Make("antes-de-actualizar")];
        var link = Path.Combine(Folder, $"20260308T083000Z-{Instance}");
        Directory.CreateSymbolicLink(link, others[3]);
        var folders = new BackupFolders(Folder, Instance);

        folders.All().Select(one => one.Name).ShouldBe([Path.GetFileName(own), Path.GetFileName(former)]);
        folders.Newest(At).ShouldBe(new BackupFolder(Path.GetFileName(own), At));
        folders.Newest(At.AddMinutes(-1))!.Name.ShouldBe(Path.GetFileName(former));
        folders.RemovePartials();
        folders.Remove(folders.All()[1]);

        Directory.GetDirectories(Folder).ShouldBe([own, link, .. others], ignoreOrder: true);
        Directory.Exists(partial).ShouldBeFalse();
    }

    [Fact]
    public void An_instance_keeps_its_mark()
    {
        var file = Path.Combine(Folder, "id");
        var mark = BackupFolders.InstanceId(file);
        BackupFolders.InstanceId(file).ShouldBe(mark);
        BackupFolder.TryRead(BackupFolder.Of(At, mark).Name, mark).ShouldNotBeNull();
    }

    [Fact]
    public void The_services_read_what_the_engine_writes()
    {
        var order = Guid.NewGuid();
        var state = new BackupState("respaldos", At.AddDays(1), 9, new OpenGov.AppHost.Native.BackupRun(At, true, order), new OpenGov.AppHost.Native.BackupMade(At, "a", 6, 1000),
            new OpenGov.AppHost.Native.BackupMade(At.AddDays(-1), "b", 6, 900), new OpenGov.AppHost.Native.BackupFailed(At, "NO_ROOM"), new OpenGov.AppHost.Native.BackupFailed(At, "DAMAGED"),
            new OpenGov.AppHost.Native.BackupAnswer(order, "NO_ROOM"), ByItself: true);
        var file = Path.Combine(Folder, "state.json");
        state.Write(file);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        BackupState.Read(file).ShouldBe(state);

        var read = DataFolderFiles.Backup(Configuration())!;
        read.At.ShouldBeNull("no script has written what it made");
        read.Automatic.ShouldBe(new AutomaticBackups(
            "respaldos", At.AddDays(1), 9, new(At, true, order), new(At, "a", 6, 1000), new(At.AddDays(-1), "b", 6, 900), new(At, "NO_ROOM"), new(At, "DAMAGED"), new(order, "NO_ROOM"), ByItself: true));

        File.WriteAllText(file, "{");
        DataFolderFiles.Backup(Configuration())!.Automatic.ShouldBeNull("a torn file tells nothing");
        BackupState.Read(file).ShouldBeNull();
    }

    [Fact]
    public void A_backup_needs_half_as_much_room_again_as_the_last_one_and_the_first_a_gigabyte()
    {
        BackupFolders.RoomNeeded(1000).ShouldBe(1500);
        BackupFolders.RoomNeeded(null).ShouldBe(1L << 30);
        var made = Make($"20260311T083000Z-{Instance}");
        File.WriteAllBytes(Path.Combine(made, "a.dump"), new byte[1000]);
        BackupFolders.Size(made).ShouldBe((1, 1000));
        new BackupFolders(Folder, Instance).FreeBytes().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_failure_counts_until_something_later_succeeded()
    {
        AutomaticBackups With(DateTimeOffset? made, DateTimeOffset failed) =>
            new("backups", null, 1, null, made is { } at ? new(at, "a", 6, 1) : null, null, new(failed, "OTHER"), null);
        With(null, At).Fails.ShouldBeTrue();
        With(At.AddHours(-1), At).Fails.ShouldBeTrue();
        With(At.AddHours(1), At).Fails.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, "OTHER")]
    [InlineData(11, "SERVER_AWAY")]
    [InlineData(12, "NO_ROOM")]
    [InlineData(13, "DAMAGED")]
    [InlineData(14, "PROGRAMS_MISSING")]
    [InlineData(15, "ONE_RUNS_ALREADY")]
    [InlineData(16, "INTERRUPTED")]
    [InlineData(137, "INTERRUPTED")]
    public void What_a_script_ends_with_is_a_reason_that_the_page_has_a_text_for(int exitCode, string reason)
    {
        BackupProblemException.CodeOf(BackupProblemException.OfExitCode(exitCode).Problem).ShouldBe(reason);
        HasTexts(reason);
    }

    [Fact]
    public void Every_reason_has_a_text_and_a_remedy_in_both_languages()
    {
        foreach (var problem in Enum.GetValues<BackupProblem>())
            HasTexts(BackupProblemException.CodeOf(problem));
    }

    private static void HasTexts(string reason)
    {
        foreach (var language in new[] { "es-MX", "en" })
        {
            foreach (var noun in new[] { "backupproblem", "backuptodo" })
                OpenGov.Portal.Text.Find($"codes.{noun}_{reason}", System.Globalization.CultureInfo.GetCultureInfo(language)).ShouldNotBeNullOrEmpty($"{noun} {reason} {language}");
        }
    }

    private string Make(string name)
    {
        var made = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        File.WriteAllText(Path.Combine(made, "SHA256SUMS"), "");
        return made;
    }

    private IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection([new("OpenGov:DataFolder", data)]).Build();
}
