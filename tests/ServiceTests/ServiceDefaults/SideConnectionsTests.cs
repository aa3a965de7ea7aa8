using Microsoft.Extensions.DependencyInjection;
using OpenGov.ActionPlans;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.ServiceTests.ServiceDefaults;

public sealed class SideConnectionsTests(ServiceHost<ActionPlansDb> service) : IClassFixture<ServiceHost<ActionPlansDb>>
{
    /// <summary>One that lay idle while the server was started again would fail whoever comes first.</summary>
    [Fact]
    public async Task They_are_closed_when_nobody_needs_them()
    {
        int backend;
        await using (var command = service.Services.GetRequiredService<SideConnections>().CreateCommand("select pg_backend_pid()"))
            backend = (int)(await command.ExecuteScalarAsync())!;
        await Eventually.ShouldBeAsync(
            async () =>
            {
                await using var command = service.Database.CreateCommand("select count(*) from pg_stat_activity where pid = $1");
                command.Parameters.Add(new() { Value = backend });
                return (long)(await command.ExecuteScalarAsync())!;
            },
            0);
    }
}
