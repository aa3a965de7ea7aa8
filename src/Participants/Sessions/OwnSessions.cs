using Npgsql;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Sessions;

/// <summary>Participants needs no copy: it asks its own table. A sign-in or key that it does not know has ended.</summary>
internal sealed class OwnSessions(NpgsqlDataSource database, TimeProvider clock) : IEndedSessions
{
    public async Task<bool> ContainsAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            select not exists (select from session where id = $1 and ended_at is null and expires_at > $2)
                and not exists (select from api_key where id = $1 and revoked_at is null and expires_at > $2)
            """);
        command.Parameters.Add(new() { Value = sessionId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
