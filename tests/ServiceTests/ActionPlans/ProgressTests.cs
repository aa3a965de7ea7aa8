using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.ActionPlans.EvidenceFiles;
using OpenGov.TestSupport;
using static OpenGov.ServiceTests.ActionPlans.Steps;

namespace OpenGov.ServiceTests.ActionPlans;

public sealed class ProgressTests(ActionPlansHost service) : IClassFixture<ActionPlansHost>
{
    [Fact]
    public async Task An_activity_moves_one_step_at_a_time_and_progress_is_an_exact_fraction()
    {
        var activity = await ActivityOfAsync(31);
        (await (await service.ReportAsync(activity, "COMPLETED", 1)).ReasonsAsync()).ShouldBe(["status status_skips_a_step"]);
        (await (await service.ReportAsync(activity, "VERIFIED", 1)).ReasonsAsync()).ShouldBe(["status status_not_reportable"]);
        (await service.ReportAsync(activity, "IN_PROGRESS", 1)).StatusCode.ShouldBe(HttpStatusCode.Created);

        var completed = await (await service.ReportAsync(activity, "COMPLETED", 2)).JsonAsync();
        completed.GetProperty("activityVersion").GetInt32().ShouldBe(3);
        // One of two activities of weight 60.
        completed.GetProperty("progress").GetProperty("reported").GetProperty("percent").GetString().ShouldBe("30.0");
        completed.GetProperty("progress").GetProperty("verified").GetProperty("percent").GetString().ShouldBe("0.0");

        var page = await service.CommitmentAsync("MX-MEX-PAL31-C01");
        page.GetProperty("status").GetString().ShouldBe("IN_IMPLEMENTATION");
        page.Activity(0, 0).GetProperty("lastReport").GetProperty("evidence")[0].GetProperty("url").GetString().ShouldBe("https://example.org/minuta");
        page.Activity(0, 1).GetProperty("overdue").GetBoolean().ShouldBeTrue();
        page.Activity(0, 0).GetProperty("overdue").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task INV_30_completed_needs_evidence_and_only_another_institution_verifies()
    {
        var activity = await ActivityOfAsync(32);
        await service.ReportAsync(activity, "IN_PROGRESS", 1, []);
        (await (await service.ReportAsync(activity, "COMPLETED", 2, [])).ReasonsAsync()).ShouldBe(["evidence evidence_missing"]);
        (await VerifyAsync(service.OtherLiaison, activity, true, 2)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await service.ReportAsync(activity, "COMPLETED", 2);

        (await (await VerifyAsync(service.Liaison, activity, true, 3)).ReasonsAsync()).ShouldBe(["verifier_is_responsible"]);
        (await VerifyAsync(service.Secretary, activity, true, 3)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var verified = await (await VerifyAsync(service.CivilLiaison, activity, true, 3)).JsonAsync();
        verified.GetProperty("progress").GetProperty("verified").GetProperty("percent").GetString().ShouldBe("30.0");
        verified.GetProperty("progress").GetProperty("suggested").GetString().ShouldBe("LIMITED");
        (await service.ReportAsync(activity, "IN_PROGRESS", 4)).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var back = await (await VerifyAsync(service.OtherLiaison, activity, false, 4)).JsonAsync();
        back.GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await service.ReportAsync(activity, "IN_PROGRESS", 5)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await service.FactsAsync()).Count(fact => fact == "ActivityVerifiedV1").ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Reports_of_a_commitment_come_from_all_its_activities_page_by_page_the_latest_first()
    {
        var first = await ActivityOfAsync(30);
        var second = (await service.CommitmentAsync("MX-MEX-PAL30-C01")).Activity(0, 1).GetProperty("id").GetGuid();
        using var visitor = service.Client();
        const string Address = $"{Api}/commitments/MX-MEX-PAL30-C01/progress-reports";
        (await (await visitor.GetAsync(Address)).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);

        var made = new List<Guid>();
        foreach (var (activity, status, version) in new[] { (first, "IN_PROGRESS", 1), (second, "IN_PROGRESS", 1), (first, "COMPLETED", 2) })
            made.Add((await (await service.ReportAsync(activity, status, version)).JsonAsync()).GetProperty("id").GetGuid());

        var found = new List<JsonElement>();
        for (var next = $"{Address}?limit=2"; next is not null;)
        {
            var page = await (await visitor.GetAsync(next)).JsonAsync();
            page.GetProperty("items").GetArrayLength().ShouldBeInRange(1, 2);
            found.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString() is { } cursor ? $"{Address}?limit=2&cursor={Uri.EscapeDataString(cursor)}" : null;
        }

        found.Select(one => one.GetProperty("report").GetProperty("id").GetGuid()).ShouldBe(made.AsEnumerable().Reverse());
        found.Select(one => one.GetProperty("activityId").GetGuid()).ShouldBe([first, second, first]);
        found[0].GetProperty("report").GetProperty("evidence")[0].GetProperty("url").GetString().ShouldBe("https://example.org/minuta");
        (await (await visitor.GetAsync($"{Address}?cursor=x")).ReasonsAsync()).ShouldBe(["cursor cursor_invalid"]);
        (await visitor.GetAsync($"{Api}/commitments/MX-MEX-PAL30-C99/progress-reports")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_two_reports_on_the_same_version_of_an_activity_one_is_refused()
    {
        var activity = await ActivityOfAsync(33);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => service.ReportAsync(activity, "IN_PROGRESS", 1)));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(5);
        (await service.CountAsync($"progress_report where activity_id = '{activity}'")).ShouldBe(1);
        (await service.CountAsync($"event_log where payload ->> 'activityId' = '{activity}'")).ShouldBe(1);
    }

    /// <summary>There are twenty connections here. Who held one and waited for a second would wait for a minute, with all the others.</summary>
    [Fact]
    public async Task More_reports_at_once_than_there_are_connections_do_not_wait_for_each_other()
    {
        var activity = await ActivityOfAsync(47);
        var began = TimeProvider.System.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => service.ReportAsync(activity, "IN_PROGRESS", 1, key: $"a-la-vez-{number}")));
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(45));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(59);
        (await service.CountAsync($"progress_report where activity_id = '{activity}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Reports_on_different_activities_of_one_commitment_at_once_all_count()
    {
        await service.PublishAsync(SamplePlan.Own(34));
        var page = await service.CommitmentAsync("MX-MEX-PAL34-C01");
        Guid[] activities = [.. page.GetProperty("keyActions").EnumerateArray().SelectMany(action => action.GetProperty("activities").EnumerateArray()).Select(one => one.GetProperty("id").GetGuid())];
        foreach (var (status, version) in new[] { ("IN_PROGRESS", 1), ("COMPLETED", 2) })
        {
            var answers = await Task.WhenAll(activities.Select(activity => service.ReportAsync(activity, status, version)));
            answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        }

        var after = await service.CommitmentAsync("MX-MEX-PAL34-C01");
        after.GetProperty("progress").GetProperty("reported").GetProperty("percent").GetString().ShouldBe("100.0");
        after.GetProperty("version").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task A_repeated_report_with_the_same_key_gets_the_first_answer_and_counts_once()
    {
        var activity = await ActivityOfAsync(35);
        var key = Guid.NewGuid().ToString();
        var first = await service.ReportAsync(activity, "IN_PROGRESS", 1, key: key);
        var second = await service.ReportAsync(activity, "IN_PROGRESS", 1, key: key);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await second.JsonAsync()).GetProperty("id").GetGuid().ShouldBe((await first.JsonAsync()).GetProperty("id").GetGuid());
        (await service.CountAsync($"progress_report where activity_id = '{activity}'")).ShouldBe(1);
        (await service.ReportAsync(activity, "NOT_STARTED", 1, key: key)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Only_the_responsible_institution_reports_and_only_on_the_version_it_read()
    {
        var activity = await ActivityOfAsync(36);
        (await service.ReportAsync(activity, "IN_PROGRESS", 1, account: service.OtherLiaison)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.ReportAsync(activity, "IN_PROGRESS", 2)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await service.ReportAsync(Guid.CreateVersion7(), "IN_PROGRESS", 1)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var liaison = service.Client(service.Liaison);
        (await liaison.PostAsJsonAsync($"{Api}/activities/{activity}/progress-reports", new { status = "IN_PROGRESS", explanation = "x" })).StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);
        var mine = await (await liaison.GetAsync($"{Api}/my/activities")).JsonAsync();
        mine.GetProperty("items").EnumerateArray().ShouldContain(one => one.GetProperty("id").GetGuid() == activity && one.GetProperty("version").GetInt32() == 1);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://example.org/a")]
    [InlineData("//example.org")]
    [InlineData("https://user:secret@example.org/")]
    [InlineData("https://example.org/a b")]
    public async Task A_link_that_is_no_public_web_address_is_refused_with_its_place(string url)
    {
        var activity = await ActivityOfAsync(37);
        var refused = await service.ReportAsync(activity, "IN_PROGRESS", 1, [new { kind = "LINK", url, description = "x" }]);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.ReasonsAsync()).ShouldBe(["/evidence/0/url evidence_url_invalid"]);
        (await service.CountAsync($"progress_report where activity_id = '{activity}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_becomes_public_evidence_with_its_hash_and_is_never_offered_to_be_run()
    {
        var activity = await ActivityOfAsync(38);
        var bytes = RandomNumberGenerator.GetBytes(700_000);
        "%PDF-1.7"u8.CopyTo(bytes);
        var uploaded = await (await UploadAsync(service.Liaison, bytes, "../minutas/Minuta número 1.pdf")).JsonAsync();
        var file = uploaded.GetProperty("id").GetGuid();
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        uploaded.GetProperty("sha256").GetString().ShouldBe(hash);
        uploaded.GetProperty("fileName").GetString().ShouldBe("Minuta número 1.pdf");
        using var visitor = service.Client();
        (await visitor.GetAsync($"{Api}/evidence-files/{file}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await service.ReportAsync(activity, "IN_PROGRESS", 1, [new { kind = "FILE", fileId = file, description = "Minuta" }])).StatusCode.ShouldBe(HttpStatusCode.Created);
        var download = await visitor.GetAsync($"{Api}/evidence-files/{file}");
        (await download.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        download.Headers.ETag!.Tag.ShouldBe($"\"{hash}\"");
        download.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        download.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        download.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        download.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox"]);

        var again = await service.ReportAsync(activity, "IN_PROGRESS", 2, [new { kind = "FILE", fileId = file, description = "Otra vez" }]);
        (await again.ReasonsAsync()).ShouldBe(["/evidence/0/fileId evidence_file_unknown"]);
        await using var command = service.Database.CreateCommand("delete from evidence_file where id = $1");
        command.Parameters.Add(new() { Value = file });
        await Should.ThrowAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_file_of_another_institution_is_no_evidence()
    {
        var activity = await ActivityOfAsync(39);
        var file = (await (await UploadAsync(service.OtherLiaison, [1, 2, 3], "a.bin")).JsonAsync()).GetProperty("id").GetGuid();
        var refused = await service.ReportAsync(activity, "IN_PROGRESS", 1, [new { kind = "FILE", fileId = file, description = "x" }]);
        (await refused.ReasonsAsync()).ShouldBe(["/evidence/0/fileId evidence_file_unknown"]);
    }

    [Fact]
    public async Task A_file_over_25_MB_or_empty_or_of_a_stranger_is_refused_and_leaves_nothing()
    {
        var before = await service.CountAsync("evidence_file_chunk");
        (await UploadAsync(service.Liaison, new byte[(25 * 1024 * 1024) + 1], "a.bin")).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await UploadAsync(service.Liaison, new byte[(25 * 1024 * 1024) + 1], "a.bin", chunked: true)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await UploadAsync(service.Liaison, [], "a.bin")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await UploadAsync(service.Liaison, [1], "a\nb.bin")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await UploadAsync(service.Secretary, [1], "a.bin")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.CountAsync("evidence_file_chunk")).ShouldBe(before);
        (await service.CountAsync("evidence_file where completed_at is null")).ShouldBe(0);
    }

    [Fact]
    public async Task Files_that_no_report_took_within_a_day_are_removed_and_attached_ones_stay()
    {
        var file = (await (await UploadAsync(service.CivilLiaison, [1, 2, 3], "a.bin")).JsonAsync()).GetProperty("id").GetGuid();
        await using (var age = service.Database.CreateCommand("update evidence_file set started_at = started_at - interval '25 hours' where attached_at is null"))
            await age.ExecuteNonQueryAsync();
        var attached = await service.CountAsync("evidence_file where attached_at is not null");
        (await service.Services.GetRequiredService<OrphanFiles>().RemoveAsync(CancellationToken.None)).ShouldBeGreaterThanOrEqualTo(1);
        (await service.CountAsync($"evidence_file where id = '{file}'")).ShouldBe(0);
        (await service.CountAsync($"evidence_file_chunk where file_id = '{file}'")).ShouldBe(0);
        (await service.CountAsync("evidence_file where attached_at is not null")).ShouldBe(attached);
    }

    [Fact]
    public async Task Reads_carry_validators_and_answer_304_until_something_changes()
    {
        var activity = await ActivityOfAsync(40);
        foreach (var address in new[] { "/commitments/MX-MEX-PAL40-C01", "/plans/MX-MEX-PAL40", "/commitments?plan=MX-MEX-PAL40", "/totals" })
        {
            using var visitor = service.Client();
            var first = await visitor.GetAsync(Api + address);
            first.StatusCode.ShouldBe(HttpStatusCode.OK, address);
            visitor.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
            (await visitor.GetAsync(Api + address)).StatusCode.ShouldBe(HttpStatusCode.NotModified, address);
        }

        using var reader = service.Client();
        reader.DefaultRequestHeaders.IfNoneMatch.Add((await reader.GetAsync($"{Api}/commitments/MX-MEX-PAL40-C01")).Headers.ETag!);
        await service.ReportAsync(activity, "IN_PROGRESS", 1);
        (await reader.GetAsync($"{Api}/commitments/MX-MEX-PAL40-C01")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var reports = await (await service.Client().GetAsync($"{Api}/activities/{activity}/progress-reports?limit=1")).JsonAsync();
        reports.GetProperty("items")[0].GetProperty("period").GetString()!.ShouldContain("-Q");
        reports.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private async Task<Guid> ActivityOfAsync(int plan)
    {
        // The cases of a theory share one plan.
        if (await service.CountAsync($"plan where number = {plan}") == 0)
            await service.PublishAsync(SamplePlan.Own(plan));
        return (await service.CommitmentAsync($"MX-MEX-PAL{plan}-C01")).Activity(0, 0).GetProperty("id").GetGuid();
    }

    private async Task<HttpResponseMessage> VerifyAsync(Guid account, Guid activity, bool verified, int version)
    {
        using var client = service.Client(account);
        return await client.SendAsync(HttpMethod.Post, $"{Api}/activities/{activity}/verifications", new { note = "Se revisó la evidencia.", verified }, $"\"{version}\"");
    }

    private async Task<HttpResponseMessage> UploadAsync(Guid account, byte[] bytes, string fileName, bool chunked = false)
    {
        using var client = service.Client(account);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/evidence-files?fileName={Uri.EscapeDataString(fileName)}");
        request.Content = new ByteArrayContent(bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (chunked)
            request.Headers.TransferEncodingChunked = true;
        return await client.SendAsync(request);
    }
}
