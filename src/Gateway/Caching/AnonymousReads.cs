using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace OpenGov.Gateway.Caching;

/// <summary>The cache as everything else sees it: what is kept, how current it is, and giving it.</summary>
internal sealed class AnonymousReads(CacheSettings settings, AnswerStore store, Freshness freshness, CacheMeters meters)
{
    private const int Piece = 64 * 1024;

    /// <summary>A piece at the slowest rate that a reader may have, and the time of grace, as for answers that are not kept.</summary>
    private static readonly TimeSpan PieceWithin = TimeSpan.FromSeconds(42);

    public bool IsOn => settings.Enabled;

    /// <summary>An answer that can be given without asking anybody, or none.</summary>
    public CachedAnswer? Find(IHttpRequestFeature request) =>
        settings.Enabled && RequestKey.TryRead(request, out var key, asSent: true) && store.TryGet(key, out var answer) && freshness.IsCurrent(answer) ? answer : null;

    /// <summary>Whether giving it takes no longer than writing bytes that are there.</summary>
    public static bool IsAtHand(IHttpRequestFeature request, CachedAnswer answer) => answer.IsAtHand(Encodings.Best(request.Headers.AcceptEncoding));

    public Task GiveAsync(IFeatureCollection features, CachedAnswer answer)
    {
        var request = features.Get<IHttpRequestFeature>()!;
        var response = features.Get<IHttpResponseFeature>()!;
        var representation = answer.For(Encodings.Best(request.Headers.AcceptEncoding), out var grown);
        if (grown > 0)
            store.Grown(answer, grown);
        if (!answer.WriteHead(response, representation, request.Headers.IfNoneMatch) || HttpMethods.IsHead(request.Method))
            return Task.CompletedTask;
        var writer = features.Get<IHttpResponseBodyFeature>()!.Writer;
        if (representation.Body.Length > Piece)
            return WriteAsync(features, writer, representation.Body);
        var write = writer.WriteAsync(representation.Body);
        if (!write.IsCompletedSuccessfully)
            return TakenAsync(features, write);
        _ = write.Result;
        return Task.CompletedTask;
    }

    public Task HitAsync(IFeatureCollection features, CachedAnswer answer)
    {
        meters.Hit();
        return GiveAsync(features, answer);
    }

    /// <summary>In pieces, so that of a large answer no more is copied than the reader takes.</summary>
    private static async Task WriteAsync(IFeatureCollection features, PipeWriter writer, ReadOnlyMemory<byte> body)
    {
        for (var left = body; !left.IsEmpty; left = left[Math.Min(Piece, left.Length)..])
        {
            if (!await TakenAsync(features, writer.WriteAsync(left[..Math.Min(Piece, left.Length)])))
                return;
        }
    }

    /// <summary>
    /// Lets a reader go who does not take what was written. The server's own limit (ConnectionLimits) counts all that was ever written
    /// to the connection, also what the sockets' buffers took at once: after many kept answers it would wait for many minutes.
    /// </summary>
    /// <returns>Whether the reader is still there.</returns>
    private static async Task<bool> TakenAsync(IFeatureCollection features, ValueTask<FlushResult> write)
    {
        if (write.IsCompletedSuccessfully)
            return !write.Result.IsCompleted;
        try
        {
            return !(await write.AsTask().WaitAsync(PieceWithin)).IsCompleted;
        }
        catch (TimeoutException)
        {
            features.Get<IHttpRequestLifetimeFeature>()?.Abort();
            return false;
        }
    }
}
