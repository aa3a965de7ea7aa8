using System.Text;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace OpenGov.ServiceDefaults.Clients;

/// <summary>
/// Named <see cref="HttpClient"/>s of the other services. Addresses come from <c>services:{name}:http:{n}</c>; calls go round
/// all of them, and a read that fails is tried again at the next.
/// </summary>
public static class ServiceClients
{
    /// <summary>A read is tried this often in all; a dead replica costs one attempt.</summary>
    private const int ReadAttempts = 3;

    public static IHttpClientBuilder AddServiceClient(this IServiceCollection services, string name) =>
        services.AddHttpClient(name, client =>
            {
                client.BaseAddress = new Uri($"http://{name}/");
                client.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                UseCookies = false,
                AllowAutoRedirect = false,
                // What a caller's header says beyond ASCII is passed on as it came.
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            })
            .AddHttpMessageHandler(provider => new BalancedRetries(name, provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<TimeProvider>()));

    private sealed class BalancedRetries : DelegatingHandler
    {
        private readonly Uri[] addresses;
        private readonly ResiliencePipeline<HttpResponseMessage> reads;
        private readonly ResiliencePipeline<HttpResponseMessage> writes;
        private int turn = Random.Shared.Next(1024);

        public BalancedRetries(string name, IConfiguration configuration, TimeProvider clock)
        {
            addresses = configuration.GetSection($"services:{name}:http").GetChildren()
                .Select(child => new Uri(child.Value!))
                .DefaultIfEmpty(new Uri($"http://{name}"))
                .ToArray();
            var again = new PredicateBuilder<HttpResponseMessage>()
                .Handle<HttpRequestException>()
                .Handle<TimeoutRejectedException>()
                .HandleResult(response => (int)response.StatusCode is 502 or 503 or 504);
            reads = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
                .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = again,
                    MaxRetryAttempts = ReadAttempts - 1,
                    Delay = TimeSpan.FromMilliseconds(50),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                })
                .AddTimeout(TimeSpan.FromSeconds(10))
                .Build();
            // An upload of 25 MB over a slow line to us has been read by the gateway already; two minutes is generous.
            writes = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }.AddTimeout(TimeSpan.FromMinutes(2)).Build();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.PathAndQuery;
            var pipeline = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head ? reads : writes;
            return await pipeline.ExecuteAsync(
                async token =>
                {
                    var address = addresses[(int)((uint)Interlocked.Increment(ref turn) % (uint)addresses.Length)];
                    request.RequestUri = new Uri(address, path);
                    return await base.SendAsync(request, token);
                },
                cancellationToken);
        }
    }
}
