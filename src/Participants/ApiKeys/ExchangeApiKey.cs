using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.SigningKeys;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.ApiKeys;

public sealed record ExchangeApiKeyRequest(string? ApiKey);

/// <param name="Token">ES256, as a session's; at most five minutes and never longer than its key.</param>
/// <param name="Scopes">What the gateway lets through with it.</param>
public sealed record ExchangedApiKey(string Token, DateTimeOffset ExpiresAt, IReadOnlyList<string> Scopes);

/// <summary>For the gateway only.</summary>
public static class ExchangeApiKey
{
    public static async Task<Results<Ok<ExchangedApiKey>, ProblemHttpResult>> Handle(
        ExchangeApiKeyRequest request, HttpContext http, NpgsqlDataSource database, SigningKeyRing keys, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            update api_key set last_used_at = greatest(last_used_at, $2) from account a
            where key_hash = $1 and revoked_at is null and expires_at > $2 and a.id = account_id and is_in_force(a)
            returning api_key.id, account_id, expires_at, scopes,
                lacks_second_step(account_id, $2) and not exists (select from passkey where passkey.account_id = api_key.account_id)
            """);
        command.Parameters.Add(new() { Value = Secret.Hash(request.ApiKey) });
        command.Parameters.Add(new() { Value = now });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return http.Problem(Refusal.NotFound());
        var issued = now.ToUnixTimeSeconds();
        var expires = Math.Min(issued + (long)Es256Token.Lifetime.TotalSeconds, reader.GetFieldValue<DateTimeOffset>(2).ToUnixTimeSeconds());
        if (expires <= issued)
            return http.Problem(Refusal.NotFound());
        var claims = new TokenClaims(Es256Token.Issuer, Es256Token.Audience, reader.GetGuid(1), reader.GetGuid(0), issued, expires, Guid.CreateVersion7(), reader.GetBoolean(4));
        var scopes = reader.GetFieldValue<string[]>(3);
        await reader.DisposeAsync();
        var key = await keys.CurrentAsync(cancellationToken);
        return TypedResults.Ok(new ExchangedApiKey(Es256Token.Sign(claims, key.Private, key.KeyId), DateTimeOffset.FromUnixTimeSeconds(expires), scopes));
    }
}
