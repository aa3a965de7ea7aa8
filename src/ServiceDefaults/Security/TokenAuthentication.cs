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

/// <summary>Bearer tokens of <see cref="Es256Token"/>. A bad token is an error, not an anonymous caller.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    TokenKeys keys,
    IEndedSessions endedSessions) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "OpenGovToken";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.Ordinal))
            return AuthenticateResult.NoResult();

        var token = header[Prefix.Length..];
        if (Es256Token.KeyIdOf(token) is not { } keyId
            || await keys.FindAsync(keyId, Context.RequestAborted) is not { } key
            || Es256Token.Verify(token, key, TimeProvider.GetUtcNow()) is not { } claims)
        {
            return AuthenticateResult.Fail("token_invalid");
        }

        if (await endedSessions.ContainsAsync(claims.SessionId, Context.RequestAborted))
            return AuthenticateResult.Fail("token_invalid");

        Context.Features.Set(new CurrentAccount(claims.Subject, claims.SessionId));
        var identity = new ClaimsIdentity([new Claim("sub", claims.Subject.ToString())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.WWWAuthenticate = "Bearer";
        await Context.Problem(new Refusal(failed ? "token_invalid" : "sign_in_required", StatusCodes.Status401Unauthorized)).ExecuteAsync(Context);
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
