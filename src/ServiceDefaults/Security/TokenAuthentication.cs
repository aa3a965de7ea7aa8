using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>Who is calling: an account in one of its sign-ins.</summary>
public sealed record CurrentAccount(Guid AccountId, Guid SessionId);

/// <summary>Says whether a sign-in has ended although its token still lives.</summary>
public interface IEndedSessions
{
    Task<bool> ContainsAsync(Guid sessionId, CancellationToken cancellationToken);
}

/// <summary>
/// Bearer tokens of <see cref="Es256Token"/>. A bad token makes its bearer nobody: what is public is answered (a person whose
/// sign-in has ended must be able to sign in again), what needs an account is 401, or 503 while the keys cannot be had.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    TokenKeys keys,
    IEndedSessions endedSessions) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "OpenGovToken";
    private const string Prefix = "Bearer ";
    private const string Invalid = "token_invalid";
    private const string SecondStepRequired = "second_step_required";
    private const string KeysUnavailable = "service_unavailable";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();

        var token = header[Prefix.Length..];
        if (Es256Token.KeyIdOf(token) is not { } keyId)
            return AuthenticateResult.Fail(Invalid);
        if (await keys.FindAsync(keyId, Context.RequestAborted) is not { } key)
            return AuthenticateResult.Fail(keys.AreUnavailable ? KeysUnavailable : Invalid);
        if (Es256Token.Verify(token, key, TimeProvider.GetUtcNow()) is not { } claims)
            return AuthenticateResult.Fail(Invalid);
        if (await endedSessions.ContainsAsync(claims.SessionId, Context.RequestAborted))
            return AuthenticateResult.Fail(Invalid);
        if (claims.OwnAccountOnly && Context.GetEndpoint()?.Metadata.GetMetadata<OwnAccount>() is null)
            return AuthenticateResult.Fail(SecondStepRequired);

        Context.Features.Set(new CurrentAccount(claims.Subject, claims.SessionId));
        var identity = new ClaimsIdentity([new Claim("sub", claims.Subject.ToString())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failure = (await HandleAuthenticateOnceSafeAsync()).Failure?.Message;
        if (failure is KeysUnavailable)
        {
            Response.Headers.RetryAfter = "5";
            await Context.Problem(new Refusal(KeysUnavailable, StatusCodes.Status503ServiceUnavailable)).ExecuteAsync(Context);
            return;
        }

        if (failure is SecondStepRequired)
        {
            // RFC 6750 §3.1; the gateway then asks whether the step was made in the meantime.
            Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
            await Context.Problem(new Refusal(SecondStepRequired, StatusCodes.Status403Forbidden)).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = failure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        await Context.Problem(new Refusal(failure ?? "sign_in_required", StatusCodes.Status401Unauthorized)).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Context.Problem(Refusal.Forbidden()).ExecuteAsync(Context);
}

public static class CurrentAccountExtensions
{
    /// <summary>The caller, or null for an anonymous request.</summary>
    public static CurrentAccount? Account(this HttpContext http) => http.Features.Get<CurrentAccount>();

    /// <summary>The caller, on an endpoint that requires one.</summary>
    public static CurrentAccount RequireAccount(this HttpContext http) =>
        http.Account() ?? throw new InvalidOperationException("The endpoint lacks RequireAuthorization().");
}
