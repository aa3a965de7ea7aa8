using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.Contracts.ActionPlans.V1;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceTests.Transparency;

/// <summary>The rows that facts leave in the datasets. Each test has a database of its own.</summary>
public sealed class ProjectionTests : IAsyncLifetime
{
    private readonly TransparencyHost service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task INV_27_a_published_plan_is_in_every_dataset_that_tells_of_it()
    {
        var (plan, commitment) = Facts.Exercise();
        await service.TellAsync(plan, commitment);

        var planRow = await service.RowAsync("plans");
        planRow.GetProperty("plan_identifier").GetString().ShouldBe("MX-MEX-PAL01");
        planRow.GetProperty("commitments_published").GetInt32().ShouldBe(1);
        planRow.GetProperty("commitments_active").GetInt32().ShouldBe(1);
        planRow.GetProperty("approval_resolution").GetString().ShouldBe("STL/02/2026");
        var row = await service.RowAsync("commitments");
        row.GetProperty("commitment_identifier").GetString().ShouldBe("MX-MEX-PAL01-C01");
        row.GetProperty("types").EnumerateArray().Select(type => type.GetString()).ShouldBe(["TOOL", "PROCESS_IMPROVEMENT"]);
        row.GetProperty("start_date").GetString().ShouldBe("2026-02-01");
        row.GetProperty("published_at").GetString().ShouldBe("2026-03-01T18:04:05.123Z");
        row.GetProperty("example_data").GetBoolean().ShouldBeTrue();
        (await service.CsvAsync("key_actions")).Length.ShouldBe(3);
        (await service.CsvAsync("activities")).Length.ShouldBe(4);
        (await service.CsvAsync("progress_reports")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task SPEC_3_2_6_progress_is_exported_as_numerator_denominator_and_value_with_4_decimals()
    {
        var (plan, commitment) = Facts.Exercise();
        var (keyAction, activity) = (commitment.KeyActions[1], commitment.KeyActions[1].Activities[0]);
        await service.TellAsync(plan, commitment, Facts.Report(
            commitment, keyAction, activity, ActivityStatus.Completed, Facts.Progress("0", "1", "200", "7"),
            evidence: [new PublishedEvidence(Guid.CreateVersion7(), EvidenceKind.Link, "https://example.mx/a|b", "Minuta", null, null, null),
                new PublishedEvidence(Guid.CreateVersion7(), EvidenceKind.File, "/api/action-plans/v1/evidence-files/1", "Acta | firmada", "acta.pdf", new string('b', 64), 12)]));

        var row = await service.RowAsync("commitments");
        row.GetProperty("progress_reported_numerator").GetRawText().ShouldBe("200");
        row.GetProperty("progress_reported_denominator").GetRawText().ShouldBe("7");
        row.GetProperty("progress_reported_value").GetRawText().ShouldBe("28.5714");
        row.GetProperty("progress_value").GetRawText().ShouldBe("0.0000");
        row.GetProperty("last_reported_at").GetString().ShouldBe("2026-03-03T18:04:05.123Z");
        var report = await service.RowAsync("progress_reports");
        report.GetProperty("plan_identifier").GetString().ShouldBe("MX-MEX-PAL01");
        report.GetProperty("progress_reported_value").GetRawText().ShouldBe("28.5714");
        report.GetProperty("evidence_urls").EnumerateArray().Select(url => url.GetString())
            .ShouldBe(["https://example.mx/a%7Cb", "/api/action-plans/v1/evidence-files/1"]);
        report.GetProperty("evidence_descriptions_es").EnumerateArray().Select(text => text.GetString()).ShouldBe(["Minuta", "Acta / firmada"]);
        report.GetProperty("evidence_sha256").EnumerateArray().Select(text => text.GetString()).ShouldBe(["", new string('b', 64)]);
    }

    [Fact]
    public async Task A_verification_shows_who_verified_and_is_gone_when_taken_back()
    {
        var (plan, commitment) = Facts.Exercise();
        var (keyAction, activity) = (commitment.KeyActions[1], commitment.KeyActions[1].Activities[0]);
        await service.TellAsync(
            plan, commitment, Facts.Report(commitment, keyAction, activity, ActivityStatus.Completed, Facts.Progress("0", "1", "35", "1")),
            Facts.Verification(commitment, keyAction, activity, ActivityStatus.Verified, Facts.Progress("35", "1", "35", "1")));

        var page = $"/api/transparency/v1/datasets/activities/rows?activity_id={activity.Id}";
        var verified = (await service.JsonAsync(page)).GetProperty("items")[0];
        verified.GetProperty("status").GetString().ShouldBe("VERIFIED");
        verified.GetProperty("verified_by_es").GetString().ShouldBe("Observatorio Ciudadano");
        var share = (await service.JsonAsync("/api/transparency/v1/datasets/key_actions/rows?number=2")).GetProperty("items")[0];
        share.GetProperty("progress_numerator").GetInt32().ShouldBe(50);
        share.GetProperty("progress_denominator").GetInt32().ShouldBe(1);
        share.GetProperty("progress_value").GetRawText().ShouldBe("50.0000");
        (await service.RowAsync("commitments")).GetProperty("progress_value").GetRawText().ShouldBe("35.0000");

        await service.TellAsync(Facts.Verification(commitment, keyAction, activity, ActivityStatus.Completed, Facts.Progress("0", "1", "35", "1"), version: 4));
        var back = (await service.JsonAsync(page)).GetProperty("items")[0];
        back.GetProperty("status").GetString().ShouldBe("COMPLETED");
        back.GetProperty("verified_by_es").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await service.RowAsync("commitments")).GetProperty("progress_value").GetRawText().ShouldBe("0.0000");
    }

    [Fact]
    public async Task INV_28_a_withdrawn_commitment_stays_with_its_resolution_and_leaves_the_active_ones()
    {
        var (plan, commitment) = Facts.Exercise();
        await service.TellAsync(plan, commitment, new CommitmentWithdrawnV1(
            commitment.AggregateId, 2, plan.AggregateId, new ResolutionReference("STL/09/2026", null, new DateOnly(2026, 9, 1), null), "Sin presupuesto.",
            Facts.PublishedAt.AddMonths(6)));

        var row = await service.RowAsync("commitments");
        row.GetProperty("status").GetString().ShouldBe("WITHDRAWN");
        row.GetProperty("title_es").GetString().ShouldBe(commitment.Title);
        row.GetProperty("withdrawal_resolution").GetString().ShouldBe("STL/09/2026");
        var planRow = await service.RowAsync("plans");
        planRow.GetProperty("commitments_published").GetInt32().ShouldBe(1);
        planRow.GetProperty("commitments_withdrawn").GetInt32().ShouldBe(1);
        planRow.GetProperty("commitments_active").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_later_version_of_a_plan_replaces_the_rows_of_the_former_and_keeps_what_was_reported()
    {
        var (plan, commitment) = Facts.Exercise();
        var (keyAction, activity) = (commitment.KeyActions[1], commitment.KeyActions[1].Activities[0]);
        await service.TellAsync(plan, commitment, Facts.Report(commitment, keyAction, activity, ActivityStatus.InProgress, Facts.Progress("0", "1", "0", "1")));

        var kept = keyAction with { Weight = 100, Activities = [activity with { Status = ActivityStatus.InProgress }, Facts.Activity(Guid.CreateVersion7(), 2)] };
        await service.TellAsync(
            plan with { AggregateVersion = 2, PlanVersion = 2, ChangeSummary = "Se quitó una acción." },
            commitment with { AggregateVersion = 3, PlanVersion = 2, KeyActions = [kept] });

        (await service.RowAsync("plans")).GetProperty("plan_version").GetInt32().ShouldBe(2);
        var row = await service.RowAsync("key_actions");
        row.GetProperty("weight").GetInt32().ShouldBe(100);
        row.GetProperty("plan_version").GetInt32().ShouldBe(2);
        row.GetProperty("activities_total").GetInt32().ShouldBe(2);
        var activities = (await service.JsonAsync("/datos/activities.json")).GetProperty("rows").EnumerateArray().ToArray();
        activities.Select(each => each.GetProperty("status").GetString()).ShouldBe(["IN_PROGRESS", "NOT_STARTED"]);
        activities[0].GetProperty("last_reported_at").GetString().ShouldBe("2026-03-03T18:04:05.123Z");
        (await service.RowAsync("progress_reports")).GetProperty("activity_id").GetGuid().ShouldBe(activity.Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_rebuild_from_zero_gives_the_same_files_as_the_facts_one_by_one(int seed)
    {
        foreach (var fact in RandomExercise(new Random(seed), 60))
            await service.TellAsync(fact);
        string[] datasets = ["plans", "commitments", "key_actions", "activities", "progress_reports"];
        var before = new List<string>();
        foreach (var dataset in datasets)
            before.Add(string.Join('\n', await service.CsvAsync(dataset)));
        before.ShouldAllBe(file => file.Contains('\n'));

        await service.ExecuteAsync("update commitments set title_es = 'wrong'; delete from activities; insert into plans select * from plans where false;");
        await service.RebuildAsync();

        var after = new List<string>();
        foreach (var dataset in datasets)
            after.Add(string.Join('\n', await service.CsvAsync(dataset)));
        after.ShouldBe(before);
        foreach (var dataset in datasets)
        {
            var rows = (await service.JsonAsync($"/api/transparency/v1/datasets/{dataset}")).GetProperty("rows").GetInt64();
            rows.ShouldBe((await service.JsonAsync($"/datos/{dataset}.json")).GetProperty("rows").GetArrayLength());
        }
    }

    [Fact]
    public async Task Many_reports_in_one_message_leave_what_they_leave_one_by_one()
    {
        var (plan, commitment) = Facts.Exercise();
        await service.TellAsync(plan, commitment);
        var random = new Random(4);
        var reports = Enumerable.Range(2, 30).Select(version => AnyReport(commitment, random, version)).ToArray();
        string[] datasets = ["commitments", "key_actions", "activities", "progress_reports"];
        foreach (var report in reports)
            await service.TellAsync(report);
        var before = await Task.WhenAll(datasets.Select(service.CsvAsync));

        await service.RebuildAsync();
        var after = await Task.WhenAll(datasets.Select(service.CsvAsync));
        after.ShouldBe(before);
        after[^1].Length.ShouldBe(31);
    }

    [Fact]
    public async Task One_report_among_many_that_cannot_be_applied_is_parked_alone()
    {
        var (plan, commitment) = Facts.Exercise();
        var other = Facts.Commitment(Guid.CreateVersion7(), plan.AggregateId, 2, [Facts.KeyAction(Guid.CreateVersion7(), 1, 100, Facts.Activity(Guid.CreateVersion7(), 1))]);
        await service.TellAsync(plan, commitment, other);
        var random = new Random(5);
        IIntegrationEvent[] reports = [.. Enumerable.Range(2, 20).Select(version => version == 12
            ? AnyReport(other, random, version) with { Progress = Facts.Progress("1", "0", "1", "0") }
            : AnyReport(commitment, random, version))];
        var facts = service.Inbox.Append(Owners.ActionPlans, reports);
        (await InboxDriver.HandAsync(service.Services, Owners.ActionPlans, facts)).ShouldBe(InboxOutcome.Applied);

        (await service.CsvAsync("progress_reports")).Length.ShouldBe(20);
        var parked = await service.Services.GetRequiredService<ParkedFacts>().ListAsync(Owners.ActionPlans, 0, 10, CancellationToken.None);
        parked.ShouldHaveSingleItem().EventId.ShouldBe(facts[10].EventId);
    }

    private static ProgressReportedV1 AnyReport(CommitmentPublishedV1 commitment, Random random, int version)
    {
        var keyAction = commitment.KeyActions[random.Next(commitment.KeyActions.Count)];
        var progress = Facts.Progress(random.Next(101).ToString(System.Globalization.CultureInfo.InvariantCulture), "3", "100", "3");
        return Facts.Report(commitment, keyAction, keyAction.Activities[random.Next(keyAction.Activities.Count)], (ActivityStatus)random.Next(3), progress, version);
    }

    [Fact]
    public async Task Rows_are_counted_once_at_the_end_whatever_was_rolled_back_within()
    {
        await service.ExecuteAsync(BulkRows.Reports(100));
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync("delete from progress_reports where evidence_count = 1 and reported_at < '2026-01-01 00:10:30Z'");
        await transaction.SaveAsync("fact");
        await RunAsync("delete from progress_reports");
        await transaction.RollbackAsync("fact");
        await RunAsync("delete from progress_reports where reported_at > '2026-01-01 01:40:00Z'");
        await transaction.CommitAsync();

        var state = await service.JsonAsync("/api/transparency/v1/datasets/progress_reports");
        state.GetProperty("rows").GetInt64().ShouldBe(88);
        state.GetProperty("version").GetInt64().ShouldBe(2);
        (await service.JsonAsync("/datos/progress_reports.json")).GetProperty("rows").GetArrayLength().ShouldBe(88);

        // The same connection again: nothing of the former transaction is left in it.
        await RunAsync("delete from progress_reports where reported_at > '2026-01-01 01:38:00Z'");
        (await service.JsonAsync("/api/transparency/v1/datasets/progress_reports")).GetProperty("rows").GetInt64()
            .ShouldBe((await service.JsonAsync("/datos/progress_reports.json")).GetProperty("rows").GetArrayLength());

        async Task RunAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static IEnumerable<IIntegrationEvent> RandomExercise(Random random, int count)
    {
        var (plan, commitment) = Facts.Exercise();
        yield return plan;
        yield return commitment;
        var other = Facts.Commitment(Guid.CreateVersion7(), plan.AggregateId, 2, [Facts.KeyAction(Guid.CreateVersion7(), 1, 100, Facts.Activity(Guid.CreateVersion7(), 1))]);
        yield return other;
        var (planVersion, version) = (1, 1);
        for (var i = 0; i < count; i++)
        {
            var target = random.Next(3) == 0 ? other : commitment;
            var keyAction = target.KeyActions[random.Next(target.KeyActions.Count)];
            var activity = keyAction.Activities[random.Next(keyAction.Activities.Count)];
            var progress = Facts.Progress(random.Next(101).ToString(System.Globalization.CultureInfo.InvariantCulture), "3", "100", "3");
            version++;
            switch (random.Next(10))
            {
                case 0:
                    yield return plan = plan with { AggregateVersion = ++planVersion, PlanVersion = planVersion, Title = $"Plan {planVersion}" };
                    yield return commitment = commitment with
                    {
                        AggregateVersion = version, PlanVersion = planVersion,
                        KeyActions = [.. commitment.KeyActions.Skip(random.Next(2)), Facts.KeyAction(Guid.CreateVersion7(), 9 + i, 10, Facts.Activity(Guid.CreateVersion7(), 1))],
                    };
                    break;
                case 1:
                    yield return new CommitmentWithdrawnV1(other.AggregateId, version, plan.AggregateId, new ResolutionReference("R", null, plan.PeriodStart, null), "Motivo", Facts.PublishedAt);
                    break;
                case < 5:
                    yield return Facts.Verification(target, keyAction, activity, random.Next(2) == 0 ? ActivityStatus.Verified : ActivityStatus.Completed, progress, version);
                    break;
                default:
                    yield return Facts.Report(target, keyAction, activity, (ActivityStatus)random.Next(3), progress, version);
                    break;
            }
        }
    }
}
