using Npgsql;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Messaging;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>Reads the service's own copy of ended sign-ins: one look-up by primary key for each authenticated request.</summary>
internal sealed class EndedSessions(NpgsqlDataSource database) : IEndedSessions
{
    public async Task<bool> ContainsAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select exists (select from ended_session where session_id = $1)");
        command.Parameters.Add(new() { Value = sessionId });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

/// <summary>A process without a database (the portal) forwards tokens to services that check them.</summary>
internal sealed class NoEndedSessions : IEndedSessions
{
    public Task<bool> ContainsAsync(Guid sessionId, CancellationToken cancellationToken) => Task.FromResult(false);
}

/// <summary>Keeps the copy; rows older than any token can be are dropped as new ones arrive.</summary>
internal sealed class EndedSessionsCopy : Projection
{
    public EndedSessionsCopy()
        : base(Owners.Participants) =>
        On<SessionEndedV1>(async (ended, transaction) =>
        {
            await transaction.ExecuteAsync("insert into ended_session (session_id, ended_at) values ($1, $2) on conflict do nothing", ended.AggregateId, ended.EndedAt);
            await transaction.ExecuteAsync("delete from ended_session where ended_at < $1", ended.EndedAt - Es256Token.Lifetime - Es256Token.ClockSkew);
        });

    public override string ResetSql => "delete from ended_session";
}
