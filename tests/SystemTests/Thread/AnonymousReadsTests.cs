using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Pages;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Thread;

/// <summary>
/// The cache of anonymous reads: a second after its service shows a change, every gateway does. Each test waits that second and
/// then looks, so that a busy machine cannot fail it.
/// </summary>
[Collection(SampleSystemCollection.Name)]
public sealed class AnonymousReadsTests(SampleSystem system)
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_change_is_at_both_gateways_a_second_after_its_service_shows_it()
    {
        await using var second = await SecondGateway.StartAsync(system);
        for (var round = 0; round < 3; round++)
            await ReportAndLookAsync(second);
    }

    [Fact]
    public async Task So_it_is_without_the_broker()
    {
        await using var second = await SecondGateway.StartAsync(system);
        await CommandAsync("broker", "resource-stop");
        try
        {
            await ReportAndLookAsync(second);
        }
        finally
        {
            await CommandAsync("broker", "resource-start");
        }

        using var nobody = new ApiClient(system.Origin);
        await Eventually.HoldsAsync(
            async () => !(await nobody.TextAsync("/health")).Contains("degraded", StringComparison.OrdinalIgnoreCase), TimeSpan.FromSeconds(60), "the system to be healthy again by itself");
    }

    /// <summary>
    /// Readers ask again and again at both gateways while reports are written, so that pages are being rendered that began before a report
    /// was acknowledged and end after it. Whatever is asked for a second after a report was acknowledged shows it, or a later one.
    /// </summary>
    [Fact]
    public async Task Whoever_reads_again_and_again_while_things_change_never_sees_what_is_older_than_a_second()
    {
        const int Rounds = 25;
        await using var second = await SecondGateway.StartAsync(system);
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var activity = await EventFlowTests.FreeActivityAsync(liaison, 0);
        var commitment = await CommitmentOfAsync(liaison, activity);
        string[] addresses = [$"/api/action-plans/v1/activities/{activity}/progress-reports", $"/compromisos/{commitment}"];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var reads = new System.Collections.Concurrent.ConcurrentBag<(string Address, TimeSpan Begun, TimeSpan Ended, string Text)>();
        using var stop = new CancellationTokenSource();
        var readers = new[] { system.Origin, second.Origin }.SelectMany(gateway => addresses.SelectMany(address => Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            using var reader = new ApiClient(gateway);
            while (!stop.IsCancellationRequested)
            {
                var begun = clock.Elapsed;
                var text = await reader.TextAsync(address);
                reads.Add((address, begun, clock.Elapsed, string.Join(' ', System.Text.RegularExpressions.Regex.Matches(text, "Avance de la prueba [0-9a-f]{32}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Value))));
                // Four readers at each gateway stay below the allowance of their address.
                await Task.Delay(30);
            }
        })))).ToList();

        var reports = new List<(string Text, TimeSpan Acknowledged)>();
        for (var round = 0; round < Rounds; round++)
        {
            var text = EventFlowTests.NewText();
            await liaison.ReportAsync(activity, text);
            reports.Add((text, clock.Elapsed));
            // Some follow each other closely, some leave the time in which the former state would be taken for the new one.
            await Task.Delay(round % 3 == 2 ? 1400 : 60 * (round % 3));
        }

        await Task.Delay(Promise + Promise);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        foreach (var address in addresses)
        {
            var of = reads.Where(read => read.Address == address).ToList();
            of.Count.ShouldBeGreaterThan(200, address);
            of.Count(read => reports.Any(report => read.Begun < report.Acknowledged && read.Ended > report.Acknowledged)).ShouldBeGreaterThan(0, $"{address}: an answer was under way while a report was written");
            foreach (var read in of)
            {
                var known = reports.FindLastIndex(report => report.Acknowledged + Promise <= read.Begun);
                if (known >= 0)
                    reports.Skip(known).Any(report => read.Text.Contains(report.Text, StringComparison.Ordinal)).ShouldBeTrue($"{address}, asked for {(read.Begun - reports[known].Acknowledged).TotalMilliseconds} ms after report {known}, does not show it");
            }
        }
    }

    [Fact]
    public async Task Without_the_service_nothing_that_it_answered_before_is_given()
    {
        const string address = "/api/action-plans/v1/commitments";
        using var nobody = new ApiClient(system.Origin);
        for (var i = 0; i < 3; i++)
            await nobody.TextAsync(address);
        await CommandAsync("action-plans", "resource-stop");
        try
        {
            await Task.Delay(Promise);
            using var away = await nobody.SendAsync(HttpMethod.Get, address);
            ((int)away.StatusCode).ShouldBe(503);
            away.Headers.RetryAfter.ShouldNotBeNull();
        }
        finally
        {
            await CommandAsync("action-plans", "resource-start");
        }

        await Eventually.HoldsAsync(async () => (await nobody.TextAsync(address)).Contains("MX-MEX-PAL01-C01", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "ActionPlans to answer again");
    }

    [Fact]
    public async Task No_public_page_that_is_kept_carries_a_cookie_or_a_key()
    {
        using var nobody = new ApiClient(system.Origin);
        var kept = 0;
        foreach (var address in PublicPagesTests.PublicPages.Select<object[], string>(row => (string)row[0]))
        {
            for (var i = 0; i < 3; i++)
            {
                using var answer = await nobody.SendAsync(HttpMethod.Get, address);
                answer.Headers.Contains("OpenGov-Depends-On").ShouldBeFalse(address);
                if (answer.Headers.CacheControl is not { Public: true })
                    continue;
                kept++;
                answer.Headers.Contains("Set-Cookie").ShouldBeFalse(address);
                var page = await answer.Content.ReadAsStringAsync();
                page.ShouldNotContain("_clave", Case.Sensitive, address);
                page.ShouldNotContain("method=\"post\"", Case.Insensitive, address);
                page.ShouldNotContain("__RequestVerificationToken", Case.Insensitive, address);
            }
        }

        kept.ShouldBeGreaterThan(20);
    }

    private static async Task<string> CommitmentOfAsync(ApiClient liaison, string activity) =>
        (await liaison.GetAsync($"/api/action-plans/v1/activities/{activity}"))["commitmentIdentifier"]!.GetValue<string>();

    /// <summary>One report, looked for at its owner's address, on the page and in the open data, at both gateways.</summary>
    private async Task ReportAndLookAsync(SecondGateway second)
    {
        using var liaison = await ApiClient.SignInAsync(system, "liaison");
        var activity = await EventFlowTests.FreeActivityAsync(liaison, 0);
        var commitment = await CommitmentOfAsync(liaison, activity);
        string[] ofTheOwner = [$"/api/action-plans/v1/activities/{activity}/progress-reports", $"/compromisos/{commitment}"];
        const string file = "/datos/progress_reports.csv";
        using var first = new ApiClient(system.Origin);
        using var other = new ApiClient(second.Origin);

        // Kept at both, more than once: the first answer of a service is made before anything is known of its state.
        foreach (var address in (string[])[.. ofTheOwner, file])
        {
            for (var i = 0; i < 2; i++)
            {
                await first.TextAsync(address);
                await other.TextAsync(address);
            }
        }

        var text = EventFlowTests.NewText();
        var report = await liaison.ReportAsync(activity, text);
        await Task.Delay(Promise);
        foreach (var address in ofTheOwner)
        {
            (await first.TextAsync(address)).ShouldContain(text, Case.Sensitive, address);
            (await other.TextAsync(address)).ShouldContain(text, Case.Sensitive, $"{address} at the second gateway");
        }

        using var service = new ApiClient(system.App.GetEndpoint("transparency", "http"));
        await Eventually.HoldsAsync(async () => (await service.TextAsync(file)).Contains(report, StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the report at Transparency itself");
        await Task.Delay(Promise);
        (await first.TextAsync(file)).ShouldContain(report);
        (await other.TextAsync(file)).ShouldContain(report);
    }

    private async Task CommandAsync(string resource, string command) =>
        (await system.App.ResourceCommands.ExecuteCommandAsync(resource, command)).Success.ShouldBeTrue();
}
