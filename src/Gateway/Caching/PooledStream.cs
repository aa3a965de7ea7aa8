using System.Runtime.CompilerServices;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// Goes on in the thread pool after whatever it had to wait for. Without it a copy between two sockets, compression included,
/// would go on for as long as both are fast on the thread that serves all connections (<see cref="InlineSockets"/>).
/// </summary>
internal sealed class PooledStream(Stream inner) : Stream
{
    public override bool CanRead => inner.CanRead;
    public override bool CanSeek => inner.CanSeek;
    public override bool CanWrite => inner.CanWrite;
    public override bool CanTimeout => inner.CanTimeout;
    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? read : InPoolAsync(read);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var written = inner.WriteAsync(buffer, cancellationToken);
        return written.IsCompletedSuccessfully ? written : InPoolAsync(written);
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushed = inner.FlushAsync(cancellationToken);
        return flushed.IsCompletedSuccessfully ? flushed : InPoolAsync(new ValueTask(flushed)).AsTask();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    public override void Flush() => inner.Flush();
    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);
    public override void SetLength(long value) => inner.SetLength(value);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> InPoolAsync(ValueTask<int> waiting)
    {
        try
        {
            return await waiting;
        }
        finally
        {
            if (!Thread.CurrentThread.IsThreadPoolThread)
                await Task.Yield();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask InPoolAsync(ValueTask waiting)
    {
        try
        {
            await waiting;
        }
        finally
        {
            if (!Thread.CurrentThread.IsThreadPoolThread)
                await Task.Yield();
        }
    }
}
