using Npgsql;

namespace OpenGov.ServiceDefaults.Operation;

public sealed record Setting(string Name, string Value);

/// <summary>This process's settings as far as they may be shown: named families only, credentials replaced by a mark.</summary>
internal static class Settings
{
    private static readonly string[] Families = ["OpenGov", "Gateway", "services", "Logging", "ConnectionStrings"];
    private static readonly string[] Names = ["OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT"];
    private static readonly string[] Secrets = ["key", "secret", "password", "token", "credential", "header"];

    public static IReadOnlyList<Setting> Of(IConfiguration configuration) =>
    [
        .. configuration.AsEnumerable()
            .Where(pair => pair.Value is { Length: > 0 } && IsShown(pair.Key))
            .Select(pair => new Setting(pair.Key, Shown(pair.Key, pair.Value!)))
            .OrderBy(setting => setting.Name, StringComparer.Ordinal),
    ];

    private static bool IsShown(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Families.Any(family => name.StartsWith(family + ":", StringComparison.OrdinalIgnoreCase));

    private static string Shown(string name, string value)
    {
        if (name.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase))
            return WithoutCredentials(value);
        return Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)) ? SafeText.Secret : SafeText.Of(value);
    }

    /// <summary>Where the server is; never who signs in there and with what.</summary>
    private static string WithoutCredentials(string connection)
    {
        if (Uri.TryCreate(connection, UriKind.Absolute, out var address) && address.Host.Length > 0)
            return $"{address.Scheme}://{address.Host}:{address.Port}{address.AbsolutePath}";
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connection);
            return $"{parts.Host}:{parts.Port}/{parts.Database} (pool {parts.MaxPoolSize})";
        }
        catch (ArgumentException)
        {
            return SafeText.Secret;
        }
    }
}
