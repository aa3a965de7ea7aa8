using System.Net.Http.Headers;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Security;
using OpenGov.ServiceTests.Caching;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests;

/// <summary>
/// One service over HTTP on a database of the test class's own, cloned from a template that holds the service's schema.
/// There is no broker: facts of other owners are handed to the inbox by the test, and health says degraded.
/// </summary>
/// <typeparam name="TContext">The service's context; its assembly is the service.</typeparam>
public class ServiceHost<TContext> : WebApplicationFactory<TContext>, IAsyncLifetime
    where TContext : ServiceDbContext
{
    private static readonly Lazy<Task<string>> Template = new(CreateTemplateAsync);
    private static readonly string ServiceName = typeof(TContext).Assembly.GetName().Name!.Replace("OpenGov.", "", StringComparison.Ordinal);
    private readonly TestTokens tokens = new();

    internal const string InstanceKey = "an instance key of the tests, long enough";

    /// <summary>Name of the service's connection string: ActionPlans has action-plans-db.</summary>
    internal static string ConnectionName => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(ServiceName) + "-db";

    /// <summary>Of this host's own database, there before the service starts.</summary>
    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>The other owners, of whom only the facts that a test delivers are there.</summary>
    internal InboxDriver Inbox { get; } = new();

    /// <summary>
    /// Hands facts of another owner to the service's inbox, in this order and each once, and returns when their effect is
    /// committed. A fact that the service could not apply fails the test with its reason.
    /// </summary>
    public Task DeliverAsync(string owner, params IIntegrationEvent[] facts) => Inbox.DeliverAsync(Services, owner, facts);

    public virtual async Task InitializeAsync()
    {
        var template = await Template.Value;
        var server = await PostgresServer.SharedAsync();
        var name = $"{template}_{Guid.NewGuid():N}";
        await server.ExecuteAsync($"create database {name} template {template}");
        ConnectionString = server.ConnectionString(name);
    }

    /// <summary>A client signed in as the account, or anonymous.</summary>
    public HttpClient Client(Guid? account = null, Guid? session = null)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });
        if (account is { } id)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.For(id, session ?? Guid.CreateVersion7()));
        return client;
    }

    /// <summary>Changes the service's registrations or settings for a class of tests.</summary>
    protected virtual void Configure(IWebHostBuilder builder)
    {
    }

    protected sealed override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting($"ConnectionStrings:{ConnectionName}", ConnectionString);
        builder.UseSetting("OpenGov:InstanceKey", InstanceKey);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TokenKeys>(tokens));
            services.AddSingleton<IStartupFilter, PublicStateGuard>();
            foreach (var owner in Owners.Subscribers.Keys)
                services.AddHttpClient(owner).ConfigurePrimaryHttpMessageHandler(() => Inbox.FeedOf(owner));
        });
        Configure(builder);
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private static async Task<string> CreateTemplateAsync()
    {
        var server = await PostgresServer.SharedAsync();
        var name = $"template_{ServiceName.ToLowerInvariant()}";
        await server.ExecuteAsync($"create database {name}");
        await using var database = NpgsqlDataSource.Create(server.ConnectionString(name) + ";Pooling=false");
        await new SchemaMigrator(database, typeof(TContext).Assembly, NullLogger<SchemaMigrator>.Instance).ApplyAsync(CancellationToken.None);
        return name;
    }
}

/// <summary>Signs tokens as Participants does, with a key of the test's own.</summary>
public sealed class TestTokens() : TokenKeys(null!, TimeProvider.System, NullLogger<TokenKeys>.Instance)
{
    private const string KeyId = "test";
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string For(Guid account, Guid session)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Es256Token.Sign(
            new TokenClaims(Es256Token.Issuer, Es256Token.Audience, account, session, now.ToUnixTimeSeconds(), (now + Es256Token.Lifetime).ToUnixTimeSeconds(), Guid.CreateVersion7()),
            key,
            KeyId);
    }

    public override ValueTask<ECDsa?> FindAsync(string keyId, CancellationToken cancellationToken) => ValueTask.FromResult(keyId == KeyId ? key : null);
}
