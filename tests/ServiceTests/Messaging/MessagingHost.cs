using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Security;
using OpenGov.Transparency;

namespace OpenGov.ServiceTests.Messaging;

/// <summary>A service whose only copy is a table of the test's own, so that these tests know nothing of any domain.</summary>
public sealed class MessagingHost : ServiceHost<TransparencyDb>
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        // Not through Database: the service is to start when a test says so.
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand(
            """
            create table seen (
                position bigint generated always as identity, sequence bigint primary key, aggregate_id uuid not null, version integer not null,
                name text not null constraint no_poison check (name <> 'poison'), trace text)
            """,
            connection);
        await create.ExecuteNonQueryAsync();
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T[]> QueryAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetFieldValue<T>(0));
        return [.. rows];
    }

    /// <summary>Sequences in the order in which they were applied.</summary>
    public Task<long[]> SeenAsync(Guid aggregate) => QueryAsync<long>("select sequence from seen where aggregate_id = $1 order by position", aggregate);

    public Task<long> PositionAsync() => Services.GetRequiredService<Inbox>().PositionAsync(Owners.Participants, CancellationToken.None);

    /// <summary>Brings the copy up to what the owner's log holds.</summary>
    public async Task CatchUpAsync()
    {
        var catchUp = Services.GetRequiredService<CatchUp>();
        // Another loop of the service may hold a page that is older; then one more look is needed.
        for (var look = 0; look < 3; look++)
            await catchUp.RunAsync(Owners.Participants, wait: true, CancellationToken.None);
    }

    public HttpClient Operator()
    {
        var client = Client();
        using var request = new HttpRequestMessage();
        InternalCalls.Authorize(request, Services.GetRequiredService<InstanceKey>());
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", request.Headers.GetValues("Authorization"));
        return client;
    }

    public static OrganisationRegisteredV1 Fact(Guid aggregate, int version, string name = "a name") =>
        new(aggregate, version, new OrganisationDetails(name, null, OrganisationKind.Executive, Sector.PublicBody, null));

    /// <summary>All that the service logged, with the exceptions.</summary>
    internal ConcurrentQueue<string> Logged { get; } = new();

    protected override void Configure(IWebHostBuilder builder) => builder.ConfigureTestServices(services =>
    {
        services.AddSingleton<ILoggerProvider>(_ => new Log(Logged));
        services.RemoveAll<Projection>();
        services.AddSingleton<Projection, SeenFacts>();
    });

    private sealed class SeenFacts : Projection
    {
        public SeenFacts()
            : base(Owners.Participants) =>
            On<OrganisationRegisteredV1>((fact, transaction) => transaction.ExecuteAsync(
                "insert into seen (sequence, aggregate_id, version, name, trace) values ($1, $2, $3, $4, $5)",
                transaction.Recorded.Sequence, fact.AggregateId, fact.AggregateVersion, fact.Organisation.Name,
                System.Diagnostics.Activity.Current?.TraceId.ToString()));

        public override string ResetSql => "delete from seen";
    }

    private sealed class Log(ConcurrentQueue<string> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logged.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
