using Npgsql;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Notifications.Instance;

/// <summary>Lets only holders of a staff post pass, as this service's own copy of the posts says at this moment.</summary>
internal static class StaffOnly
{
    public static TBuilder RequireStaff<TBuilder>(this TBuilder endpoints, params StaffRole[] roles)
        where TBuilder : IEndpointConventionBuilder
    {
        var codes = Array.ConvertAll(roles, role => role.Code());
        endpoints.RequireAuthorization();
        return endpoints.AddEndpointFilter<TBuilder>(async (context, next) =>
            await HoldsPostAsync(context.HttpContext, codes) ? await next(context) : context.HttpContext.Problem(Refusal.Forbidden()));
    }

    private static async Task<bool> HoldsPostAsync(HttpContext http, string[] roles)
    {
        var services = http.RequestServices;
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            """
            select exists (select from staff_post where account_id = $1 and role = any($2)
                and valid_from <= $3 and (valid_to is null or valid_to > $3))
            """);
        command.Parameters.Add(new() { Value = http.RequireAccount().AccountId });
        command.Parameters.Add(new() { Value = roles });
        command.Parameters.Add(new() { Value = services.GetRequiredService<TimeProvider>().GetUtcNow() });
        return (bool)(await command.ExecuteScalarAsync(http.RequestAborted))!;
    }
}
