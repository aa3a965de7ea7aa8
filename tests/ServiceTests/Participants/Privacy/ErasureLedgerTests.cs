using System.Net;
using System.Net.Http.Json;
using OpenGov.Contracts;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.ServiceTests.Privacy;
using OpenGov.TestSupport;
using static OpenGov.ServiceTests.Participants.ParticipantsHost;

namespace OpenGov.ServiceTests.Participants.Privacy;

/// <summary>Backups that were made before an erasure, restored after it (INV-52).</summary>
public sealed class ErasureLedgerTests : IDisposable
{
    private const string Name = "Regresa Delrespaldo";
    private const string Email = "regresa.delrespaldo@example.mx";
    private readonly string folder = Directory.CreateTempSubdirectory("opengov-ledger-").FullName;

    private string Backup => Path.Combine(folder, "participants-db.dump");
    private string Ledger => Path.Combine(folder, "erasures", "ledger");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task INV_52_who_was_erased_after_a_backup_is_erased_again_when_it_is_restored_and_nobody_else_is()
    {
        Guid person;
        Person other;
        await using (var service = await StartAsync(folder))
        {
            var administrator = await service.ConfiguredAsync();
            (person, _) = await TakingPartAsync(service, Name, Email);
            other = await service.PersonAsync();
            await PostgresServer.BackUpAsync(service.ConnectionString, Backup);
            (await File.ReadAllTextAsync(Ledger)).ShouldBeEmpty("it is there before anybody is erased");
            await EraseAsync(service, administrator, person);
            (await TextSearch.FindAsync(service.Database, Name, Email)).ShouldBeEmpty();
            // On the disk when the desk is told, and gone from the table.
            var written = await File.ReadAllTextAsync(Ledger);
            written.ShouldContain($" ERASED {person}\n");
            written.ShouldNotContain("Regresa", Case.Insensitive);
            (await service.CountAsync("select count(*) from erasure_ledger_entry")).ShouldBe(0);
        }

        // The proof that the backup brings the person back: without the ledger they are there.
        await using (var forgetful = await StartAsync(null, Backup))
        {
            (await TextSearch.FindAsync(forgetful.Database, Name, Email)).ShouldNotBeEmpty();
            (await FiguresAsync(forgetful)).Ledger.ShouldBe("NONE");
        }

        await using var restored = await StartAsync(folder, Backup);
        (await TextSearch.FindAsync(restored.Database, Name, Email)).ShouldBeEmpty();
        (await restored.CountAsync($"select count(*) from erasure where person_id = '{person}' and reason = 'RESTORE'")).ShouldBe(1);
        (await restored.CountAsync($"select count(*) from event_log where type like '%.PersonErasedV1' and payload ->> 'personId' = '{person}'")).ShouldBe(1, "every service is told");
        (await restored.CountAsync("select count(*) from account where erased_at is not null")).ShouldBe(1);
        (await restored.SignInAsync(other.Email)).ShouldNotBeNull();
        var figures = await FiguresAsync(restored);
        figures.ShouldBe(("KEPT", 1, 0));

        // Again, in this or in another replica, it finds nothing to do.
        var before = await File.ReadAllTextAsync(Ledger);
        await using var again = restored.WithWebHostBuilder(_ => { });
        _ = again.Server;
        await restored.HousekeepAsync();
        (await restored.CountAsync("select count(*) from erasure")).ShouldBe(1);
        (await File.ReadAllTextAsync(Ledger)).ShouldBe(before);
    }

    [Fact]
    public async Task INV_51_a_consent_that_was_revoked_after_a_backup_is_revoked_again_and_one_that_was_given_later_is_not()
    {
        Guid revoked, kept;
        await using (var service = await StartAsync(folder))
        {
            await service.ConfiguredAsync();
            HttpClient first, second;
            (revoked, first) = await TakingPartAsync(service, "Ana Quitasunombre", "ana.quita@example.mx");
            (kept, second) = await TakingPartAsync(service, "Eva Daotravez", "eva.otra@example.mx");
            // Revoked and given again before the backup: that stays.
            (await second.DeleteAsync($"{Api}/my/consents/PUBLISH_NAME")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await ConsentAsync(service, second);
            await PostgresServer.BackUpAsync(service.ConnectionString, Backup);
            (await first.DeleteAsync($"{Api}/my/consents/PUBLISH_NAME")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (await File.ReadAllTextAsync(Ledger)).ShouldContain($" REVOKED_PUBLISH_NAME {revoked}\n");
        }

        await using var restored = await StartAsync(folder, Backup);
        var names = await restored.Anonymous().GetStringAsync($"{Api}/public-names/all");
        names.ShouldNotContain("Quitasunombre");
        names.ShouldContain("Daotravez");
        (await restored.CountAsync($"select count(*) from consent where person_id = '{kept}' and revoked_at is null")).ShouldBe(1);
        (await restored.CountAsync("select count(*) from audit_log where action = 'consent_revoked_again'")).ShouldBe(1);
        (await restored.CountAsync("select count(*) from account where erased_at is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_holds_a_post_again_waits_until_it_is_ended_and_is_not_named_in_public_meanwhile()
    {
        Guid person;
        await using (var service = await StartAsync(folder))
        {
            var administrator = await service.ConfiguredAsync();
            (person, _) = await TakingPartAsync(service, Name, Email);
            var post = (await (await administrator.PostAsJsonAsync($"{Api}/accounts/{person}/staff-posts", new { role = "EXECUTIVE_SECRETARY" })).JsonAsync()).GetProperty("id").GetGuid();
            await PostgresServer.BackUpAsync(service.ConnectionString, Backup);
            (await administrator.PostAsync($"{Api}/staff-posts/{post}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
            await EraseAsync(service, administrator, person);
        }

        await using var restored = await StartAsync(folder, Backup);
        var office = await restored.SignInAsync("titular@garante.example");
        (await FiguresAsync(restored)).ShouldBe(("KEPT", 0, 1));
        (await restored.Anonymous().GetStringAsync($"{Api}/public-names/all")).ShouldNotContain("Delrespaldo");
        await restored.HousekeepAsync();
        (await TextSearch.FindAsync(restored.Database, Email)).ShouldNotBeEmpty("the post is still theirs");

        var again = await IdAsync(restored, $"select id from staff_post where account_id = '{person}'");
        (await office.PostAsync($"{Api}/staff-posts/{again}/end", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await restored.HousekeepAsync();
        (await TextSearch.FindAsync(restored.Database, Name, Email)).ShouldBeEmpty();
        (await FiguresAsync(restored)).ShouldBe(("KEPT", 1, 0));
    }

    [Fact]
    public async Task A_request_that_was_open_in_the_backup_is_effective_once_it_is_granted_again()
    {
        Guid person, request;
        await using (var service = await StartAsync(folder))
        {
            var administrator = await service.ConfiguredAsync();
            (person, var client) = await TakingPartAsync(service, Name, Email);
            request = (await ArcoTests.AskAsync(service, client, "CANCELLATION", "Borren todo lo mío, por favor")).GetProperty("id").GetGuid();
            await PostgresServer.BackUpAsync(service.ConnectionString, Backup);
            await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
            (await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await using var restored = await StartAsync(folder, Backup);
        var office = await restored.SignInAsync("titular@garante.example");
        var erasure = await IdAsync(restored, $"select id from erasure where person_id = '{person}'");
        await restored.DeliverAsync(Owners.ActionPlans, new OpenGov.Contracts.ActionPlans.V1.ErasureCarriedOutV1(erasure, 1));
        await restored.DeliverAsync(Owners.Transparency, new OpenGov.Contracts.Transparency.V1.ErasureCarriedOutV1(erasure, 1));
        await restored.DeliverAsync(Owners.Notifications, new OpenGov.Contracts.Notifications.V1.ErasureCarriedOutV1(erasure, 1));
        (await restored.CountAsync($"select count(*) from arco_request where id = '{request}' and state = 'RECEIVED'")).ShouldBe(1);
        await ArcoTests.ActAsync(office, request, "answer", new { outcome = "GRANTED", text = "Procede, y ya se hizo" });
        var view = await (await office.PostAsync($"{Api}/arco-requests/{request}/erasure", null)).JsonAsync();
        view.GetProperty("state").GetString().ShouldBe("EFFECTIVE");
        view.GetProperty("erasure").GetProperty("id").GetGuid().ShouldBe(erasure);
    }

    [Fact]
    public async Task A_ledger_that_was_lost_is_written_again_and_what_a_power_cut_left_of_a_line_is_none()
    {
        await using var service = await StartAsync(folder);
        var administrator = await service.ConfiguredAsync();
        var (person, _) = await TakingPartAsync(service, Name, Email);
        await EraseAsync(service, administrator, person);
        await File.WriteAllTextAsync(Ledger, $"2026-01-01T00:00:00.0000000Z ERASED {person.ToString()[..20]}");

        await using var later = service.WithWebHostBuilder(_ => { });
        _ = later.Server;
        var lines = await File.ReadAllLinesAsync(Ledger);
        lines.Length.ShouldBeGreaterThanOrEqualTo(2);
        LedgerLine.Read(lines[0]).ShouldBeNull();
        lines.Skip(1).Select(LedgerLine.Read).ShouldAllBe(line => line != null && line.PersonId == person);
        lines.ShouldContain(line => line.EndsWith($" ERASED {person}", StringComparison.Ordinal));
        (await service.CountAsync("select count(*) from erasure")).ShouldBe(1);
    }

    [Fact]
    public async Task An_erasure_whose_line_cannot_be_written_is_done_all_the_same_told_to_the_operator_and_written_later()
    {
        await using var service = await StartAsync(folder);
        var administrator = await service.ConfiguredAsync();
        var (person, _) = await TakingPartAsync(service, Name, Email);
        // Something is in the way.
        Directory.Delete(Path.GetDirectoryName(Ledger)!, recursive: true);
        await File.WriteAllTextAsync(Path.GetDirectoryName(Ledger)!, "");
        await EraseAsync(service, administrator, person);
        (await service.CountAsync($"select count(*) from erasure_ledger_entry where person_id = '{person}' and act = 'ERASED'")).ShouldBe(1);
        (await FiguresAsync(service)).Ledger.ShouldBe("FAILS");

        File.Delete(Path.GetDirectoryName(Ledger)!);
        await service.HousekeepAsync();
        (await File.ReadAllTextAsync(Ledger)).ShouldContain($" ERASED {person}\n");
        (await service.CountAsync("select count(*) from erasure_ledger_entry")).ShouldBe(0);
        (await FiguresAsync(service)).Ledger.ShouldBe("KEPT");
    }

    private static async Task<ParticipantsHost> StartAsync(string? folder, string? backup = null)
    {
        var service = new ParticipantsHost { DataFolder = folder, Backup = backup };
        await service.InitializeAsync();
        return service;
    }

    /// <summary>An account of that name, registered as a citizen, with the name in the public list.</summary>
    private static async Task<(Guid Id, HttpClient Client)> TakingPartAsync(ParticipantsHost service, string name, string email)
    {
        var administrator = await service.AdministratorAsync();
        var notice = await service.NoticeAsync();
        var invited = await (await administrator.PostAsJsonAsync($"{Api}/accounts", new { email, displayName = name })).JsonAsync();
        var token = invited.GetProperty("invitationLink").GetString()!.Split('/')[^1];
        var accepted = await (await service.Anonymous().PostAsJsonAsync($"{Api}/invitations/{token}", new { password = Password, privacyNoticeId = notice })).JsonAsync();
        var client = await service.SignedInAsync(accepted.GetProperty("sessionToken").GetString()!);
        (await client.PostAsJsonAsync($"{Api}/my/registrations", new { privacyNoticeId = notice })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await ConsentAsync(service, client);
        return (invited.GetProperty("id").GetGuid(), client);
    }

    private static async Task ConsentAsync(ParticipantsHost service, HttpClient client) =>
        (await client.PutAsJsonAsync($"{Api}/my/consents/PUBLISH_NAME", new { textVersion = 2, privacyNoticeId = await service.NoticeAsync() })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    /// <summary>From the desk's record to the erasure here.</summary>
    private static async Task EraseAsync(ParticipantsHost service, HttpClient administrator, Guid person)
    {
        var recorded = await administrator.PostAsJsonAsync($"{Api}/arco-requests", new
        {
            right = "CANCELLATION",
            description = "Pide que se borre todo",
            applicantName = "Quien pide",
            applicantContact = "Ventanilla",
            identityCheck = "Credencial",
            privacyNoticeId = await service.NoticeAsync(),
            registrationId = await IdAsync(service, $"select id from registration where account_id = '{person}'"),
        });
        recorded.StatusCode.ShouldBe(HttpStatusCode.Created, await recorded.Content.ReadAsStringAsync());
        var request = (await recorded.JsonAsync()).GetProperty("id").GetGuid();
        await ArcoTests.ActAsync(administrator, request, "answer", new { outcome = "GRANTED", text = "Procede" });
        var erased = await administrator.PostAsync($"{Api}/arco-requests/{request}/erasure", null);
        erased.StatusCode.ShouldBe(HttpStatusCode.OK, await erased.Content.ReadAsStringAsync());
    }

    /// <summary>What the operator's page is told.</summary>
    private static async Task<(string? Ledger, long Again, long Waiting)> FiguresAsync(ParticipantsHost service)
    {
        var office = await service.SignInAsync("titular@garante.example");
        var figures = (await (await office.GetAsync($"{Api}/operation")).JsonAsync()).GetProperty("process").GetProperty("figures").EnumerateArray().ToDictionary(one => one.GetProperty("code").GetString()!);
        return (figures["erasure_ledger"].GetProperty("text").GetString(), figures["erased_again"].GetProperty("number").GetInt64(), figures["erasures_waiting"].GetProperty("number").GetInt64());
    }

    private static async Task<Guid> IdAsync(ParticipantsHost service, string sql)
    {
        await using var command = service.Database.CreateCommand(sql);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }
}
