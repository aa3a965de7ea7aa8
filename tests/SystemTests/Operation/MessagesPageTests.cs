using System.Net;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;
using OpenGov.SystemTests.Thread;
using RabbitMQ.Client;

namespace OpenGov.SystemTests.Operation;

/// <summary>Messages between services that could not be applied, or not even be read: seen, sent again and set aside by somebody who is no programmer.</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class MessagesPageTests(SampleSystem system) : OperatorWalk(system)
{
    [Fact]
    public async Task A_poison_message_is_seen_with_its_reason_and_sent_again_from_the_page()
    {
        using var liaison = await ApiClient.SignInAsync(Instance, "liaison");
        await ExecuteAsync("alter table progress_reports add constraint poison check (false) not valid");
        string report;
        try
        {
            report = await liaison.ReportAsync(await EventFlowTests.FreeActivityAsync(liaison, 0), EventFlowTests.NewText());
            await Eventually.HoldsAsync(
                async () => await CountAsync("select count(*) from inbox_parked where set_aside_at is null") > 0, TimeSpan.FromSeconds(30), "the fact to be parked");
        }
        finally
        {
            await ExecuteAsync("alter table progress_reports drop constraint poison");
        }

        var page = await Instance.OpenBrowserAsync(javaScript: false);
        await SignInAsync(page);
        await page.GotoAsync(Page);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("«Datos abiertos»: mensajes con error: 1");
        await page.GotoAsync("/operacion/mensajes");
        await page.Locator("main table a").First.ClickThroughAsync();
        var shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("ProgressReportedV1");
        shown.ShouldContain("Un dato no cumple una regla de la base de datos.");
        // For who mends it, behind the words; without a script too.
        shown.ShouldNotContain("constraint poison");
        await page.GetByText("Texto técnico").First.ClickAsync();
        shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("constraint poison");
        shown.ShouldContain(report);
        Regex.IsMatch(shown, "[0-9a-f]{32}", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue("the trace");
        await Axe.FindsNothingAsync(await SeenWithScriptAsync(page.Url), "a message in error");

        await page.Locator("form[action$='/reenviar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Este dato es obligatorio.");
        await page.Locator("form[action$='/reenviar'] [name='reason']").FillAsync("se quitó la restricción");
        await page.Locator("form[action$='/reenviar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes se aplicaron.");
        using var nobody = new ApiClient(Instance.Origin);
        EventFlowTests.Occurrences(await nobody.TextAsync("/datos/progress_reports.csv"), report).ShouldBe(1);
        await page.GotoAsync(Page);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("se quitó la restricción");
    }

    [Fact]
    public async Task A_fact_that_was_set_aside_from_the_page_is_taken_up_again_by_a_rebuild()
    {
        const string Waiting = "select count(*) from inbox_parked where set_aside_at is null";
        using var liaison = await ApiClient.SignInAsync(Instance, "liaison");
        await ExecuteAsync("alter table progress_reports add constraint poison check (false) not valid");
        string report;
        try
        {
            report = await liaison.ReportAsync(await EventFlowTests.FreeActivityAsync(liaison, 0), EventFlowTests.NewText());
            await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == 1, TimeSpan.FromSeconds(30), "the fact to be parked");
        }
        finally
        {
            await ExecuteAsync("alter table progress_reports drop constraint poison");
        }

        var page = await Instance.OpenBrowserAsync(javaScript: false);
        await SignInAsync(page);
        await page.GotoAsync("/operacion/mensajes");
        await page.Locator("main table a").First.ClickThroughAsync();
        await page.Locator("form[action$='/apartar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Marque la casilla para confirmar.");
        await page.Locator("form[action$='/apartar'] [name='asideReason']").FillAsync("se verá con la reconstrucción");
        await page.Locator("form[action$='/apartar'] [name='confirm']").CheckAsync();
        await page.Locator("form[action$='/apartar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes quedaron apartados.");
        (await CountAsync(Waiting)).ShouldBe(0);
        using var nobody = new ApiClient(Instance.Origin);
        (await nobody.TextAsync("/datos/progress_reports.csv")).ShouldNotContain(report);

        await page.GotoAsync("/operacion/copias/transparency/action-plans");
        await page.Locator("[name='reason']").FillAsync("por lo que se apartó");
        await page.Locator("[name='confirm']").CheckAsync();
        await page.Locator("main form button").ClickThroughAsync();
        await Eventually.HoldsAsync(
            async () => EventFlowTests.Occurrences(await nobody.TextAsync("/datos/progress_reports.csv"), report) == 1, TimeSpan.FromSeconds(60), "the rebuilt copy to have the report once");
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_is_seen_with_its_reason_sent_again_and_set_aside_from_the_page()
    {
        var word = $"basura-{Guid.NewGuid():N}"[..15];
        await SendAsync("transparency.action-plans", $"{{ {word} de alguien@ejemplo.mx");
        const string Waiting = "select count(*) from broken_message where set_aside_at is null";
        await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == 1, TimeSpan.FromSeconds(60), "the message to be kept");

        var page = await Instance.OpenBrowserAsync(javaScript: false);
        await SignInAsync(page);
        await page.GotoAsync(Page);
        (await page.Locator("main").InnerTextAsync()).ShouldContain("«Datos abiertos»: mensajes que no se pudieron leer: 1");
        await page.GotoAsync("/operacion/mensajes");
        await page.Locator("main table a[href*='/ilegibles/']").First.ClickThroughAsync();
        var shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("transparency.action-plans_error");
        shown.ShouldContain("Esta versión del programa no entiende el contenido.");
        await page.GetByText("Texto técnico").First.ClickAsync();
        shown = await page.Locator("main").InnerTextAsync();
        shown.ShouldContain("Exception");
        shown.ShouldContain(word);
        shown.ShouldNotContain("alguien@");
        await Axe.FindsNothingAsync(await SeenWithScriptAsync(page.Url), "a message that could not be read");

        // Back in the queue it is as unreadable as before.
        var first = (await TakenAsync())!;
        await page.Locator("form[action$='/reenviar'] [name='reason']").FillAsync("a ver si ahora");
        await page.Locator("form[action$='/reenviar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes volvieron a la cola.");
        await Eventually.HoldsAsync(async () => await TakenAsync() is { } again && again != first, TimeSpan.FromSeconds(60), "the message to come back");

        await page.GotoAsync("/operacion/mensajes/transparency/action-plans/ilegibles");
        await page.Locator("form[action$='/apartar'] [name='asideReason']").FillAsync("no es nuestro");
        await page.Locator("form[action$='/apartar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Marque la casilla para confirmar.");
        await page.Locator("form[action$='/apartar'] [name='asideReason']").FillAsync("no es nuestro");
        await page.Locator("form[action$='/apartar'] [name='confirm']").CheckAsync();
        await page.Locator("form[action$='/apartar'] button").ClickThroughAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Los mensajes quedaron apartados.");
        (await CountAsync(Waiting)).ShouldBe(0);
        await page.GotoAsync(Page);
        var after = await page.Locator("main").InnerTextAsync();
        after.ShouldNotContain("mensajes que no se pudieron leer: 1");
        after.ShouldContain("no es nuestro");

        async Task<string?> TakenAsync()
        {
            await using var connection = await OpenAsync();
            await using var command = new NpgsqlCommand("select id::text from broken_message where set_aside_at is null", connection);
            return (string?)await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task Many_messages_that_nobody_can_read_are_sent_again_piece_by_piece_and_none_is_lost()
    {
        const int Many = 120;
        const string Api = "/api/transparency/v1/operation";
        const string Waiting = "select count(*) from broken_message where set_aside_at is null";
        var word = $"montón-{Guid.NewGuid():N}"[..14];
        using var api = await ApiClient.SignInAsync(Instance, "administration");
        using var none = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/set-aside", new JsonObject { ["reason"] = "lo que hubiera" });
        await SendAsync("transparency.action-plans", [.. Enumerable.Range(0, Many).Select(number => $"{{ {word} {number}")]);
        await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == Many, TimeSpan.FromSeconds(90), "all to be kept");

        var key = Guid.NewGuid().ToString();
        using var ordered = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/send-again", new JsonObject { ["reason"] = word }, key: key);
        ordered.StatusCode.ShouldBe(HttpStatusCode.OK, await ordered.Content.ReadAsStringAsync());
        var first = JsonNode.Parse(await ordered.Content.ReadAsStringAsync())!;
        (first["state"]!.GetValue<string>(), first["done"]!.GetValue<long>(), first["total"]!.GetValue<long>()).ShouldBe(("RUNNING", 50, Many));
        await Eventually.HoldsAsync(
            async () =>
            {
                using var repeated = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/send-again", new JsonObject { ["reason"] = word }, key: key);
                var now = JsonNode.Parse(await repeated.Content.ReadAsStringAsync())!;
                return now["state"]!.GetValue<string>() == "DONE" && now["done"]!.GetValue<long>() == Many && now["id"]!.GetValue<string>() == first["id"]!.GetValue<string>();
            },
            TimeSpan.FromSeconds(30),
            "the order to be done, by the one key once");
        (await CountAsync($"select count(*) from audit_log where action = 'messages_sent_again' and reason = '{word}'")).ShouldBe(3);

        // As unreadable as before, each comes back, once.
        await Eventually.HoldsAsync(async () => await CountAsync(Waiting) == Many, TimeSpan.FromSeconds(90), "all to come back");
        (await CountAsync($"select count(distinct digest) from broken_message where convert_from(body, 'UTF8') like '%{word}%'")).ShouldBe(Many);
        using var aside = await api.SendAsync(HttpMethod.Post, $"{Api}/broken/action-plans/set-aside", new JsonObject { ["reason"] = word });
        JsonNode.Parse(await aside.Content.ReadAsStringAsync())!["done"]!.GetValue<long>().ShouldBe(Many);
        (await CountAsync(Waiting)).ShouldBe(0);
    }

    /// <summary>The database quotes what it cannot take: a name that somebody entered must not travel with the failure.</summary>
    private async Task SendAsync(string queue, params IReadOnlyList<string> bodies)
    {
        var broker = new Uri((await Instance.App.GetConnectionStringAsync("broker"))!);
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var body in bodies)
            await channel.BasicPublishAsync(exchange: "", routingKey: queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, System.Text.Encoding.UTF8.GetBytes(body));
    }
}
