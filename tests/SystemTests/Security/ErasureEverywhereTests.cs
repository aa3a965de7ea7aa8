using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Security;

/// <summary>
/// Somebody takes part, follows, uploads, loses the password, exercises rights, and is erased: then everything that every process
/// of the instance wrote is searched for them.
/// </summary>
[Collection(SecuredSystemCollection.Name)]
public sealed class ErasureEverywhereTests(SecuredSystem system)
{
    private const string Participants = "/api/participants/v1";

    [Fact]
    public async Task INV_52_after_an_erasure_nothing_of_the_person_is_left_but_what_they_did_in_a_public_function()
    {
        var mark = Guid.NewGuid().ToString("N")[..12];
        var (name, email, otherEmail) = ($"Canaria Borrada{mark}", $"borrada{mark}@prueba.example", $"nueva{mark}@prueba.example");
        var upload = $"Contenido de un archivo de {mark}";
        // The mark by itself too: logs and messages escape what is no ASCII in the texts around it.
        string[] canaries = [mark, name, email, otherEmail, upload, $"archivo-{mark}.txt", $"llave-{mark}", $"descripción {mark}", $"aviso {mark}", $"respuesta {mark}", $"complemento {mark}", $"motivo {mark}", $"razón {mark}"];

        var person = await TakePartAsync(name, email);
        await FollowAsync(email);
        await UseSignInsAsync(person, otherEmail, mark);
        await UploadAsync(person, $"archivo-{mark}.txt", upload);
        var application = await ApplyAsync(person, mark);
        var request = await AskForErasureAsync(person, mark);

        // The proof that the search can find: in tables, and in a queue of our own.
        (await EveryTable.FindAsync(system, canaries)).Select(found => found.Canary).Distinct().ShouldBe([.. canaries.Except([otherEmail])], ignoreOrder: true, "the new address stands sealed, all else in the clear");
        (await BrokerQueues.SearchAsync(system, canaries, probe: email)).ShouldHaveSingleItem();
        await system.Telemetry.UntilAsync(telemetry => telemetry.Mentions(person.AccountId!) || telemetry.Mentions("participants"), 60);

        await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/arco-requests/{request}/erasure");
        JsonNode view = new JsonObject();
        await Eventually.HoldsAsync(
            async () => (view = await system.SendAsync(system.Administrator, HttpMethod.Get, $"{Participants}/arco-requests/{request}"))["state"]!.GetValue<string>() == "EFFECTIVE",
            TimeSpan.FromSeconds(90),
            "every service to confirm the erasure");
        view["erasure"]!["services"]!.AsArray().ShouldAllBe(service => service!["at"] != null);

        (await EveryTable.FindAsync(system, canaries)).ShouldBeEmpty();
        (await BrokerQueues.SearchAsync(system, canaries)).ShouldBeEmpty();
        (await InFilesAsync(canaries)).ShouldBeEmpty();
        canaries.Where(canary => system.Telemetry.Mentions(canary) || system.Telemetry.Mentions(Uri.EscapeDataString(canary))).ShouldBeEmpty();
        (await system.StatusAsync(person, "/api/participants/v1/sessions/current")).ShouldBe(401);

        // What INV-52 keeps: that an account acted for an institution, and that the law was kept; under an id.
        (await CountAsync("participants-db", $"select count(*) from mandate where account_id = '{person.AccountId}' and ended_at is not null")).ShouldBe(1);
        (await CountAsync("action-plans-db", $"select count(*) from mandate where account_id = '{person.AccountId}'")).ShouldBe(1);
        (await CountAsync("participants-db", $"select count(*) from call_application where id = '{application}' and state = 'REFUSED'")).ShouldBe(1, "as a count of the call's results");
        (await CountAsync("participants-db", $"select count(*) from audit_log where account_id = '{person.AccountId}'")).ShouldBeGreaterThan(0);
        (await CountAsync("participants-db", $"select count(*) from arco_request where id = '{request}' and folio like 'ARCO-%' and closed_on is not null")).ShouldBe(1);
    }

    /// <summary>An account with a mandate of the institution that answers for the sample's commitment.</summary>
    private async Task<Caller> TakePartAsync(string name, string email)
    {
        var invited = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/accounts", new JsonObject { ["email"] = email, ["displayName"] = name });
        var id = invited["id"]!.GetValue<string>();
        var notice = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/privacy-notice"))["id"]!.GetValue<string>();
        var session = await system.SendAsync(
            system.Nobody, HttpMethod.Post, $"{Participants}/invitations/{invited["invitationLink"]!.GetValue<string>().Split('/')[^1]}",
            new JsonObject { ["password"] = SecuredSystem.Password, ["privacyNoticeId"] = notice });
        var institution = (await system.SendAsync(system.Liaison, HttpMethod.Get, $"{Participants}/sessions/current"))["mandates"]![0]!["organisationId"]!.GetValue<string>();
        await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/accounts/{id}/mandates", new JsonObject { ["organisationId"] = institution });
        await Eventually.HoldsAsync(
            async () => await CountAsync("action-plans-db", $"select count(*) from mandate where account_id = '{id}'") == 1, TimeSpan.FromSeconds(30), "the mandate to arrive");
        return new Caller("erased", session["sessionToken"]!.GetValue<string>(), id, email);
    }

    private async Task FollowAsync(string email)
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

    /// <summary>A wrong password, a lost one, a new address, a key, a consent; each leaves its trace.</summary>
    private async Task UseSignInsAsync(Caller person, string otherEmail, string mark)
    {
        using (var client = system.Client())
        using (var request = SecuredSystem.RequestOf(system.Nobody, HttpMethod.Post, $"{Participants}/sessions", new JsonObject { ["email"] = person.Email, ["password"] = "no es la frase de nadie" }))
        using (var refused = await client.SendAsync(request))
            ((int)refused.StatusCode).ShouldBe(401);

        await system.SendAsync(system.Nobody, HttpMethod.Post, $"{Participants}/password-resets", new JsonObject { ["email"] = person.Email });
        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/account/address", new JsonObject { ["email"] = otherEmail, ["currentPassword"] = SecuredSystem.Password });
        await system.SendAsync(person, HttpMethod.Post, $"{Participants}/account/api-keys", new JsonObject
        {
            ["name"] = $"llave-{mark}",
            ["scopes"] = new JsonArray("participants:read"),
            ["days"] = 30,
            ["currentPassword"] = SecuredSystem.Password,
        });
        var notice = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/privacy-notice"))["id"]!.GetValue<string>();
        await system.SendAsync(person, HttpMethod.Put, $"{Participants}/my/consents/PUBLISH_NAME", new JsonObject { ["textVersion"] = 2, ["privacyNoticeId"] = notice });
        await system.Mails.WaitForAsync(otherEmail, _ => true, TimeSpan.FromSeconds(60));
    }

    private async Task UploadAsync(Caller person, string fileName, string content)
    {
        using var client = system.Client();
        using var request = SecuredSystem.RequestOf(person, HttpMethod.Post, $"/api/action-plans/v1/evidence-files?fileName={Uri.EscapeDataString(fileName)}");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using var answer = await client.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(201, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Applies to a call in their own words and is refused with a reason that speaks of them.</summary>
    private async Task<string> ApplyAsync(Caller person, string mark)
    {
        // The state's day; a moment before its midnight the call would be announced for tomorrow.
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City")).DateTime);
        var draft = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/call-desk", new JsonObject
        {
            ["kind"] = "CONSULTATION_OR_TABLES",
            ["title"] = "Mesas de trabajo de la prueba",
            ["description"] = "Se convoca a quienes quieran trabajar en las mesas de la prueba.",
            ["requirements"] = new JsonArray("Vivir en el estado"),
            ["opensOn"] = today.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["closesOn"] = today.AddDays(20).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["takesPeople"] = true,
        });
        var call = await system.SendAsync(system.Administrator, HttpMethod.Post, $"{Participants}/call-desk/{draft["id"]!.GetValue<string>()}/publication", new JsonObject(), "\"1\"");
        var notice = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/privacy-notice"))["id"]!.GetValue<string>();
        var application = await system.SendAsync(
            person, HttpMethod.Post, $"{Participants}/open-calls/{call["number"]!.GetValue<int>()}/applications", new JsonObject { ["statement"] = $"Quiero ir: motivo {mark}", ["privacyNoticeId"] = notice });
        var id = application["id"]!.GetValue<string>();
        await system.SendAsync(
            system.Secretary, HttpMethod.Post, $"{Participants}/call-desk/applications/{id}/decision", new JsonObject { ["accepted"] = false, ["reason"] = $"No cabe: razón {mark}" }, "\"1\"");
        return id;
    }

    /// <summary>From the request, by way of something missing, to the answer that grants it; texts of both sides.</summary>
    private async Task<string> AskForErasureAsync(Caller person, string mark)
    {
        var notice = (await system.SendAsync(system.Nobody, HttpMethod.Get, $"{Participants}/privacy-notice"))["id"]!.GetValue<string>();
        var asked = await system.SendAsync(person, HttpMethod.Post, $"{Participants}/my/arco-requests", new JsonObject
        {
            ["right"] = "CANCELLATION",
            ["description"] = $"Pido que borren mis datos: descripción {mark}",
            ["privacyNoticeId"] = notice,
        });
        var id = asked["id"]!.GetValue<string>();
        await ActAsync(system.Administrator, $"{Participants}/arco-requests/{id}", "prevention", new JsonObject { ["text"] = $"Falta un dato: aviso {mark}" });
        await ActAsync(person, $"{Participants}/my/arco-requests/{id}", "completion", new JsonObject { ["text"] = $"Aquí está: complemento {mark}" });
        await ActAsync(system.Administrator, $"{Participants}/arco-requests/{id}", "answer", new JsonObject { ["outcome"] = "GRANTED", ["text"] = $"Procede: respuesta {mark}" });
        return id;
    }

    private async Task ActAsync(Caller caller, string address, string act, JsonObject body)
    {
        using var client = system.Client();
        using var read = SecuredSystem.RequestOf(caller, HttpMethod.Get, address);
        using var current = await client.SendAsync(read);
        current.EnsureSuccessStatusCode();
        await system.SendAsync(caller, HttpMethod.Post, $"{address}/{act}", body, current.Headers.ETag!.Tag);
    }

    /// <summary>
    /// Logs, the broker's own files and whatever else lies in the instance's folder. Not the database's files: what its tables no
    /// longer hold is overwritten when PostgreSQL needs the place. Nor what the catcher of the tests' mails keeps.
    /// </summary>
    private async Task<List<string>> InFilesAsync(string[] canaries)
    {
        var found = new List<string>();
        var searched = 0;
        var wanted = canaries.Select(Encoding.UTF8.GetBytes).ToList();
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(system.DataFolder, "*", options))
        {
            var inside = Path.GetRelativePath(system.DataFolder, file);
            // The lock that keeps a second instance out of the folder can be opened by nobody else.
            if (inside.StartsWith("postgres", StringComparison.Ordinal) || inside.Contains("mail-catcher", StringComparison.Ordinal) || inside == Path.Combine("run", "lock"))
                continue;
            try
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var content = new MemoryStream();
                await stream.CopyToAsync(content);
                var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
                searched++;
                found.AddRange(canaries.Where((_, index) => bytes.Span.IndexOf(wanted[index]) >= 0).Select(canary => $"{canary} in {inside}"));
            }
            catch (FileNotFoundException)
            {
                // The broker tidied it away meanwhile.
            }
        }

        searched.ShouldBeGreaterThan(10);
        return found;
    }

    private async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(await system.App.GetConnectionStringAsync(database) + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The test's own ids.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
