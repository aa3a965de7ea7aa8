using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.Transparency;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OpenGov.ServiceTests.Transparency;

/// <summary>Transparency over HTTP, its facts delivered through the inbox.</summary>
public sealed class TransparencyHost : ServiceHost<TransparencyDb>
{
    /// <summary>What the service logged as an error.</summary>
    internal ConcurrentQueue<string> Errors { get; } = new();

    protected override void Configure(IWebHostBuilder builder) =>
        builder.ConfigureTestServices(services => services.AddSingleton<ILoggerProvider>(_ => new ErrorLog(Errors)));

    public Task TellAsync(params IIntegrationEvent[] facts) => DeliverAsync(Owners.ActionPlans, facts);

    public Task TellOfParticipantsAsync(params IIntegrationEvent[] facts) => DeliverAsync(Owners.Participants, facts);

    public async Task<HttpResponseMessage> GetAsync(string address, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    /// <summary>All lines of the CSV file, header first.</summary>
    public async Task<string[]> CsvAsync(string dataset)
    {
        var answer = await GetAsync($"/datos/{dataset}.csv");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
    }

    public async Task<JsonElement> JsonAsync(string address)
    {
        var answer = await GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> RowAsync(string dataset) => (await JsonAsync($"/datos/{dataset}.json")).GetProperty("rows").EnumerateArray().Single();

    public async Task<string> ETagAsync(string address) => (await GetAsync(address)).Headers.ETag!.ToString();

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rebuilds the copy of ActionPlans from its feed.</summary>
    public Task RebuildAsync() => Services.GetRequiredService<Rebuild>().RunAsync(Owners.ActionPlans, CancellationToken.None);

    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
