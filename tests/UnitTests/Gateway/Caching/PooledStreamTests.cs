using System.IO.Pipelines;
using OpenGov.Gateway.Caching;

namespace OpenGov.UnitTests.Gateway.Caching;

public sealed class PooledStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Who_waited_for_bytes_goes_on_in_the_pool()
    {
        // As the gateway's sockets do: whoever waits goes on in the thread that brings the bytes.
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        var went = "";
        // A reader that came after the bytes has waited for nothing: another try.
        for (var attempt = 0; attempt < 5 && went != "sockets"; attempt++)
            went = await ThreadAfterAsync(pipe.Reader.AsStream(), pipe);
        went.ShouldBe("sockets", "else this test shows nothing");
        await using var pooled = new PooledStream(pipe.Reader.AsStream());
        (await ThreadAfterAsync(pooled, pipe)).ShouldBe("pool");
    }

    private static async Task<string> ThreadAfterAsync(Stream stream, Pipe pipe)
    {
        var went = Task.Run(async () =>
        {
            (await stream.ReadAsync(new byte[1])).ShouldBe(1);
            return Thread.CurrentThread.IsThreadPoolThread ? "pool" : "sockets";
        });
        // It must be waiting before the bytes come.
        await Task.Delay(300);
        var sockets = new Thread(() => pipe.Writer.WriteAsync(new byte[1]).AsTask().Wait(Limit));
        sockets.Start();
        sockets.Join(Limit).ShouldBeTrue();
        return await went.WaitAsync(Limit);
    }
}
