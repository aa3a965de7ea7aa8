using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using OpenGov.Gateway.Protection;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// The server, with the kept answers in front of the application. A kept answer costs less than what the application does for
/// each request before it looks at it (span, scope, log, nine middlewares); it is given here, where neither is there yet. The
/// allowance of the caller's address is counted all the same, and everything else goes on to the application.
/// </summary>
/// <param name="reads">Null where no kept answer may be given here.</param>
internal sealed class FrontServer(IServer server, AnonymousReads? reads, RateLimits limits) : IServer
{
    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new Front<TContext>(application, reads, limits), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    private sealed class Front<TContext>(IHttpApplication<TContext> application, AnonymousReads? reads, RateLimits limits) : IHttpApplication<Front<TContext>.Request>
        where TContext : notnull
    {
        public Request CreateContext(IFeatureCollection contextFeatures)
        {
            // The server keeps one for each connection.
            if (contextFeatures is not IHostContextContainer<Request> connection)
                return new Request { Features = contextFeatures };
            var request = connection.HostContext ??= new Request();
            request.Features = contextFeatures;
            return request;
        }

        public Task ProcessRequestAsync(Request context)
        {
            var features = context.Features;
            var request = features.Get<IHttpRequestFeature>()!;
            if (reads?.Find(request) is not { } answer || !limits.AdmitsRead(features.Get<IHttpConnectionFeature>()?.RemoteIpAddress))
                return PassOnAsync(context);
            return AnonymousReads.IsAtHand(request, answer) ? reads.HitAsync(features, answer) : EncodeAndGiveAsync(reads, features, answer);
        }

        public void DisposeContext(Request context, Exception? exception)
        {
            var passedOn = context.Application;
            context.Application = default;
            context.Features = null!;
            if (context.IsPassedOn)
            {
                context.IsPassedOn = false;
                application.DisposeContext(passedOn!, exception);
            }
        }

        private static async Task EncodeAndGiveAsync(AnonymousReads reads, IFeatureCollection features, CachedAnswer answer)
        {
            // Away from the thread that serves all connections: they would wait for the compression of a large answer.
            await Task.Yield();
            await reads.HitAsync(features, answer);
        }

        private async Task PassOnAsync(Request context)
        {
            // Away from the thread that serves all connections (InlineSockets).
            await Task.Yield();
            context.Application = application.CreateContext(context.Features);
            context.IsPassedOn = true;
            await application.ProcessRequestAsync(context.Application);
        }

        public sealed class Request
        {
            public IFeatureCollection Features { get; set; } = null!;
            public TContext? Application { get; set; }
            public bool IsPassedOn { get; set; }
        }
    }
}
