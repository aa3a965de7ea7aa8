using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenGov.AppHost.Native;
using OpenGov.SystemTests.Support;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Faults;

/// <summary>What a drill ended with. <see cref="Problems"/> is empty where the system kept its word.</summary>
public sealed record Verdict(IReadOnlyList<string> Problems, string Summary)
{
    public void ShouldHold(string what) => Problems.ShouldBeEmpty($"{what}\n{Summary}\n{string.Join('\n', Problems.Take(20))}\n");
}

/// <summary>
/// Holds what the clients know against what is there. Shared by all drills:
/// <list type="bullet">
/// <item>an acknowledged report is in the open data exactly once, an unknown one at most once, a refused one never, also where the
/// refusal came after an attempt whose outcome was in doubt;</item>
/// <item>every follower has one mail for each report that is there. None may be missing, but for what a killed worker had in its hands
/// between two instructions (docs/faults.md): at most one for each of its senders, and each of them UNCONFIRMED in the delivery log. A
/// worker or server that stood still, and a server that was killed, excuse nothing; one mail too many is never excused;</item>
/// <item>the logs have no hole, every copy stands at its owner's head, nothing is parked, nothing is under way.</item>
/// </list>
/// </summary>
public sealed partial class HistoryChecker(DrillSystem system, ReportHistory history)
{
    /// <summary>A killed worker's lease, its recovery, and a machine that is busy.</summary>
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(240);

    /// <summary>Asking makes eleven processes and their databases work, on the processors on which others are starting.</summary>
    private static readonly TimeSpan Asks = TimeSpan.FromMilliseconds(250);

    /// <summary>Mails of a follower that tell which subscription is theirs; one would do.</summary>
    private const int Enough = 50;

    private readonly Dictionary<string, Dictionary<string, int>> mailsByFollower = new(StringComparer.Ordinal);
    private readonly HashSet<string> messageIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Guid>> deliveriesByFollower = new(StringComparer.Ordinal);
    private int mailsRead;
    private int sameMessageTwice;

    /// <summary>The full pace goes on this long after a fault.</summary>
    private static readonly TimeSpan FullPace = TimeSpan.FromSeconds(20);

    /// <summary>Waits until every process runs and the system says that it is well, without anybody's help.</summary>
    /// <param name="load">What goes on meanwhile: after twenty seconds at a fifth of its pace, until the system is well.</param>
    public static async Task<TimeSpan> HealthyAsync(DrillSystem system, ReportLoad? load = null)
    {
        using var nobody = new ApiClient(system.Origin);
        var why = "";
        var watch = Stopwatch.StartNew();
        try
        {
            return await Eventually.HoldsAsync(
                async () =>
                {
                    if (watch.Elapsed > FullPace)
                        load?.Slacken();
                    why = Processes(system);
                    if (why.Length > 0)
                        return false;
                    why = await nobody.TextAsync("/health");
                    return !why.Contains("degraded", StringComparison.OrdinalIgnoreCase) && !why.Contains("unhealthy", StringComparison.OrdinalIgnoreCase);
                },
                SettlesWithin,
                "the system to be healthy again by itself",
                Asks);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} {why}", exception.InnerException);
        }
        finally
        {
            load?.Resume();
        }
    }

    /// <summary>Waits until the system is healthy and has nothing left to do.</summary>
    public async Task SettleAsync()
    {
        await HealthyAsync(system);
        var left = "";
        try
        {
            await Eventually.HoldsAsync(async () => (left = await UnderWayAsync()).Length == 0, SettlesWithin, "all facts and mails to arrive", Asks);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} {left}", exception.InnerException);
        }
    }

    /// <summary>Settles, then compares.</summary>
    public async Task<Verdict> CheckAsync()
    {
        await SettleAsync();
        var problems = new List<string>(history.Unannounced.Select(answer => $"answered {answer}"));
        var there = await ReportsThereAsync();
        CompareReports(there, problems);
        await CompareLogsAsync(problems);
        var mails = await CompareMailsAsync(there, problems);
        var summary =
            $"{history.Count(Outcome.Acknowledged)} acknowledged, {history.Count(Outcome.Refused)} refused, "
            + $"{history.Count(Outcome.RefusedAfterDoubt)} refused after doubt, {history.Count(Outcome.Unknown)} unknown "
            + $"({history.Reports.Count(report => report.Outcome == Outcome.Unknown && there.ContainsKey(report.Key))} of them there); {mails}; answers "
            + string.Join(", ", history.Answers.Select(answer => $"{answer.Key}: {answer.Value}"));
        return new Verdict(problems, summary);
    }

    private static string Processes(DrillSystem system)
    {
        foreach (var service in DrillSystem.Services.Append("portal"))
        {
            if (system.App.GetProcessIds(service).Count != 2)
                return $"a replica of {service} is away";
        }

        foreach (var server in new[] { "gateway", "broker", "postgres" })
        {
            if (system.App.GetProcessIds(server).Count != 1)
                return $"{server} is away";
        }

        return "";
    }

    private static async Task<string> UnderWayAsync(DrillSystem system, string subscriber, string owner)
    {
        var head = await system.AskAsync<long>(owner, "select numbered from relay_position");
        var position = await system.AskAsync<long>(subscriber, $"select coalesce((select sequence from inbox_position where owner = '{owner}'), 0)");
        return position == head ? "" : $"{subscriber} has {position} of {head} facts of {owner}";
    }

    private async Task<string> UnderWayAsync()
    {
        foreach (var owner in DrillSystem.Services)
        {
            if (await system.AskAsync<long>(owner, "select count(*) from event_log where sequence is null") is > 0 and var unnumbered)
                return $"{unnumbered} facts of {owner} have no number";
            if (await system.AskAsync<long>(owner, "select numbered - published from relay_position") is not 0 and var unpublished)
                return $"{unpublished} facts of {owner} are not published";
        }

        foreach (var (subscriber, owner) in DrillSystem.Copies)
        {
            if (await UnderWayAsync(system, subscriber, owner) is { Length: > 0 } behind)
                return behind;
        }

        return await system.AskAsync<long>("notifications", "select count(*) from delivery where state in ('WAITING', 'SENDING', 'HANDED_OVER')") is > 0 and var mails
            ? $"{mails} mails are under way"
            : "";
    }

    /// <summary>How often each report's key is in the open data, with the id beside it.</summary>
    private async Task<Dictionary<string, List<string>>> ReportsThereAsync()
    {
        using var nobody = new ApiClient(system.Origin);
        // A reader never gets anything older than a second.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var there = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        using var reports = await nobody.SendAsync(HttpMethod.Get, "/datos/progress_reports.csv");
        reports.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await reports.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line)
        {
            if (Key().Match(line) is not { Success: true } match)
                continue;
            var key = match.Groups["key"].Value;
            (there.TryGetValue(key, out var ids) ? ids : there[key] = []).Add(line);
        }

        return there;
    }

    private void CompareReports(Dictionary<string, List<string>> there, List<string> problems)
    {
        foreach (var report in history.Reports)
        {
            var rows = there.GetValueOrDefault(report.Key) ?? [];
            switch (report.Outcome)
            {
                case Outcome.Acknowledged when rows.Count == 0:
                    problems.Add($"lost: {report}");
                    break;
                case Outcome.Acknowledged when !rows[0].Contains(report.ReportId!, StringComparison.Ordinal):
                    problems.Add($"answered with another report's id: {report}");
                    break;
                case Outcome.Refused when rows.Count > 0:
                    problems.Add($"refused, but there: {report}");
                    break;
                case Outcome.RefusedAfterDoubt when rows.Count > 0:
                    problems.Add($"refused when it was sent again with its key, but there since the first time: {report}");
                    break;
                case Outcome.UnderWay:
                    problems.Add($"has no outcome: {report}");
                    break;
            }

            if (rows.Count > 1)
                problems.Add($"{rows.Count} times: {report}");
        }

        problems.AddRange(there.Keys.Where(key => !ReportHistory.WasTried(key)).Select(key => $"nobody made it: {key}"));
    }

    private async Task CompareLogsAsync(List<string> problems)
    {
        foreach (var service in DrillSystem.Services)
        {
            if (await system.AskAsync<bool>(service, "select coalesce(max(sequence), 0) <> count(*) or max(sequence) <> (select numbered from relay_position) from event_log"))
                problems.Add($"the log of {service} has holes");
            if (await system.AskAsync<long>(service, "select count(*) from inbox_parked where set_aside_at is null") is > 0 and var parked)
                problems.Add($"{parked} facts are parked at {service}");
        }

        if (await system.AskAsync<long>("action-plans", "select count(*) from (select from event_log group by aggregate_id, aggregate_version having count(*) > 1) doubled") is > 0 and var doubled)
            problems.Add($"{doubled} versions of an aggregate have two facts");
    }

    private async Task<string> CompareMailsAsync(Dictionary<string, List<string>> there, List<string> problems)
    {
        ReadMails();
        if (sameMessageTwice > 0)
            problems.Add($"{sameMessageTwice} mails arrived twice");
        var unconfirmed = await UnconfirmedReportsAsync();
        var (expected, missing) = (0, 0);
        foreach (var (address, identifier) in system.Followers)
        {
            var arrived = mailsByFollower.GetValueOrDefault(address) ?? [];
            foreach (var report in history.Reports.Where(report => report.CommitmentIdentifier == identifier))
            {
                var count = arrived.GetValueOrDefault(report.Key);
                var wanted = there.ContainsKey(report.Key) ? 1 : 0;
                expected += wanted;
                if (count > wanted)
                    problems.Add($"{count} mails to {address}: {report}");
                if (count >= wanted)
                    continue;
                missing++;
                // Nobody else's unconfirmed mail excuses it.
                if (!unconfirmed.Contains((address, report.Key)))
                    problems.Add($"no mail to {address}, and its delivery is not unconfirmed: {report}");
            }
        }

        var excused = history.KilledMailWorkers * DrillSystem.SendersOfAMailWorker;
        if (missing > excused)
            problems.Add($"{missing} mails are missing; {history.KilledMailWorkers} killed workers excuse {excused}");
        var failed = await system.AskAsync<long>("notifications", "select count(*) from delivery where state in ('FAILED', 'CANCELLED')");
        if (failed > 0)
            problems.Add($"{failed} mails failed");
        return $"{expected} mails expected, {missing} missing and unconfirmed (at most {excused}), {sameMessageTwice} doubled";
    }

    /// <summary>Mails that the delivery log calls UNCONFIRMED and that did not arrive.</summary>
    public async Task<IReadOnlyList<Guid>> UnconfirmedAsync()
    {
        ReadMails();
        var ids = await system.AskAsync<Guid[]>("notifications", "select coalesce(array_agg(id), '{}') from delivery where state = 'UNCONFIRMED'");
        return [.. ids!.Where(id => !messageIds.Contains($"<{id:N}"))];
    }

    /// <summary>Follower and report of each delivery that the log calls UNCONFIRMED. Whose a subscription is, is told by the mails that came by it.</summary>
    private async Task<HashSet<(string Follower, string Report)>> UnconfirmedReportsAsync()
    {
        var rows = await system.AskAsync<string[]>(
            "notifications",
            "select coalesce(array_agg(d.subscription_id || ' ' || n.content), '{}') from delivery d join notice n on n.id = d.notice_id where d.state = 'UNCONFIRMED'") ?? [];
        var all = new HashSet<(string Follower, string Report)>();
        if (rows.Length == 0)
            return all;
        foreach (var (follower, deliveries) in deliveriesByFollower)
        {
            // The first ones say it: a follower has one subscription for each commitment.
            var list = string.Join(',', deliveries.Select(id => $"'{id}'"));
            var own = await system.AskAsync<string[]>("notifications", $"select coalesce(array_agg(distinct subscription_id::text), '{{}}') from delivery where id in ({list})") ?? [];
            foreach (var row in rows.Where(row => own.Contains(row.Split(' ')[0], StringComparer.Ordinal)))
                all.UnionWith(Key().Matches(row).Select(match => (follower, match.Groups["key"].Value)));
        }

        return all;
    }

    /// <summary>A mail with nothing but what is compared: thousands of whole ones would fill the test's memory.</summary>
    public static ReceivedMail WithoutText(ReceivedMail mail) => Key().Match(mail.Text) is { Success: true } match
        ? mail with { Source = $"Message-ID: {mail.Header("Message-ID")}\r\nboundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{match.Value}\r\n--b--" }
        : mail;

    private void ReadMails()
    {
        var all = system.MailServer.Mails;
        for (; mailsRead < all.Count; mailsRead++)
        {
            var mail = all[mailsRead];
            if (Key().Match(mail.Text) is not { Success: true } match)
                continue;
            // The host after it is the instance's own.
            var messageId = mail.Header("Message-ID")!.Split('@')[0];
            if (!messageIds.Add(messageId))
                sameMessageTwice++;
            var deliveries = deliveriesByFollower.TryGetValue(mail.To, out var some) ? some : deliveriesByFollower[mail.To] = [];
            if (deliveries.Count < Enough)
                deliveries.Add(Guid.ParseExact(messageId.TrimStart('<'), "N"));
            var follower = mailsByFollower.TryGetValue(mail.To, out var known) ? known : mailsByFollower[mail.To] = new(StringComparer.Ordinal);
            follower[match.Groups["key"].Value] = follower.GetValueOrDefault(match.Groups["key"].Value) + 1;
        }
    }

    [GeneratedRegex(@"Avance\s+(?<key>[0-9a-f]{32})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
