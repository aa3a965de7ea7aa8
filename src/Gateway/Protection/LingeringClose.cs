using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace OpenGov.Gateway.Protection;

/// <summary>
/// Lets the answer to a refused request arrive. A connection that is closed while something of the request lies unread is reset, and the
/// reset may overtake the answer on its way (RFC 9112 §9.6): so what still comes is read and thrown away for a moment, within bounds, where
/// the server ended the connection before the end of the request. The connection stays one of its address's until then.
/// </summary>
internal static class LingeringClose
{
    /// <summary>Bytes. What fits into the buffers of a fast line; whoever sends more has had the time to read the answer.</summary>
    internal const long AtMost = 1024 * 1024;

    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(2);

    /// <summary>A client that sends goes on within this; one that waits for the end of the connection need not wait longer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    /// <summary>Tells that this request was answered before its body was read; HTTP/1 only, later versions end a stream without the connection.</summary>
    public static void AnsweredEarly(HttpContext http)
    {
        if (http.Features.Get<IConnectionItemsFeature>() is { } connection)
            connection.Items[typeof(LingeringClose)] = true;
    }

    public static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var input = new KeptInput(transport.Input);
        connection.Transport = new Kept(input, new KeptOutput(transport.Output));
        try
        {
            await next(connection);
            if (!connection.ConnectionClosed.IsCancellationRequested && (input.HasMore() || (connection.Items.ContainsKey(typeof(LingeringClose)) && !input.HasEnded)))
                await DiscardAsync(transport, connection.ConnectionClosed);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            // Before its end was told: whoever leaves in the middle of an answer is no failure of this system.
        }
        finally
        {
            connection.Transport = transport;
            await transport.Input.CompleteAsync();
            await transport.Output.CompleteAsync();
        }
    }

    private static async Task DiscardAsync(IDuplexPipe transport, CancellationToken closed)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(closed);
        patience.CancelAfter(Whole);
        try
        {
            await transport.Output.FlushAsync(patience.Token);
            for (var left = AtMost; left > 0;)
            {
                var reading = transport.Input.ReadAsync(patience.Token).AsTask();
                if (await Task.WhenAny(reading, Task.Delay(Silence, CancellationToken.None)) != reading)
                    transport.Input.CancelPendingRead();
                var read = await reading;
                left -= read.Buffer.Length;
                transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    return;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException || IsGone(exception))
        {
            // The other side is gone, or it took too long: nothing is left to wait for.
        }
    }

    private static bool IsGone(Exception exception) => exception is IOException or ConnectionAbortedException;

    private sealed record Kept(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>The transport's input, which the server cannot end, and which knows whether something of it was left over.</summary>
    private sealed class KeptInput(PipeReader inner) : PipeReader
    {
        private ReadResult last;
        private bool isReading;
        private bool hasLeft;

        public bool HasEnded { get; private set; }

        /// <summary>Something that the server has not taken, and that is not the last.</summary>
        public bool HasMore()
        {
            if (isReading)
                AdvanceTo(last.Buffer.Start, last.Buffer.End);
            if (!hasLeft && !HasEnded && TryRead(out var unseen))
                AdvanceTo(unseen.Buffer.Start, unseen.Buffer.End);
            return hasLeft && !HasEnded;
        }

        public override bool TryRead(out ReadResult result)
        {
            var isThere = inner.TryRead(out result);
            if (isThere)
                Keep(result);
            return isThere;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var reading = inner.ReadAsync(cancellationToken);
            return reading.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Keep(reading.Result)) : KeepAsync(reading);
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            hasLeft = !last.Buffer.Slice(consumed).IsEmpty;
            (isReading, last) = (false, default);
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        /// <summary>The reader has ended; <see cref="ServeAsync"/> ends the connection.</summary>
        public override void Complete(Exception? exception = null)
        {
        }

        /// <summary>For each request of a connection: what it needs is used again.</summary>
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> reading) => Keep(await reading);

        private ReadResult Keep(ReadResult result)
        {
            (last, isReading) = (result, true);
            HasEnded |= result.IsCompleted;
            return result;
        }
    }

    /// <summary>The transport's output, which the server cannot end before the rest of the request was read.</summary>
    private sealed class KeptOutput(PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => inner.WriteAsync(source, cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
                inner.Complete(exception);
        }
    }
}
