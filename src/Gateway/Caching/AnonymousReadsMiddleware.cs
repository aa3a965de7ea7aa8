using Microsoft.AspNetCore.Http.Features;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// Gives anonymous readers what is kept, and lets one of those who ask for the same fetch what is not. It stands before the
/// compression: kept answers have their own encodings.
/// </summary>
internal sealed class AnonymousReadsMiddleware(
    RequestDelegate next, AnonymousReads reads, AnswerStore store, Freshness freshness, Flights flights, AddressMarks marks, CacheMeters meters)
{
    /// <summary>An answer that took longer than it may be given on is waited for once, then everybody asks for themselves.</summary>
    private const int Waits = 2;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!reads.IsOn)
        {
            await next(context);
            return;
        }

        if (!RequestKey.TryRead(context.Features.GetRequiredFeature<IHttpRequestFeature>(), out var key))
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method))
                context.Response.OnStarting(static freshness => ((Freshness)freshness).WrittenAsync(), freshness);
            await next(context);
            return;
        }

        for (var wait = 0; wait < Waits; wait++)
        {
            var isKept = store.TryGet(key, out var kept);
            if (isKept && await freshness.IsCurrentAsync(kept, context.RequestAborted))
            {
                await LeaveSocketsThreadAsync();
                await reads.HitAsync(context.Features, kept);
                return;
            }

            var passesBy = marks.PassesBy(key);
            if (passesBy is true || HttpMethods.IsHead(context.Request.Method))
                break;
            if (flights.TryBoard(key, out var flight))
            {
                if (isKept)
                    meters.Renews();
                else
                    meters.Missed();
                flight.NeedsWhole = isKept || passesBy is false;
                await LeadAsync(context, flight);
                return;
            }

            if (await flight.Landing.WaitAsync(context.RequestAborted) is not { } made)
                break;
            if (await freshness.IsCurrentAsync(made, context.RequestAborted))
            {
                await LeaveSocketsThreadAsync();
                meters.GaveShared();
                await reads.GiveAsync(context.Features, made);
                return;
            }
        }

        meters.PassedBy();
        await next(context);
    }

    /// <summary>
    /// A service's word on its state arrives on the thread that reads all sockets (decision 0019). An encoding that nobody asked for before takes
    /// milliseconds, and those who wait for the same word would be served one after the other.
    /// </summary>
    private static async ValueTask LeaveSocketsThreadAsync()
    {
        if (!Thread.CurrentThread.IsThreadPoolThread)
            await Task.Yield();
    }

    private async Task LeadAsync(HttpContext context, Flight flight)
    {
        // Others wait for this answer: that its first reader leaves must not end it. Where it turns out that nobody else can be
        // given it, it ends with its reader as any other does.
        var reader = context.RequestAborted;
        using var ends = new CancellationTokenSource();
        flight.GivenUp = () =>
        {
            if (reader.IsCancellationRequested)
                ends.Cancel();
        };
        await using var leaves = reader.Register(() =>
        {
            if (flight.HasLanded)
                ends.Cancel();
        });
        context.RequestAborted = ends.Token;
        try
        {
            await flight.BeginAsync(CancellationToken.None);
            context.Features.Set(flight);
            await next(context);
        }
        finally
        {
            flights.End(flight);
            context.Features.Set<Flight>(null);
            context.RequestAborted = reader;
        }
    }
}
