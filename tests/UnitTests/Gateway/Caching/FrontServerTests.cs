using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using OpenGov.Gateway.Caching;
using OpenGov.Gateway.Protection;

namespace OpenGov.UnitTests.Gateway.Caching;

public sealed class FrontServerTests
{
    [Fact]
    public async Task What_is_not_kept_leaves_the_thread_that_serves_all_connections()
    {
        await using var system = await TestSystem.StartAsync();
        using var server = new HeldServer();
        using var front = new FrontServer(server, system.Part<AnonymousReads>(), system.Part<RateLimits>());
        var application = new ThreadOfApplication();
        await front.StartAsync(application, CancellationToken.None);

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "POST", RawTarget = "/compromisos", Path = "/compromisos" });
        Task? answered = null;
        // As the runtime's thread that waits for all sockets, this one is not of the pool.
        var sockets = new Thread(() => answered = server.AnswerAsync!(features));
        sockets.Start();
        sockets.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        await answered!.WaitAsync(TimeSpan.FromSeconds(20));

        application.RanInThePool.ShouldBe(true);
        application.IsDisposed.ShouldBeTrue();
    }

    private sealed class HeldServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Func<IFeatureCollection, Task>? AnswerAsync { get; private set; }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            AnswerAsync = async features =>
            {
                var context = application.CreateContext(features);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    private sealed class ThreadOfApplication : IHttpApplication<IFeatureCollection>
    {
        public bool? RanInThePool { get; private set; }

        public bool IsDisposed { get; private set; }

        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(IFeatureCollection context)
        {
            RanInThePool = Thread.CurrentThread.IsThreadPoolThread;
            return Task.CompletedTask;
        }

        public void DisposeContext(IFeatureCollection context, Exception? exception) => IsDisposed = true;
    }
}
