using System.Globalization;
using System.Text.Json;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>What others leave for the operator's page in the instance's data folder: the backup script, and the engine that starts the programs.</summary>
internal static class DataFolderFiles
{
    /// <returns>Null where this process does not know the data folder.</returns>
    public static BackupReport? Backup(IConfiguration configuration)
    {
        if (configuration["OpenGov:DataFolder"] is not { Length: > 0 } folder)
            return null;
        var automatic = AutomaticBackups.Read(folder);
        try
        {
            // The time, then a line for each file: SHA-256, size, name.
            var lines = File.ReadAllLines(Path.Combine(folder, "backups", "last"));
            var files = lines.Skip(1).Select(line => line.Split(' ', 3)).Where(parts => parts.Length == 3).ToList();
            return DateTimeOffset.TryParse(lines.FirstOrDefault(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? new BackupReport(at, files.Count, files.Sum(parts => long.TryParse(parts[1], CultureInfo.InvariantCulture, out var size) ? size : 0), automatic)
                : new BackupReport(null, 0, 0, automatic);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new BackupReport(null, 0, 0, automatic);
        }
    }

    /// <summary>One small file for each program that ended by itself, written by the native engine.</summary>
    public static IReadOnlyList<RestartReport> Restarts(IConfiguration configuration)
    {
        if (configuration["OpenGov:DataFolder"] is not { Length: > 0 } folder)
            return [];
        try
        {
            return [.. Directory.GetFiles(Path.Combine(folder, "run"), "*.restarts").Order(StringComparer.Ordinal).Select(Read).OfType<RestartReport>()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static RestartReport? Read(string file)
    {
        try
        {
            var report = JsonSerializer.Deserialize<RestartReport>(File.ReadAllText(file), JsonSerializerOptions.Web);
            return report is null ? null : report with { Line = report.Line is { } line ? SafeText.Of(line) : null };
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
