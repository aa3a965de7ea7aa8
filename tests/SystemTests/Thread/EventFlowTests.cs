using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Thread;

/// <summary>A report's way from the gateway to open data and mail, while parts of the system are away (ARCHITECTURE §2, §9).</summary>
[Collection(SampleSystemCollection.Name)]
public sealed class EventFlowTests(SampleSystem system)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_report_is_in_the_open_data_and_on_the_page_within_a_second()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var activity = await FreeActivityAsync(liaison, 0);
        // After a test that had the broker away, the first ones may still come by the feed that is read every five seconds.
        await ArrivalAsync();
        var (data, page) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var attempt = 0; attempt < 5 && (data >= Second || page >= Second); attempt++)
        {
            var arrival = await ArrivalAsync();
            (data, page) = (Shorter(data, arrival.Data), Shorter(page, arrival.Page));
        }

        data.ShouldBeLessThan(Second);
        page.ShouldBeLessThan(Second);

        async Task<(TimeSpan Data, TimeSpan Page)> ArrivalAsync()
        {
            var text = NewText();
            var report = await liaison.ReportAsync(activity, text);
            var inData = await Eventually.HoldsAsync(async () => (await liaison.TextAsync("/datos/progress_reports.csv")).Contains(report, StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the report in the open data");
            var onPage = await Eventually.HoldsAsync(async () => (await AnonymousPageAsync(liaison)).Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the report on the page");
            return (inData, onPage);
        }

        static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    [Fact]
    public async Task Reports_that_have_moved_off_the_page_are_found_on_the_next()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var (activity, oldest) = (await FreeActivityAsync(liaison, 0), NewText());
        await liaison.ReportAsync(activity, oldest);
        for (var later = 0; later < 20; later++)
            await liaison.ReportAsync(activity, NewText());

        var page = "";
        await Eventually.HoldsAsync(async () => !(page = await AnonymousPageAsync(liaison)).Contains(oldest, StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the page of the latest reports");
        Occurrences(page, "<article class=\"og-report\">").ShouldBe(20);
        var next = Regex.Match(page, "href=\"(?<next>/compromisos/[^\"]*informes=[^\"]*)\" rel=\"next\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["next"].Value;
        using var nobody = new ApiClient(system.Origin);
        (await nobody.TextAsync(WebUtility.HtmlDecode(next).Split('#')[0])).ShouldContain(oldest);
        (await nobody.SendAsync(HttpMethod.Get, next.Split('?')[0] + "?informes=x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_sample_can_be_loaded_again_and_adds_nothing()
    {
        using var nobody = new ApiClient(system.Origin);
        var commitments = (await nobody.TextAsync("/datos/commitments.csv")).Split('\n').Length;
        await system.LoadSampleAsync();
        (await nobody.TextAsync("/datos/commitments.csv")).Split('\n').Length.ShouldBe(commitments);
        (await nobody.GetAsync("/api/action-plans/v1/imported-plans"))["items"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_trace_runs_from_the_gateway_to_the_consumers_database_write()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var trace = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        await liaison.ReportAsync(await FreeActivityAsync(liaison, 1), NewText(), $"00-{trace}-{"00f067aa0ba902b7"}-01");

        await system.Telemetry.UntilAsync(telemetry => telemetry.Spans.Where(span => span.TraceId == trace) is var spans
            && spans.Any(span => span.Service == "gateway")
            && spans.Any(span => span.Service == "action-plans")
            && spans.Any(span => span.Service == "transparency" && span.Attributes.ContainsKey("db.system.name"))
            && spans.Any(span => span.Service == "notifications" && span.Attributes.ContainsKey("db.system.name")));
    }

    [Fact]
    public async Task Writes_are_accepted_and_open_data_stay_current_while_the_broker_is_away()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var activity = await FreeActivityAsync(liaison, 0);
        await CommandAsync("broker", "resource-stop");
        try
        {
            var report = await liaison.ReportAsync(activity, NewText());
            await Eventually.HoldsAsync(async () => (await liaison.TextAsync("/datos/progress_reports.csv")).Contains(report, StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the report in the open data without a broker");

            // Degraded is not down: the answer is 200.
            await Eventually.HoldsAsync(
                async () => (await liaison.TextAsync("/health")).Contains("degraded", StringComparison.OrdinalIgnoreCase), TimeSpan.FromSeconds(60), "health to say degraded");
        }
        finally
        {
            await CommandAsync("broker", "resource-start");
        }

        await Eventually.HoldsAsync(
            async () => !(await liaison.TextAsync("/health")).Contains("degraded", StringComparison.OrdinalIgnoreCase), TimeSpan.FromSeconds(120), "the system to be healthy again by itself");
    }

    [Fact]
    public async Task A_consumer_that_was_away_finds_everything_once_when_it_returns()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var activity = await FreeActivityAsync(liaison, 1);
        await CommandAsync("transparency", "resource-stop");
        List<string> reports = [];
        try
        {
            for (var i = 0; i < 6; i++)
                reports.Add(await liaison.ReportAsync(activity, NewText()));
        }
        finally
        {
            await CommandAsync("transparency", "resource-start");
        }

        await Eventually.HoldsAsync(
            async () => await liaison.TextAsync("/datos/progress_reports.csv") is var csv && reports.All(report => Occurrences(csv, report) == 1),
            TimeSpan.FromSeconds(60),
            "all reports in the open data, each once");
    }

    [Fact]
    public async Task A_killed_service_comes_back_by_itself_and_loses_nothing()
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var activity = await FreeActivityAsync(liaison, 0);
        var report = await liaison.ReportAsync(activity, NewText());
        foreach (var process in system.App.GetProcessIds("action-plans"))
            System.Diagnostics.Process.GetProcessById(process).Kill();

        await Eventually.HoldsAsync(async () => (await liaison.TextAsync($"/api/action-plans/v1/activities/{activity}/progress-reports")).Contains(report, StringComparison.Ordinal), TimeSpan.FromSeconds(60), "ActionPlans to answer again");
        await Eventually.HoldsAsync(async () => Occurrences(await liaison.TextAsync("/datos/progress_reports.csv"), report) == 1, TimeSpan.FromSeconds(60), "the report in the open data, once");
    }

    internal static async Task<string> FreeActivityAsync(ApiClient liaison, int which)
    {
        var mine = await liaison.GetAsync("/api/action-plans/v1/my/activities");
        return mine["items"]!.AsArray()
            .Where(activity => activity!["status"]!.GetValue<string>() is "NOT_STARTED" or "IN_PROGRESS")
            .ElementAt(which)!["id"]!.GetValue<string>();
    }

    internal static string NewText() => $"Avance de la prueba {Guid.NewGuid():N}";

    internal static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    private async Task<string> AnonymousPageAsync(ApiClient api)
    {
        var commitments = await api.GetAsync("/api/action-plans/v1/commitments");
        using var nobody = new ApiClient(system.Origin);
        return await nobody.TextAsync($"/compromisos/{commitments["items"]![0]!["identifier"]}");
    }

    private async Task CommandAsync(string resource, string command) =>
        (await system.App.ResourceCommands.ExecuteCommandAsync(resource, command)).Success.ShouldBeTrue();
}
