using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.SigningKeys;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

public sealed record ExchangeSessionRequest(string? SessionToken);

/// <param name="Token">ES256 (<see cref="Es256Token"/>); at most five minutes and never longer than its session.</param>
public sealed record ExchangedToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>For the gateway only, on each new cookie and every few minutes after: one statement, which also counts as use.</summary>
public static class ExchangeSession
{
    public static async Task<Results<Ok<ExchangedToken>, ProblemHttpResult>> Handle(
        ExchangeSessionRequest request, HttpContext http, NpgsqlDataSource database, SigningKeyRing keys, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await UseAsync(database, Secret.Hash(request.SessionToken), now, cancellationToken) is not { } session)
            return http.Problem(Refusal.NotFound());
        var issued = now.ToUnixTimeSeconds();
        var expires = Math.Min(issued + (long)Es256Token.Lifetime.TotalSeconds, session.ExpiresAt.ToUnixTimeSeconds());
        if (expires <= issued)
            return http.Problem(Refusal.NotFound());

        var key = await keys.CurrentAsync(cancellationToken);
        var claims = new TokenClaims(Es256Token.Issuer, Es256Token.Audience, session.AccountId, session.Id, issued, expires, Guid.CreateVersion7(), session.LacksSecondStep);
        return TypedResults.Ok(new ExchangedToken(Es256Token.Sign(claims, key.Private, key.KeyId), DateTimeOffset.FromUnixTimeSeconds(expires)));
    }

    private static async Task<(Guid Id, Guid AccountId, DateTimeOffset ExpiresAt, bool LacksSecondStep)?> UseAsync(
        NpgsqlDataSource database, byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            update session set last_seen_at = greatest(last_seen_at, $2)
            where token_hash = $1 and ended_at is null and expires_at > $2 and last_seen_at > $3
            returning id, account_id, expires_at, not by_passkey and lacks_second_step(account_id, $2)
            """);
        command.Parameters.Add(new() { Value = tokenHash });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - Session.IdleLimit });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetBoolean(3))
            : null;
    }
}
