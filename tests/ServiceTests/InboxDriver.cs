using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using OpenGov.Contracts;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceTests;

/// <summary>
/// Stands where the other owners would run: keeps the log of the facts that the test tells, serves it as their feeds, and hands
/// the facts to the service's real inbox, as the broker would.
/// </summary>
internal sealed class InboxDriver
{
    private readonly ConcurrentDictionary<string, List<RecordedEvent>> logs = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, int> pages = new(StringComparer.Ordinal);

    /// <summary>Pages of the owner's feed that were asked for.</summary>
    public int PagesOf(string owner) => pages.GetValueOrDefault(owner);

    /// <summary>False: the owners do not answer.</summary>
    public bool FeedsAnswer { get; set; } = true;

    /// <summary>True: the owners take questions and stand still before they have answered.</summary>
    public bool FeedsHang { get; set; }

    public async Task DeliverAsync(IServiceProvider services, string owner, params IIntegrationEvent[] facts)
    {
        var recorded = Append(owner, facts);
        if (await HandAsync(services, owner, recorded) == InboxOutcome.Gap)
            await services.GetRequiredService<CatchUp>().RunAsync(owner, wait: true, CancellationToken.None);
        var parked = await services.GetRequiredService<ParkedFacts>().ListAsync(owner, recorded[0].Sequence - 1, 100, CancellationToken.None);
        if (parked.Count > 0)
            throw new InvalidOperationException($"The service parked {parked[0].Type}: {parked[0].Reason}");
    }

    /// <summary>Writes facts to the owner's log, from where the feed serves them, without handing them over.</summary>
    public IReadOnlyList<RecordedEvent> Append(string owner, params IIntegrationEvent[] facts)
    {
        var log = logs.GetOrAdd(owner, _ => []);
        lock (log)
        {
            var recorded = facts.Select((fact, index) => new RecordedEvent(
                log.Count + index + 1, Guid.CreateVersion7(), EventTypes.NameOf(fact.GetType()), fact.AggregateId, fact.AggregateVersion, DateTimeOffset.UtcNow,
                Activity.Current?.Id, JsonSerializer.SerializeToElement(fact, fact.GetType(), ContractsJson.Options))).ToArray();
            log.AddRange(recorded);
            return recorded;
        }
    }

    /// <summary>Hands facts to the inbox as one message.</summary>
    public static Task<InboxOutcome> HandAsync(IServiceProvider services, string owner, IReadOnlyList<RecordedEvent> facts) =>
        services.GetRequiredService<Inbox>().ApplyAsync(owner, facts, wait: true, CancellationToken.None);

    /// <summary>Changes what the log holds of a fact, as an erasure does.</summary>
    public void Replace(string owner, RecordedEvent fact)
    {
        var log = logs[owner];
        lock (log)
            log[(int)fact.Sequence - 1] = fact;
    }

    public HttpMessageHandler FeedOf(string owner) => new Feed(this, owner);

    private sealed class Feed(InboxDriver driver, string owner) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // The head comes and the body never does: the time limits of a call are behind it.
            if (driver.FeedsHang)
                return Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new System.IO.Pipelines.Pipe().Reader.AsStream()) });
            if (!driver.FeedsAnswer)
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            if (request.RequestUri!.AbsolutePath != "/internal/events")
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
            driver.pages.AddOrUpdate(owner, 1, (_, count) => count + 1);
            var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
            if (Number("after") < 0)
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadRequest));
            var log = driver.logs.GetOrAdd(owner, _ => []);
            lock (log)
            {
                // Once more: it may have come between the first look and what the test put into the log since.
                if (!driver.FeedsAnswer)
                    return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
                // As a service's own log does, a page ends with the fact that takes it over its size.
                var size = 0;
                var page = log.Skip(Number("after")).Take(Number("limit")).TakeWhile(fact =>
                {
                    var fits = size < OpenGov.ServiceDefaults.Messaging.EventLog.LargestPage;
                    size += fact.Payload?.GetRawText().Length ?? 0;
                    return fits;
                }).ToArray();
                return Task.FromResult(new HttpResponseMessage { Content = JsonContent.Create(new FeedPage(log.Count, page), options: ContractsJson.Options) });
            }

            int Number(string name) => int.Parse(query[name]!, CultureInfo.InvariantCulture);
        }
    }
}
