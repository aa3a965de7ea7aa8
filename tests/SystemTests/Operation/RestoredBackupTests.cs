using System.Text.Json.Nodes;
using OpenGov.SystemTests.Engine;
using OpenGov.SystemTests.Security;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Operation;

/// <summary>
/// The scripts of <c>deploy</c>: a backup of the running system, somebody erased after it, the restore of the stopped system; then every table of every
/// service is searched for them.
/// </summary>
public sealed class RestoredBackupTests
{
    private const string Participants = "/api/participants/v1";

    [Fact]
    public async Task INV_52_who_was_erased_after_a_backup_is_in_no_service_once_it_was_restored_and_INV_51_who_revoked_is_not_named()
    {
        using var folder = new DataFolder();
        using var elsewhere = new DataFolder();
        var backup = Path.Combine(elsewhere, "backup");
        var mark = Guid.NewGuid().ToString("N")[..12];
        var (name, email) = ($"Regresa Delrespaldo{mark}", $"regresa{mark}@prueba.example");
        var (revoked, stays) = ($"Quita Sunombre{mark}", $"Sigue Aquí{mark}");
        string erasedId;

        var before = new SystemOn(folder, isNew: true);
        try
        {
            await before.InitializeAsync();
            var erased = await TakePartAsync(before, name, email);
            var revoking = await TakePartAsync(before, revoked, $"quita{mark}@prueba.example");
            await TakePartAsync(before, stays, $"sigue{mark}@prueba.example");
            erasedId = erased.AccountId!;
            await FollowAsync(before, email);
            (await EveryTable.FindAsync(before, name, email)).Select(found => found.Canary).Distinct().Count().ShouldBe(2);
            await BackupScripts.RunAsync("backup.sh", folder, backup);
            // The script refuses as long as the system runs.
            var refused = await BackupScripts.TryAsync("restore.sh", folder, backup);
            (refused.Code, refused.Errors).ShouldBe((1, "Error: el sistema está en marcha.\nQué hacer: deténgalo con Ctrl+C donde lo inició y repita esta orden\n"));

            await before.SendAsync(revoking, HttpMethod.Delete, $"{Participants}/my/consents/PUBLISH_NAME");
            await EraseAsync(before, erased);
            (await EveryTable.FindAsync(before, name, email)).ShouldBeEmpty();
            (await NamesAsync(before)).ShouldNotContain(revoked);
        }
        finally
        {
            await before.DisposeAsync();
        }

        var ledger = await File.ReadAllTextAsync(Path.Combine(folder, "erasures", "ledger"));
        ledger.ShouldContain($" ERASED {erasedId}\n");
        var restored = await BackupScripts.RunAsync("restore.sh", folder, backup);
        restored.ShouldContain("notifications-db: restaurada");
        restored.ShouldContain("En la lista de supresiones hay 1");
        (await File.ReadAllLinesAsync(Path.Combine(folder, "erasures", "ledger"))).ShouldBe(ledger.Split('\n', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true, "no restore takes a line back");

        var after = new SystemOn(folder, isNew: false);
        try
        {
            await after.InitializeAsync();
            var office = await after.SignInSampleAsync("administration");
            await Eventually.HoldsAsync(
                async () => (await EveryTable.FindAsync(after, name, email)).Count == 0, TimeSpan.FromSeconds(60), "every service to have erased them again");
            (await BrokerQueues.SearchAsync(after, [name, email])).ShouldBeEmpty();
            var names = await NamesAsync(after);
            names.ShouldNotContain(revoked);
            names.ShouldContain(stays, customMessage: "the backup was restored, and nobody else is touched");
            (await after.ReadLogAsync("participants")).ShouldContain("1 erased again");
            var page = await after.OpenBrowserAsync();
            var account = JsonNode.Parse(await File.ReadAllTextAsync(after.AccountsFile))!.AsArray().Single(one => one!["role"]!.GetValue<string>() == "administration")!;
            await page.GotoAsync("/cuenta/entrar");
            await page.Locator("[name='email']").FillAsync(account["email"]!.GetValue<string>());
            await page.Locator("[name='password']").FillAsync(account["password"]!.GetValue<string>());
            await page.Locator("main form button[type='submit']").First.ClickThroughAsync();
            foreach (var width in new[] { 1280, 360 })
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.GotoAsync("/operacion");
                (await page.Locator("main").InnerTextAsync()).ShouldContain("se borraron otra vez: 1");
                (await page.Locator("main").InnerTextAsync()).ShouldContain("borradas otra vez tras restaurar un respaldo: 1");
                (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, "the page scrolls sideways");
            }

            await Screenshots.TakeAsync(page, "operacion-restaurado");
        }
        finally
        {
            await after.DisposeAsync();
        }
    }

    /// <summary>Registered as a citizen, named in the public list.</summary>
    private static async Task<Caller> TakePartAsync(SecuredSystem system, string name, string email)
    {
        var notice = await system.NoticeAsync();
        var invited = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/accounts", new JsonObject { ["email"] = email, ["displayName"] = name });
        var session = await system.SendAsync(
            system.Nobody, HttpMethod.Post, $"{Participants}/invitations/{invited["invitationLink"]!.GetValue<string>().Split('/')[^1]}",
            new JsonObject { ["password"] = SecuredSystem.Password, ["privacyNoticeId"] = notice });
        var person = new Caller(name, session["sessionToken"]!.GetValue<string>(), invited["id"]!.GetValue<string>(), email);
        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/my/registrations", new JsonObject { ["privacyNoticeId"] = notice });
        await system.SendAsync(person, HttpMethod.Put, $"{Participants}/my/consents/PUBLISH_NAME", new JsonObject { ["textVersion"] = 2, ["privacyNoticeId"] = notice });
        return person;
    }

    private static async Task FollowAsync(SecuredSystem system, string email)
    {
        var commitment = await system.SendAsync(system.Nobody, HttpMethod.Get, "/api/action-plans/v1/commitments/MX-MEX-PAL01-C01");
        await system.SendAsync(system.Nobody, HttpMethod.Post, "/api/notifications/v1/subscriptions", new JsonObject
        {
            ["email"] = email,
            ["subject"] = new JsonObject { ["kind"] = "COMMITMENT", ["id"] = commitment["id"]!.GetValue<string>() },
            ["language"] = "es",
        });
        var mail = await system.Mails.WaitForAsync(email, one => one.Text.Contains("/avisos/confirmar/", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await system.SendAsync(
            system.Nobody, HttpMethod.Post, "/api/notifications/v1/subscription-confirmations", new JsonObject { ["token"] = MailCatcher.LinkIn(mail, "/avisos/confirmar/").Split('/')[^1] });
    }

    /// <summary>Asks, is granted it, and every service confirms.</summary>
    private static async Task EraseAsync(SecuredSystem system, Caller person)
    {
        var asked = await system.SendAsync(person, HttpMethod.Post, $"{Participants}/my/arco-requests", new JsonObject
        {
            ["right"] = "CANCELLATION",
            ["description"] = "Pido que borren mis datos",
            ["privacyNoticeId"] = await system.NoticeAsync(),
        });
        var request = $"{Participants}/arco-requests/{asked["id"]!.GetValue<string>()}";
        await system.SendAsync(system.Administrator, HttpMethod.Post, $"{request}/answer", new JsonObject { ["outcome"] = "GRANTED", ["text"] = "Procede" }, "\"1\"");
        await system.SendAsync(system.Administrator, HttpMethod.Post, $"{request}/erasure");
        await Eventually.HoldsAsync(
            async () => (await system.SendAsync(system.Administrator, HttpMethod.Get, request))["state"]!.GetValue<string>() == "EFFECTIVE", TimeSpan.FromSeconds(90), "every service to confirm the erasure");
    }

    private static async Task<string> NamesAsync(SecuredSystem system)
    {
        using var client = system.Client();
        using var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Get, $"{Participants}/public-names/all");
        using var answer = await client.SendAsync(request);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["items"]!.AsArray().Aggregate("", (all, one) => $"{all}\n{one!["name"]!.GetValue<string>()}");
    }

    /// <summary>On a folder that outlives it, as an instance's does.</summary>
    private sealed class SystemOn(string folder, bool isNew) : SecuredSystem
    {
        protected override string[] Arguments => ["--MailCatcher=true", $"--Data={folder}"];

        protected override Task FillAsync() => isNew ? base.FillAsync() : Task.CompletedTask;
    }
}
