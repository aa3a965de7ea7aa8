using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Playwright;
using Npgsql;
using OpenGov.SystemTests.Pages;
using OpenGov.SystemTests.Support;

namespace OpenGov.SystemTests.Operation;

/// <summary>An operator at their page, and what Transparency's database says meanwhile.</summary>
public abstract class OperatorWalk(SampleSystem system)
{
    protected const string Page = "/operacion";
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(90);

    protected SampleSystem Instance { get; } = system;

    /// <summary>axe is a script; the person needs none.</summary>
    protected async Task<IPage> SeenWithScriptAsync(string address)
    {
        var page = await Instance.OpenBrowserAsync(360);
        await SignInAsync(page);
        await page.GotoAsync(address);
        return page;
    }

    protected Task SignInAsync(IPage page) => SecretariatWalk.SignInAsync(Instance, page, "administration");

    protected static Task<TimeSpan> HealthyAgainAsync(ApiClient api) => Eventually.HoldsAsync(
        async () =>
        {
            using var health = await api.SendAsync(HttpMethod.Get, "/health");
            return health.IsSuccessStatusCode && !(await health.Content.ReadAsStringAsync()).Contains("degraded", StringComparison.OrdinalIgnoreCase);
        },
        Back,
        "the system to be healthy again by itself");

    protected async Task CommandAsync(string resource, string command) => (await Instance.App.ResourceCommands.ExecuteCommandAsync(resource, command)).Success.ShouldBeTrue();

    /// <summary>In Transparency's database.</summary>
    protected async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(await Instance.App.GetConnectionStringAsync("transparency-db") + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    protected async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    protected async Task<long> CountAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
