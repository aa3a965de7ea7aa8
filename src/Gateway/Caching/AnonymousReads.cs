using Microsoft.AspNetCore.Http.Features;

namespace OpenGov.Gateway.Caching;

/// <summary>The cache as everything else sees it: what is kept, how current it is, and giving it.</summary>
internal sealed class AnonymousReads(CacheSettings settings, AnswerStore store, Freshness freshness, CacheMeters meters)
{
    public bool IsOn => settings.Enabled;

    /// <summary>An answer that can be given without asking anybody, or none.</summary>
    public CachedAnswer? Find(IHttpRequestFeature request) =>
        settings.Enabled && RequestKey.TryRead(request, out var key) && store.TryGet(key, out var answer) && freshness.IsCurrent(answer) ? answer : null;

    public Task GiveAsync(IFeatureCollection features, CachedAnswer answer)
    {
        var request = features.Get<IHttpRequestFeature>()!;
        var response = features.Get<IHttpResponseFeature>()!;
        var representation = answer.For(Encodings.Best(request.Headers.AcceptEncoding), out var grown);
        if (grown > 0)
            store.Grown(answer, grown);
        if (!answer.WriteHead(response, representation, request.Headers.IfNoneMatch) || HttpMethods.IsHead(request.Method))
            return Task.CompletedTask;
        var write = features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(representation.Body);
        if (!write.IsCompletedSuccessfully)
            return write.AsTask();
        _ = write.Result;
        return Task.CompletedTask;
    }

    public Task HitAsync(IFeatureCollection features, CachedAnswer answer)
    {
        meters.Hit();
        return GiveAsync(features, answer);
    }
}
