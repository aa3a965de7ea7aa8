using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ActionPlans.Copies;

/// <summary>An organisation for which the caller may act now.</summary>
public sealed record ActingFor(Guid Id, string Name);

/// <summary>Decides from the copies of staff posts and mandates, with their dates, at the moment of the request.</summary>
public sealed class Permissions(NpgsqlDataSource database, TimeProvider clock)
{
    public async Task<bool> HasPostAsync(Guid accountId, StaffRole? role, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select exists (select from staff_post where account_id = $1 and ($2::text is null or role = $2)
                           and valid_from <= $3 and (valid_until is null or valid_until > $3))
            """);
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = role is { } asked ? asked.Code() : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<IReadOnlyList<ActingFor>> OrganisationsOfAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select distinct o.id, o.name from mandate m join organisation o on o.id = m.organisation_id
            where m.account_id = $1 and m.valid_from <= $2 and (m.valid_until is null or m.valid_until > $2) order by o.name
            """);
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var organisations = new List<ActingFor>();
        while (await reader.ReadAsync(cancellationToken))
            organisations.Add(new ActingFor(reader.GetGuid(0), reader.GetString(1)));
        return organisations;
    }

    /// <summary>
    /// The same on the connection of a write that has begun. Whoever holds one connection and waits for another one waits for good where as many
    /// write at once as there are connections.
    /// </summary>
    public async Task<IReadOnlyList<ActingFor>> OrganisationsOfAsync(Guid accountId, ActionPlansDb write, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await write.Database.SqlQuery<ActingFor>(
            $"""
            select distinct o.id as "Id", o.name as "Name" from mandate m join organisation o on o.id = m.organisation_id
            where m.account_id = {accountId} and m.valid_from <= {now} and (m.valid_until is null or m.valid_until > {now}) order by o.name
            """).ToListAsync(cancellationToken);
    }
}

internal static class StaffOnly
{
    /// <summary>Only the holder of a staff post passes, of this role or (null) of any.</summary>
    public static RouteHandlerBuilder RequirePost(this RouteHandlerBuilder endpoint, StaffRole? role = null) => endpoint
        .RequireAuthorization()
        .MayRefuse(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden)
        .AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var permissions = http.RequestServices.GetRequiredService<Permissions>();
            return await permissions.HasPostAsync(http.RequireAccount().AccountId, role, http.RequestAborted)
                ? await next(context)
                : http.Problem(Refusal.Forbidden());
        });
}
