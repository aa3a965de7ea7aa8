namespace OpenGov.Gateway.Caching;

/// <summary>
/// Holds a body back until it is whole. What turns out to be too large, or is not to be kept, goes on to its reader at once and
/// without being held.
/// </summary>
internal sealed class CapturedBody(Stream reader, int largest, Func<bool> isKept, Action givesUp) : Stream
{
    private readonly MemoryStream held = new();
    private bool isDecided;
    private bool passes;

    /// <summary>Everything is here and nothing has gone on.</summary>
    public bool IsWhole => !passes;

    public override bool CanRead => false;

    /// <summary>An answer that failed halfway can be taken back while nothing of it has gone on.</summary>
    public override bool CanSeek => !passes;

    public override bool CanWrite => true;
    public override long Length => held.Length;
    public override long Position { get => held.Position; set => throw new NotSupportedException(); }

    public byte[] ToArray() => held.ToArray();

    /// <summary>Sends on what was held.</summary>
    public async Task PassOnAsync(CancellationToken cancellationToken)
    {
        if (held.Length > 0)
            await reader.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellationToken);
        held.SetLength(0);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!isDecided)
        {
            isDecided = true;
            passes = !isKept();
            if (passes)
                givesUp();
        }

        if (!passes && held.Length + buffer.Length > largest)
        {
            passes = true;
            givesUp();
            await PassOnAsync(cancellationToken);
        }

        if (passes)
            await reader.WriteAsync(buffer, cancellationToken);
        else
            held.Write(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => passes ? reader.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException("Answers are written asynchronously.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Answers are written asynchronously.");
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value)
    {
        held.SetLength(value);
        isDecided = false;
    }


    protected override void Dispose(bool disposing)
    {
        held.Dispose();
        base.Dispose(disposing);
    }
}
