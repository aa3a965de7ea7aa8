using Npgsql;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Messaging;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>Says who holds the post of operator at this moment.</summary>
public interface IOperators
{
    Task<bool> ContainsAsync(Guid accountId, CancellationToken cancellationToken);
}

/// <summary>Reads the service's own copy of the posts, so that the operator's page needs no other service.</summary>
internal sealed class Operators(NpgsqlDataSource database, TimeProvider clock) : IOperators
{
    public async Task<bool> ContainsAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select exists (select from operator_post where account_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2))");
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

internal sealed class OperatorsCopy : Projection
{
    public OperatorsCopy()
        : base(Owners.Participants)
    {
        On<StaffPostAssignedV1>((assigned, transaction) => assigned.Role != StaffRole.Operator
            ? Task.CompletedTask
            : transaction.ExecuteAsync(
                """
                insert into operator_post (id, account_id, valid_from, valid_until) values ($1, $2, $3, $4)
                on conflict (id) do update set valid_from = excluded.valid_from, valid_until = excluded.valid_until
                """,
                assigned.AggregateId, assigned.AccountId, assigned.From, assigned.Until));
        On<StaffPostEndedV1>((ended, transaction) => transaction.ExecuteAsync(
            "update operator_post set valid_until = $2 where id = $1", ended.AggregateId, ended.EndedAt));
    }

    public override string ResetSql => "delete from operator_post";
}

internal static class OperatorsOnly
{
    /// <summary>401 without a sign-in, 403 without the post.</summary>
    public static RouteGroupBuilder RequireOperator(this RouteGroupBuilder endpoints)
    {
        endpoints.RequireAuthorization();
        endpoints.ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        return endpoints.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            http.Response.Headers.CacheControl = "no-store";
            return await http.RequestServices.GetRequiredService<IOperators>().ContainsAsync(http.RequireAccount().AccountId, http.RequestAborted)
                ? await next(context)
                : http.Problem(Refusal.Forbidden());
        });
    }
}
