using Npgsql;
using OpenGov.ServiceTests.Transparency;

namespace OpenGov.ServiceTests.Messaging;

/// <summary>What ends the transaction of a replica that stands still or is gone (decision 0023).</summary>
public sealed class ConnectionLimitTests(TransparencyHost service) : IClassFixture<TransparencyHost>
{
    [Fact]
    public async Task Connections_carry_their_limits_also_after_the_pool_has_reset_them()
    {
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var connection = await service.Database.OpenConnectionAsync();
            foreach (var (name, value) in new[] { ("idle_in_transaction_session_timeout", "30s"), ("tcp_keepalives_idle", "15"), ("tcp_keepalives_interval", "5"), ("tcp_keepalives_count", "3") })
            {
                await using var show = new NpgsqlCommand($"show {name}", connection);
                (await show.ExecuteScalarAsync()).ShouldBe(value, name);
            }
        }

        new NpgsqlConnectionStringBuilder(service.Database.ConnectionString).TcpKeepAlive.ShouldBeTrue();
    }
}
