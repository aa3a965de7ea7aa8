using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using OpenGov.Gateway.Answers;
using OpenGov.Gateway.Caching;

namespace OpenGov.Gateway.Live;

/// <summary>
/// The stream of a session's page, <c>/sesiones/{id}/en-vivo</c>: the same for everybody, whoever is signed in. It is answered here and
/// not passed on, so that a spectator costs one connection and one waiting task, and stands before cache and compression.
/// </summary>
internal sealed class SpectatorStreams(RequestDelegate next, LiveSessions sessions, SpectatorLimits limits, LiveMeters meters, TimeProvider clock)
{
    /// <summary>
    /// The server holds up to 64 KB for a reader who does not take what was written; after this long with that much they are let go, and
    /// their browser asks again from the last event that it saw.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Milliseconds after which a browser comes back, spread so that thousands do not come at once.</summary>
    private const int ComesBackAfter = 2000;

    private const int SpreadOver = 6000;

    /// <summary>Seconds. Who found no place has the page to reload.</summary>
    private const int TryAgainAfter = 30;

    public async Task InvokeAsync(HttpContext context)
    {
        if (LiveAddress.Of(context.Request) is not { } id)
        {
            await next(context);
            return;
        }

        using var lease = limits.Ask(context.Connection.RemoteIpAddress);
        if (!lease.IsAcquired)
        {
            meters.Refuses();
            await Answer.WriteAsync(context, new ServiceDefaults.Http.Refusal("too_many_requests", StatusCodes.Status429TooManyRequests, null, TryAgainAfter), TryAgainAfter);
            return;
        }

        LiveSession? session;
        try
        {
            session = await sessions.JoinAsync(new LiveKey(id, Languages.IsEnglishPage(context.Request.Headers.Cookie)), context.RequestAborted);
        }
        catch (Exception away) when (away is HttpRequestException or System.Text.Json.JsonException or OperationCanceledException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
                await Answer.UnavailableAsync(context, "service_unavailable");
            return;
        }

        if (session is null)
        {
            await next(context);
            return;
        }

        meters.Came();
        try
        {
            await StreamAsync(context, session);
        }
        catch (OperationCanceledException)
        {
            // They left.
        }
        finally
        {
            meters.Left();
            sessions.Leave(session);
        }
    }

    private async Task StreamAsync(HttpContext context, LiveSession session)
    {
        var response = context.Response;
        var known = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : context.Request.Query["desde"].ToString();
        if (session.Now.State is { Over: true } end && end.Id == known)
        {
            // The one answer after which a browser does not come back.
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        LeaveNoTrace(context);
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store, no-transform";
        // nginx in front of us would wait for the end of the answer.
        response.Headers["X-Accel-Buffering"] = "no";
        var writer = response.BodyWriter;
        writer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {ComesBackAfter + Random.Shared.Next(SpreadOver)}\n\n")));
        while (true)
        {
            var moment = session.Now;
            writer.Write(moment.For(known).Span);
            meters.Told();
            known = moment.State.Id;
            var flush = writer.FlushAsync(context.RequestAborted);
            try
            {
                if ((flush.IsCompleted ? await flush : await flush.AsTask().WaitAsync(Patience, clock, context.RequestAborted)) is { IsCompleted: true } or { IsCanceled: true } || moment.IsLast)
                    return;
            }
            catch (TimeoutException)
            {
                meters.Drops();
                context.Abort();
                return;
            }

            await moment.Passed.WaitAsync(context.RequestAborted);
        }
    }

    /// <summary>A span and a duration of hours say nothing, and cost memory for as long.</summary>
    private static void LeaveNoTrace(HttpContext context)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        if (Activity.Current is { } span)
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            span.IsAllDataRequested = false;
        }
    }
}

internal static class LiveAddress
{
    private const string Before = "/sesiones/";
    private const string After = "/en-vivo";

    /// <summary>The session whose stream is asked for, or null.</summary>
    public static Guid? Of(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Value is { } path
        && path.StartsWith(Before, StringComparison.OrdinalIgnoreCase)
        && path.EndsWith(After, StringComparison.OrdinalIgnoreCase)
        && path.Length > Before.Length + After.Length
        && Guid.TryParseExact(path.AsSpan(Before.Length, path.Length - Before.Length - After.Length), "D", out var id)
            ? id
            : null;
}
