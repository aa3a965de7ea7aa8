using System.Net;
using System.Text.Json;
using Npgsql;

namespace OpenGov.ServiceTests.Transparency;

public sealed class RowsFixture : IAsyncLifetime
{
    public TransparencyHost Service { get; } = new();

    public async Task InitializeAsync()
    {
        await Service.InitializeAsync();
        await Service.ExecuteAsync(BulkRows.Reports(500));
    }

    public async Task DisposeAsync() => await Service.DisposeAsync();
}

/// <summary>Filters, order, columns and cursors of the rows API, over 500 progress reports.</summary>
public sealed class RowsTests(RowsFixture fixture) : IClassFixture<RowsFixture>
{
    private const string Rows = "/api/transparency/v1/datasets/progress_reports/rows";
    private readonly TransparencyHost service = fixture.Service;

    [Theory]
    [InlineData("")]
    [InlineData("order=reported_at")]
    [InlineData("order=-reported_at")]
    [InlineData("order=commitment_identifier")]
    [InlineData("order=-commitment_identifier")]
    [InlineData("order=reported_by_id")]
    [InlineData("order=-reported_by_id")]
    [InlineData("order=-progress_reported_value")]
    [InlineData("order=to_status&columns=to_status")]
    [InlineData("order=report_id&to_status=COMPLETED")]
    public async Task Pages_hold_every_row_once_in_the_order_asked(string query)
    {
        var all = await PagesAsync($"{Rows}?limit=200&{query}");
        var small = await PagesAsync($"{Rows}?limit=37&{query}");

        small.ShouldBe(all);
        all.Count.ShouldBe(query.Contains("COMPLETED", StringComparison.Ordinal) ? 166 : 500);
        if (!query.Contains("columns", StringComparison.Ordinal))
            all.Distinct().Count().ShouldBe(all.Count);
    }

    [Fact]
    public async Task Order_is_by_value_with_empty_cells_last_in_both_directions()
    {
        foreach (var (direction, sign) in new[] { ("", 1), ("-", -1) })
        {
            var ids = (await PagesAsync($"{Rows}?limit=200&order={direction}reported_by_id&columns=reported_by_id"))
                .Select(row => JsonDocument.Parse(row).RootElement.GetProperty("reported_by_id").GetString()).ToArray();
            ids[..400].ShouldAllBe(id => id != null);
            ids[400..].ShouldAllBe(id => id == null);
            ids[..400].Zip(ids[1..400]).ShouldAllBe(pair => string.CompareOrdinal(pair.First, pair.Second) * sign < 0);
        }
    }

    [Theory]
    [InlineData("commitment_identifier=MX-MEX-PAL01-C07", 13)]
    [InlineData("evidence_kinds=LINK", 500)]
    [InlineData("evidence_kinds=FILE", 0)]
    [InlineData("reported_by_id=", 100)]
    [InlineData("example_data=true", 500)]
    [InlineData("progress_reported_value__gte=100", 4)]
    [InlineData("progress_reported_value__gt=98.5&progress_reported_value__lt=100", 4)]
    [InlineData("reported_at__lte=2026-01-01T00:10:10Z", 10)]
    [InlineData("reported_at__lt=2025-12-31T18:10:10-06:00", 9)]
    [InlineData("reported_at=2026-01-01T00:01:01.000Z", 1)]
    [InlineData("activity_title_es=Actividad 7", 1)]
    [InlineData("activity_title_es=x' or '1'='1", 0)]
    public async Task Filters_hold_by_equality_and_range(string filter, int expected) =>
        (await PagesAsync($"{Rows}?limit=200&{filter}")).Count.ShouldBe(expected);

    [Fact]
    public async Task Columns_come_as_chosen()
    {
        var row = (await service.JsonAsync($"{Rows}?limit=1&columns=to_status,report_id")).GetProperty("items")[0];
        row.EnumerateObject().Select(member => member.Name).ShouldBe(["to_status", "report_id"]);
    }

    [Theory]
    [InlineData("colour=red", "colour", "column_unknown")]
    [InlineData("explanation_es__gte=a", "explanation_es__gte", "operator_unknown")]
    [InlineData("reported_at__like=a", "reported_at__like", "operator_unknown")]
    [InlineData("report_id=7", "report_id", "value_not_uuid")]
    [InlineData("evidence_count=many", "evidence_count", "value_not_integer")]
    [InlineData("evidence_count__gte=", "evidence_count__gte", "value_not_integer")]
    [InlineData("evidence_count=99999999999999999999", "evidence_count", "value_not_integer")]
    [InlineData("progress_value=1,5", "progress_value", "value_not_decimal")]
    [InlineData("example_data=yes", "example_data", "value_not_boolean")]
    [InlineData("reported_at=2026-01-01", "reported_at", "value_not_timestamp")]
    [InlineData("reported_at=2026-01-01T00:00:00", "reported_at", "value_not_timestamp")]
    [InlineData("to_status=DONE", "to_status", "value_not_code")]
    [InlineData("activity_title_es=%00", "activity_title_es", "field_invalid")]
    [InlineData("limit=0", "limit", "limit_invalid")]
    [InlineData("limit=201", "limit", "limit_invalid")]
    [InlineData("limit=ten", "limit", "limit_invalid")]
    [InlineData("order=explanation_es", "order", "order_unknown")]
    [InlineData("order=--reported_at", "order", "order_unknown")]
    [InlineData("order=reported_at;drop table plans", "order", "order_unknown")]
    [InlineData("columns=report_id,secret", "columns", "column_unknown")]
    [InlineData("columns=", "columns", "column_unknown")]
    [InlineData("to_status=COMPLETED&to_status=VERIFIED", "to_status", "parameter_repeated")]
    [InlineData("cursor=abc", "cursor", "cursor_invalid")]
    [InlineData("cursor=", "cursor", "cursor_invalid")]
    public async Task Bad_parameters_are_400_with_the_field_and_the_reason(string query, string field, string code)
    {
        var answer = await service.GetAsync($"{Rows}?{query}");
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code);
        var reason = problem.GetProperty("errors").EnumerateArray().Single();
        reason.GetProperty("field").GetString().ShouldBe(field);
        reason.GetProperty("code").GetString().ShouldBe(code);
        reason.GetProperty("detail").GetString()!.Length.ShouldBeGreaterThan(code.Length);
    }

    [Fact]
    public async Task All_bad_parameters_are_told_at_once()
    {
        var answer = await service.GetAsync($"{Rows}?limit=0&colour=red&order=nothing");
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("errors").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_order_and_filter_and_cannot_be_changed()
    {
        var cursor = (await service.JsonAsync($"{Rows}?limit=5&to_status=COMPLETED")).GetProperty("next").GetString()!;
        (await service.GetAsync($"{Rows}?limit=9&to_status=COMPLETED&columns=report_id&cursor={cursor}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        string[] others =
        [
            $"cursor={cursor}", $"to_status=IN_PROGRESS&cursor={cursor}", $"to_status=COMPLETED&order=-reported_at&cursor={cursor}",
            $"to_status=COMPLETED&cursor={cursor[..^4]}", $"to_status=COMPLETED&cursor={cursor[..10]}{(cursor[10] == 'A' ? 'B' : 'A')}{cursor[11..]}",
        ];
        foreach (var other in others)
            (await service.GetAsync($"{Rows}?{other}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest, other);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_told_so_and_not_as_a_service_that_is_away()
    {
        // Whatever it waits for, its time passes.
        await using var connection = await service.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table progress_reports in access exclusive mode", connection, transaction))
            await hold.ExecuteNonQueryAsync();
        var answer = await service.GetAsync($"{Rows}?limit=3");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Headers.RetryAfter.ShouldBeNull();
        answer.Headers.ETag.ShouldBeNull();
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("code").GetString().ShouldBe("query_too_slow");
        problem.GetProperty("title").GetString()!.ShouldStartWith("La consulta tardó demasiado");
    }

    [Fact]
    public async Task Unknown_datasets_are_404()
    {
        (await service.GetAsync("/api/transparency/v1/datasets/event_log/rows")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync("/api/transparency/v1/datasets/event_log")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<List<string>> PagesAsync(string address)
    {
        var rows = new List<string>();
        string? cursor = null;
        do
        {
            var page = await service.JsonAsync(cursor is null ? address : $"{address}&cursor={cursor}");
            rows.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetRawText()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return rows;
    }
}
