using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Npgsql;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;
using OpenGov.SystemTests.Thread;

namespace OpenGov.SystemTests.Operation;

/// <summary>The file that an operator hands to somebody who helps.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class DiagnosisTests(SampleSystem system) : OperatorWalk(system)
{
    [Fact]
    public async Task The_diagnosis_holds_no_name_also_where_a_failure_quotes_one()
    {
        const string Name = "Juana Inventada del Diagnóstico";
        using var liaison = await ApiClient.SignInAsync(Instance, "liaison");
        using var api = await ApiClient.SignInAsync(Instance, "administration");
        await ExecuteAsync(
            $$"""
            create function quotes() returns trigger language plpgsql as $$ begin if new::text like '%{{Name}}%' then perform '{{Name}}'::uuid; end if; return new; end $$;
            create trigger quotes before insert on progress_reports for each row execute function quotes();
            """);
        try
        {
            await liaison.ReportAsync(await EventFlowTests.FreeActivityAsync(liaison, 0), $"{EventFlowTests.NewText()} con {Name}");
            await Eventually.HoldsAsync(async () => await CountAsync("select count(*) from inbox_parked where set_aside_at is null") > 0, TimeSpan.FromSeconds(30), "the fact to be parked");
            using var again = await api.SendAsync(HttpMethod.Post, "/api/transparency/v1/operation/parked/action-plans/send-again", new JsonObject { ["reason"] = $"por {Name}" });
            JsonNode.Parse(await again.Content.ReadAsStringAsync())!["state"]!.GetValue<string>().ShouldBe("FAILED");

            var all = await DiagnosisAsync(api);
            all.ShouldContain("22P02");
            all.ShouldContain("FactApplier");
            var names = new List<string> { Name };
            // Of everybody whom the instance knows, and of what they wrote about themselves.
            await using (var participants = new NpgsqlConnection(await Instance.App.GetConnectionStringAsync("participants-db") + ";Pooling=false"))
            {
                await participants.OpenAsync();
                await using var command = new NpgsqlCommand(
                    "select display_name from account union select email from account union select contact from registration union select display_name from representative_invitation", participants);
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                {
                    if (!await reader.IsDBNullAsync(0) && reader.GetString(0).Length > 4)
                        names.Add(reader.GetString(0));
                }
            }

            names.Count.ShouldBeGreaterThan(5);
            foreach (var name in names)
                all.Contains(name, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"«{name}» is in the diagnosis");
            var logs = Directory.GetFiles(Path.Combine(Instance.DataFolder, "logs"), "*.log");
            logs.ShouldContain(log => Path.GetFileName(log).StartsWith("transparency", StringComparison.Ordinal));
            foreach (var log in logs)
            {
                await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var text = new StreamReader(file);
                (await text.ReadToEndAsync()).ShouldNotContain(Name, Case.Insensitive, log);
            }
        }
        finally
        {
            await ExecuteAsync("drop trigger quotes on progress_reports; drop function quotes()");
            // Until it is there: the next test finds nothing parked.
            await Eventually.HoldsAsync(
                async () =>
                {
                    using var sent = await api.SendAsync(HttpMethod.Post, "/api/transparency/v1/operation/parked/action-plans/send-again", new JsonObject { ["reason"] = "ya sin la función" });
                    return sent.IsSuccessStatusCode;
                },
                TimeSpan.FromSeconds(30),
                "the parked fact to be sent again");
        }
    }

    [Fact]
    public async Task The_diagnosis_holds_no_address_and_no_secret()
    {
        using var api = await ApiClient.SignInAsync(Instance, "administration");
        var all = await DiagnosisAsync(api);
        all.ShouldContain("0001_messaging.sql");
        all.ShouldContain("transparency.action-plans");

        var secrets = Directory.GetFiles(Path.Combine(Instance.DataFolder, "secrets")).Select(file => File.ReadAllText(file).Trim()).Where(secret => secret.Length > 8).ToList();
        secrets.Count.ShouldBeGreaterThan(3);
        foreach (var account in JsonNode.Parse(await File.ReadAllTextAsync(Instance.AccountsFile))!.AsArray())
            secrets.AddRange([account!["email"]!.GetValue<string>(), account["password"]!.GetValue<string>()]);
        foreach (var secret in secrets)
            all.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse("a secret or an address is in the diagnosis");
        Regex.Matches(all, @"[\w.+-]+@[\w-]+\.[\w.]+", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Value).ShouldBeEmpty();
    }

    private static async Task<string> DiagnosisAsync(ApiClient api)
    {
        using var answer = await api.SendAsync(HttpMethod.Get, "/operacion/diagnostico.zip");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        zip.Entries.Select(entry => entry.Name).ShouldContain("resumen.json");
        zip.Entries.Count.ShouldBeGreaterThanOrEqualTo(7);
        return string.Concat(zip.Entries.Select(entry => new StreamReader(entry.Open()).ReadToEnd()));
    }
}
