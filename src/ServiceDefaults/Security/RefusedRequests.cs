namespace OpenGov.ServiceDefaults.Security;

/// <summary>The code with which this request was refused, for <see cref="RefusedRequests"/>.</summary>
public sealed record RefusedWith(string Code);

/// <summary>Tells the <see cref="SecurityLog"/> of each request that a service refused to whoever sent it.</summary>
internal sealed class RefusedRequests(RequestDelegate next, SecurityLog log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        var status = http.Response.StatusCode;
        if (!SecurityLog.IsOne(status))
            return;
        log.Refused(
            http.Features.Get<RefusedWith>()?.Code ?? Http.Problems.CodeOf(status), status, http.Request.Method,
            (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route", http.Account()?.SessionId);
    }
}
