using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ServiceTests.Transparency;

public sealed class PausingReaderTests(TransparencyHost service) : IClassFixture<TransparencyHost>
{
    /// <summary>
    /// PostgreSQL has sent the last row long before such a reader has taken it, and sees a transaction in which nothing happens. It ends
    /// those of others after half a minute.
    /// </summary>
    [Fact]
    public async Task A_reader_who_pauses_for_longer_than_transactions_may_idle_gets_the_whole_file()
    {
        await service.ExecuteAsync("delete from progress_reports;" + BulkRows.Reports(20_000));
        // The test's host keeps answers in memory; a process of its own writes to a socket.
        using var replica = await ServiceProcess.StartAsync(service);
        var answers = new List<HttpResponseMessage>();
        var bodies = new List<(Stream Body, long Read, long Whole)>();
        // How much the sockets' buffers hold is the machine's to say. Of readers who stop at different places some have all the rest in them.
        const int Parts = 8;
        foreach (var form in (string[])["csv", "json"])
        {
            var whole = (await replica.Client.GetByteArrayAsync($"/datos/progress_reports.{form}")).Length;
            for (var part = 0; part < Parts; part++)
            {
                var answer = await replica.Client.GetAsync($"/datos/progress_reports.{form}", HttpCompletionOption.ResponseHeadersRead);
                answers.Add(answer);
                var body = await answer.Content.ReadAsStreamAsync();
                var read = whole / Parts * part;
                await body.ReadExactlyAsync(new byte[read]);
                bodies.Add((body, read, whole));
            }
        }

        await Eventually.ShouldBeAsync(IdleAsync, true);
        await Task.Delay(DatabaseConnections.IdleInTransaction + TimeSpan.FromSeconds(3));
        (await IdleAsync()).ShouldBeTrue("some transaction was idle all the time");
        foreach (var (body, read, whole) in bodies)
        {
            var buffer = new byte[64 * 1024];
            var size = read;
            int count;
            while ((count = await body.ReadAsync(buffer)) > 0)
                size += count;
            size.ShouldBe(whole);
        }

        answers.ForEach(answer => answer.Dispose());

        async Task<bool> IdleAsync()
        {
            await using var idle = service.Database.CreateCommand("select exists (select from pg_stat_activity where datname = current_database() and state = 'idle in transaction')");
            return await idle.ExecuteScalarAsync() is true;
        }
    }
}
