using System.Collections.Concurrent;
using OpenTelemetry;

namespace OpenGov.Portal.Operation;

/// <summary>
/// Remembers when each address last answered, so that the page can say since when one does not. Looks every few seconds, since
/// nobody may have the page open. Another portal's memory may differ by as much.
/// </summary>
internal sealed class LastAnswers(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Uri, DateTimeOffset> last = new();

    public void Answered(Uri address) => last[address] = clock.GetUtcNow();

    /// <returns>Null where it never answered this portal.</returns>
    public DateTimeOffset? AwaySince(Uri address) => last.TryGetValue(address, out var at) ? at : null;
}

internal sealed class AnswersWatch(OperationDesk desk, LastAnswers answers, IHttpClientFactory clients, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            await Task.WhenAll(OperationDesk.Services.Append(OperationDesk.Gateway).SelectMany(desk.AddressesOf).Select(address => LookAsync(address, stoppingToken)));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(Uri address, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(Patience);
        try
        {
            using var client = clients.CreateClient(OperationDesk.ClientName);
            using var answer = await client.GetAsync(new Uri(address, "/alive"), limit.Token);
            answers.Answered(address);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // That it does not answer is what the page will say.
        }
    }
}
