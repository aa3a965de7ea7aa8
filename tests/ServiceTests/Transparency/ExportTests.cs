using OpenGov.ServiceDefaults.Data;

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

    /// <summary>
    /// PostgreSQL has sent the last row long before such a reader has taken it, and sees a transaction in which nothing happens. It ends
    /// those of others after half a minute.
    /// </summary>
    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task A_reader_who_pauses_for_longer_than_transactions_may_idle_gets_the_whole_file(string form)
    {
        await service.ExecuteAsync("delete from progress_reports;" + BulkRows.Reports(20_000));
        // The test's host keeps answers in memory; a process of its own writes to a socket.
        using var replica = await ServiceProcess.StartAsync(service);
        var answers = new List<HttpResponseMessage>();
        var bodies = new List<(Stream Body, long Read)>();
        // How much the sockets' buffers hold is the machine's to say. Of readers who stop at different places some have all the rest in them.
        const int Parts = 12;
        var whole = (await replica.Client.GetByteArrayAsync($"/datos/progress_reports.{form}")).Length;
        for (var part = 0; part < Parts; part++)
        {
            var answer = await replica.Client.GetAsync($"/datos/progress_reports.{form}", HttpCompletionOption.ResponseHeadersRead);
            answers.Add(answer);
            var body = await answer.Content.ReadAsStreamAsync();
            var read = whole / Parts * part;
            await body.ReadExactlyAsync(new byte[read]);
            bodies.Add((body, read));
        }

        await Eventually.ShouldBeAsync(IdleAsync, true);
        await Task.Delay(DatabaseConnections.IdleInTransaction + TimeSpan.FromSeconds(3));
        (await IdleAsync()).ShouldBeTrue("some transaction was idle all the time");
        var sizes = new List<long>();
        foreach (var (body, read) in bodies)
        {
            var buffer = new byte[64 * 1024];
            var size = read;
            int count;
            while ((count = await body.ReadAsync(buffer)) > 0)
                size += count;
            sizes.Add(size);
        }

        answers.ForEach(answer => answer.Dispose());
        sizes.ShouldAllBe(size => size == whole);

        async Task<bool> IdleAsync()
        {
            await using var idle = service.Database.CreateCommand("select exists (select from pg_stat_activity where datname = current_database() and state = 'idle in transaction')");
            return await idle.ExecuteScalarAsync() is true;
        }
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
