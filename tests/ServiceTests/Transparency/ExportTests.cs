namespace OpenGov.ServiceTests.Transparency;

/// <summary>Measures the memory of the process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(ExportTests), DisableParallelization = true)]
public sealed class ExportTestsAlone;

[Collection(nameof(ExportTests))]
public sealed class ExportTests(TransparencyHost service) : IClassFixture<TransparencyHost>
{
    private const int Rows = 100_000;

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task A_hundred_thousand_rows_are_streamed_in_bounded_memory(string form)
    {
        await service.ExecuteAsync("delete from progress_reports;" + BulkRows.Reports(Rows));
        using var client = service.Client();
        using var answer = await client.GetAsync($"/datos/progress_reports.{form}", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var buffer = new byte[64 * 1024];
        long size = 0;
        var lines = 0;
        long most = 0;
        var chunks = 0;
        int read;
        while ((read = await body.ReadAsync(buffer)) > 0)
        {
            size += read;
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            if (++chunks % 200 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        lines.ShouldBe(form == "csv" ? Rows + 1 : Rows + 2);
        size.ShouldBeGreaterThan(50_000_000);
        // Live memory while the file passes: some buffers, whatever the size.
        most.ShouldBeLessThan(size / 3);
    }

    [Fact]
    public async Task A_reader_who_goes_away_leaves_nothing_running_and_no_error()
    {
        await service.ExecuteAsync("delete from progress_reports;" + BulkRows.Reports(Rows));
        using var client = service.Client();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await client.GetAsync("/datos/progress_reports.csv", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[100_000]);
        }

        await Eventually.ShouldBeAsync(async () =>
        {
            await using var running = service.Database.CreateCommand(
                "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'copy %' and state = 'active'");
            return await running.ExecuteScalarAsync();
        }, 0L);
        service.Errors.ShouldBeEmpty();
    }
}
