using System.Net;
using System.Net.Http.Json;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.SystemTests.Engine;
using OpenGov.SystemTests.Security;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Operation;

/// <summary>The backups that the native engine makes by itself, on the whole system and with the real programs.</summary>
public sealed class OwnBackupsTests
{
    private const UnixFileMode OwnerMayWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task The_system_makes_one_by_itself_tries_it_and_another_when_asked_and_it_can_be_restored()
    {
        using var folder = new DataFolder();
        using var disk = new DataFolder();
        var backups = Directory.CreateDirectory(Path.Combine(disk, "respaldos")).FullName;
        string afterwards;
        // Half a day away from now, whenever this runs.
        var night = TimeOnly.FromDateTime(DateTime.UtcNow.AddHours(12));
        string[] schedule = ["--BackupDelaySeconds=1", "--BackupZone=Etc/UTC", $"--BackupTime={night.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)}"];
        var system = new BackedUpSystem(folder, backups, isNew: true, schedule);
        try
        {
            await system.InitializeAsync();
            await system.UntilAsync(() => system.State["trial"] is not null && system.State["running"] is null, "a backup and its trial");
            var first = system.Complete.ShouldHaveSingleItem();
            Path.GetFileName(first).ShouldBe(system.State["last"]!["name"]!.GetValue<string>());
            File.GetUnixFileMode(first).ShouldBe(OwnerMayWrite | UnixFileMode.UserExecute);
            Directory.GetFiles(first).Length.ShouldBe(7);
            foreach (var file in Directory.GetFiles(first))
                File.GetUnixFileMode(file).ShouldBe(OwnerMayWrite, file);
            (await DatabasesAsync(system)).ShouldNotContain(name => name.StartsWith("check-", StringComparison.Ordinal), "the trial removes what it restored");

            // Nothing needs a script.
            var page = await system.OpenOperationAsync(javaScript: false);
            var text = await BackedUpSystem.TextAsync(page);
            text.ShouldContain($"1, en la carpeta «respaldos»; el más reciente se llama «{Path.GetFileName(first)}»");
            text.ShouldContain("sin que nadie lo pida");
            text.ShouldContain($"del respaldo «{Path.GetFileName(first)}»: se restauró completo");
            text.ShouldNotContain(backups, Case.Sensitive, "paths of the machine are nobody's business");
            await page.GetByRole(AriaRole.Button, new() { Name = "Hacer un respaldo ahora" }).ClickThroughAsync();
            (await page.Locator("main").InnerTextAsync()).ShouldContain("El respaldo se está haciendo");
            // The page reloads by itself until it is made.
            await Assertions.Expect(page.Locator("#equipo").Locator("xpath=..")).ToContainTextAsync("2, en la carpeta «respaldos»", new() { Timeout = 180_000 });
            await Assertions.Expect(page.Locator("#ordenes").Locator("xpath=..")).ToContainTextAsync("Hecho", new() { Timeout = 180_000 });
            (await page.Locator("#ordenes").Locator("xpath=..").InnerTextAsync()).ShouldContain("Pedido con el botón de esta página");
            await LooksWellAsync(system);

            // A repeated order is the first one.
            var (status, order) = await system.OrderAsync("respaldo-una-vez");
            status.ShouldBe(202);
            var id = order["id"]!.GetValue<string>();
            await Eventually.HoldsAsync(async () => (await system.RecordAsync(id))["state"]!.GetValue<string>() == "DONE", TimeSpan.FromMinutes(3), "the order to be done");
            (await system.OrderAsync("respaldo-una-vez")).Body["id"]!.GetValue<string>().ShouldBe(id);
            system.State["answer"]!["order"]!.GetValue<string>().ShouldBe(id);
            await Task.Delay(TimeSpan.FromSeconds(3));
            system.Complete.Count.ShouldBe(3);

            afterwards = (await system.OpenAccountAsync("despues", role: null)).Email!;
        }
        finally
        {
            await system.StopAsync();
        }

        (await BackupScripts.RunAsync("restore.sh", folder, system.Complete[^1])).ShouldContain("participants-db: restaurada");
        var again = new BackedUpSystem(folder, backups, isNew: false, schedule);
        try
        {
            await again.InitializeAsync();
            await again.SignInSampleAsync("administration");
            (await SignInStatusAsync(again, afterwards)).ShouldBe(HttpStatusCode.Unauthorized, "who came after the backup is not in it");
            // The last one is of today: the next one comes at night.
            await again.UntilAsync(() => again.State["next"]?.GetValue<DateTimeOffset>() is { } next && next.UtcDateTime.TimeOfDay == new TimeSpan(night.Hour, night.Minute, 0), "the time of the next one");
            again.Complete.Count.ShouldBe(3);
        }
        finally
        {
            await again.StopAsync();
        }
    }

    private static async Task<HttpStatusCode> SignInStatusAsync(SecuredSystem system, string email)
    {
        using var client = system.Client();
        using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Post, "/api/participants/v1/sessions");
        request.Content = JsonContent.Create(new { email, password = SecuredSystem.Password });
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    [Fact]
    public async Task One_that_is_killed_or_stopped_leaves_nothing_that_counts_is_told_and_made_up()
    {
        using var folder = new DataFolder();
        using var disk = new DataFolder();
        var backups = Directory.CreateDirectory(Path.Combine(disk, "respaldos")).FullName;
        var system = new BackedUpSystem(folder, backups, isNew: true, "--BackupDelaySeconds=3600", "--BackupRetrySeconds=2");
        NpgsqlConnection? held = null;
        try
        {
            await system.InitializeAsync();
            var page = await system.OpenOperationAsync(javaScript: true);
            (await BackedUpSystem.TextAsync(page)).ShouldContain("No hay que hacer nada: el primero se hace solo");
            string id;
            await using (await HoldATableAsync(system))
            {
                id = (await system.OrderAsync("se-interrumpe")).Body["id"]!.GetValue<string>();
                await system.UntilAsync(() => system.Working("pg_dump").Count == 1 && system.Partial.Count == 1, "the backup to wait for the table");
                (await BackedUpSystem.TextAsync(page)).ShouldContain("En curso desde el");
                (await system.OrderAsync("otro-mientras")).ShouldSatisfyAllConditions(
                    other => other.Status.ShouldBe(409), other => other.Body["code"]!.GetValue<string>().ShouldBe("backup_running"));

                Processes.Signal(system.Working("pg_dump").Single(), "KILL");
                await Eventually.HoldsAsync(async () => (await system.RecordAsync(id))["state"]!.GetValue<string>() == "FAILED", TimeSpan.FromMinutes(3), "the order to fail");
                var failed = system.State["failure"]!["at"]!.GetValue<DateTimeOffset>();
                system.State["failure"]!["reason"]!.GetValue<string>().ShouldBe("INTERRUPTED");
                (await BackedUpSystem.TextAsync(page)).ShouldContain("algo lo interrumpió desde fuera");

                // It is tried again without anybody asking, and the whole script is killed this time.
                await system.UntilAsync(() => system.Working("pg_dump").Count == 1 && system.State["running"] is not null, "a second attempt");
                var script = int.Parse((await File.ReadAllTextAsync(Path.Combine(folder, "run", "backup.pid"))).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
                Processes.Signal(script, "KILL");
                await system.UntilAsync(() => system.State["failure"]!["at"]!.GetValue<DateTimeOffset>() > failed, "the second failure");
                system.State["failure"]!["reason"]!.GetValue<string>().ShouldBe("INTERRUPTED");
                system.Complete.ShouldBeEmpty("half a backup is none");
                await system.UntilAsync(() => system.Working("pg_dump").Count == 1, "a third attempt, and no process of the second");
                system.Partial.Count.ShouldBe(1);
            }

            await system.UntilAsync(() => system.Complete.Count == 1 && system.State["trial"] is not null && system.State["running"] is null, "the backup once nothing is in its way");
            system.Partial.ShouldBeEmpty();
            (await BackedUpSystem.TextAsync(page)).ShouldContain("Después se hizo bien.");

            held = await HoldATableAsync(system);
            await system.OrderAsync("se-detiene");
            await system.UntilAsync(() => system.Working("pg_dump").Count == 1, "the backup that is stopped");
        }
        finally
        {
            // Who waited for the backup would wait for as long as the table is held.
            (await system.StopAsync()).ShouldBeLessThan(TimeSpan.FromMinutes(2));
            if (held is not null)
                await held.DisposeAsync();
        }

        Processes.MentioningFolder(backups).ShouldBeEmpty();
        system.Partial.ShouldBeEmpty();
        system.Complete.ShouldHaveSingleItem();
        system.State["running"].ShouldBeNull();
    }

    /// <summary>A backup of the first database waits for as long as the connection lives.</summary>
    private static async Task<NpgsqlConnection> HoldATableAsync(BackedUpSystem system)
    {
        var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("notifications-db") + ";Pooling=false");
        await connection.OpenAsync();
        // Apart: in one command all of it would be one transaction, and a backup does not wait for a table that it cannot see yet.
        foreach (var sql in new[] { "create table if not exists held (id int)", "begin", "lock table held in access exclusive mode" })
        {
#pragma warning disable CA2100 // Constant texts.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }

        return connection;
    }

    private static async Task<IReadOnlyList<string>> DatabasesAsync(BackedUpSystem system)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync("participants-db") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select datname from pg_database", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task LooksWellAsync(BackedUpSystem system)
    {
        var page = await system.OpenOperationAsync(javaScript: true);
        foreach (var width in new[] { 1280, 360 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.GotoAsync("/operacion");
            await Axe.FindsNothingAsync(page, $"{width}");
            (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, "the page scrolls sideways");
        }

        await Screenshots.TakeAsync(page, "operacion-respaldos");
    }
}
