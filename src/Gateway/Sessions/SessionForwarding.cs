using System.Net;
using Microsoft.Net.Http.Headers;
using OpenGov.Gateway.Answers;
using OpenGov.Gateway.Protection;
using OpenGov.Gateway.Routing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;
using Yarp.ReverseProxy.Transforms;

namespace OpenGov.Gateway.Sessions;

/// <summary>
/// Puts the bearer token of the caller's session on the request. A program's own bearer token goes before a cookie; any other
/// <c>Authorization</c>, above all the scheme of internal calls, is dropped.
/// <para>
/// While Participants is away nobody can say whose cookie it is. A write is then refused (503): it must not happen as somebody
/// else's or as nobody's. A read is answered as for anybody, marked by <c>OpenGov-Session: unknown</c> in both directions and
/// never stored; where the anonymous answer is a refusal or the way to the sign-in, it is 503 as well.
/// </para>
/// <para>
/// A service that refuses a token which was exchanged here has another opinion of it than Participants, as when a clock jumps or
/// a key has just been replaced. The token is forgotten and Participants asked again: who is still signed in hears "try again"
/// (503), not that they are nobody. A token that is good for one's own account alone is forgotten when it is refused elsewhere: the
/// second step may have been made at another gateway.
/// </para>
/// </summary>
internal sealed class SessionForwarding(RequestDelegate next, SessionExchange exchange)
{
    public const string CookieName = "og_session";
    public const string StateHeader = "OpenGov-Session";
    private const string SignIn = "/cuenta/entrar";
    private const string SecondStepSetUp = "/cuenta/segundo-paso";
    private const string ApiKeyPrefix = "ogk_";

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        ForwardedHeaders.Clean(request.Headers);
        request.Headers.Remove(StateHeader);
        if (!IsBearer(request.Headers.Authorization))
            request.Headers.Authorization = default;

        if (ApiKeyOf(request) is { } apiKey)
        {
            await ForwardForProgramAsync(context, apiKey);
            return;
        }

        var anonymous = context.GetReverseProxyFeature().Route.Config.Metadata?.ContainsKey(ProxyRoutes.Anonymous) == true;
        if (anonymous || request.Headers.Authorization.Count > 0 || request.Cookies[CookieName] is not { Length: > 0 } cookie)
        {
            await next(context);
            return;
        }

        var answer = await exchange.AskAsync(cookie, context.RequestAborted);
        if (answer.Token is { } token)
        {
            request.Headers.Authorization = $"Bearer {token}";
            context.Features.Set(ExchangedToken.Instance);
        }
        else if (!answer.IsKnown)
        {
            if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            {
                await Answer.UnavailableAsync(context, "session_unknown");
                return;
            }

            request.Headers[StateHeader] = "unknown";
        }

        await ForwardAsync(context, new CallersSession(answer.IsKnown, () => exchange.Forget(cookie), () => exchange.AskAsync(cookie, context.RequestAborted)));
    }

    /// <summary>Looks at a service's answer on its way out.</summary>
    public static async ValueTask OnResponseAsync(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        // What a service says to somebody, and not how long it may be kept, is kept by nobody on the way: a proxy in front of this one would be free to.
        if (context.Request.Headers.Authorization.Count > 0 && !context.Response.Headers.ContainsKey(HeaderNames.CacheControl))
            context.Response.Headers.CacheControl = "private, no-store";
        if (transform.ProxyResponse is not { } answer || context.Features.Get<CallersSession>() is not { } session)
            return;

        var headers = context.Response.Headers;
        var request = context.Request;
        var ends = HttpMethods.IsDelete(request.Method) && answer.IsSuccessStatusCode && request.Path.IsBelow("/api/participants/v1/sessions");
        if (ends || IsTooNarrow(answer) || headers.Location == SecondStepSetUp || headers.SetCookie.Any(cookie => cookie!.StartsWith(CookieName + "=", StringComparison.Ordinal)))
            session.Forget();
        if (session.IsKnown)
        {
            if (IsRefusedToken(answer) && await session.LivesAfterAllAsync())
                (session.CannotBeChecked, transform.SuppressResponseBody) = (true, true);
            return;
        }

        headers[StateHeader] = "unknown";
        headers[HeaderNames.CacheControl] = "no-store";
        if ((int)answer.StatusCode is 401 or 403 || headers.Location.ToString().StartsWith(SignIn, StringComparison.Ordinal))
            (session.CannotBeChecked, transform.SuppressResponseBody) = (true, true);
    }

    private async Task ForwardAsync(HttpContext context, CallersSession session)
    {
        context.Features.Set(session);
        await next(context);
        if (session.CannotBeChecked && !context.Response.HasStarted)
            await Answer.UnavailableAsync(context, "session_unknown");
    }

    /// <summary>A key is for the services' addresses only; at the portal's pages it is nobody's.</summary>
    private static string? ApiKeyOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { Length: > 7 } value && value.AsSpan(7).StartsWith(ApiKeyPrefix, StringComparison.Ordinal) ? value[7..] : null;

    /// <summary>
    /// Exchanges a program's key, and holds it to its scopes here: the token behind it never leaves the instance. An end of the
    /// key reaches the services as an end of a session does, whatever is remembered here.
    /// </summary>
    private async Task ForwardForProgramAsync(HttpContext context, string apiKey)
    {
        var request = context.Request;
        request.Headers.Authorization = default;
        if (ServiceOf(request.Path) is not { } service)
        {
            await next(context);
            return;
        }

        var answer = await exchange.AskForApiKeyAsync(apiKey, context.RequestAborted);
        if (!answer.IsKnown)
        {
            await Answer.UnavailableAsync(context, "session_unknown");
            return;
        }

        if (answer.Token is not { } token)
        {
            await Answer.WriteAsync(context, new Refusal("api_key_invalid", StatusCodes.Status401Unauthorized));
            return;
        }

        var scope = service + (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? ":read" : ":write");
        if (answer.Scopes?.Contains(scope) != true)
        {
            await Answer.WriteAsync(context, new Refusal("api_key_scope_missing", StatusCodes.Status403Forbidden, null, scope));
            return;
        }

        request.Headers.Authorization = $"Bearer {token}";
        await ForwardAsync(context, new CallersSession(true, () => exchange.ForgetApiKey(apiKey), () => exchange.AskForApiKeyAsync(apiKey, context.RequestAborted)));
    }

    private static string? ServiceOf(PathString path) =>
        path.Value!.Split('/') is ["", var api, { Length: > 0 } service, ..] && api.Equals("api", StringComparison.OrdinalIgnoreCase) ? service.ToLowerInvariant() : null;

    private static bool IsBearer(Microsoft.Extensions.Primitives.StringValues authorization) =>
        authorization is [{ } value] && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    /// <summary>As <see cref="TokenAuthentication"/> refuses one.</summary>
    private static bool IsRefusedToken(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.Unauthorized && Challenges(answer, "invalid_token");

    private static bool IsTooNarrow(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.Forbidden && Challenges(answer, "insufficient_scope");

    private static bool Challenges(HttpResponseMessage answer, string error) =>
        answer.Headers.WwwAuthenticate.Any(challenge => challenge.Parameter?.Contains(error, StringComparison.Ordinal) == true);

    private sealed class CallersSession(bool isKnown, Action forget, Func<ValueTask<SessionAnswer>> ask)
    {
        public bool IsKnown { get; } = isKnown;

        /// <summary>The answer was one for nobody, and it is not known that the caller is nobody.</summary>
        public bool CannotBeChecked { get; set; }

        public void Forget() => forget();

        /// <returns>False where Participants says that it has ended.</returns>
        public async Task<bool> LivesAfterAllAsync()
        {
            forget();
            return await ask() is { IsKnown: false } or { Token: not null };
        }
    }
}
