using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenGov.AppHost.Native;

/// <summary>
/// Writes down that a process ended by itself: how often, when, with which code, and what it last complained of. The process itself
/// forgets all of that with its end.
/// </summary>
internal static class RestartNote
{
    private const int LongestLine = 300;
    private static readonly string[] ServerErrors = ["FATAL:", "PANIC:", "[error]", "CRASH REPORT"];

    public static void Write(string file, string name, int exitCode, string tail, TimeProvider clock)
    {
        try
        {
            var count = File.Exists(file) && JsonNode.Parse(File.ReadAllText(file))?["count"]?.GetValue<long>() is { } before ? before : 0;
            File.WriteAllText(file + ".new", JsonSerializer.Serialize(
                new { name, count = count + 1, at = clock.GetUtcNow(), exitCode, line = ErrorIn(tail) }, JsonSerializerOptions.Web));
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            // A note less; a full disk must not keep the process from coming back.
        }
    }

    /// <summary>
    /// The last error in what a process said, without what people entered: of a log line its template, of an exception its type, of a
    /// server's line what it says.
    /// </summary>
    internal static string? ErrorIn(string tail)
    {
        foreach (var line in tail.Split('\n').Reverse())
        {
            if (Of(line) is { } error)
                return error.Length <= LongestLine ? error : error[..LongestLine] + "…";
        }

        return null;
    }

    private static string? Of(string line)
    {
        if (line.StartsWith('{'))
            return OfJson(line);
        if (line.StartsWith("Unhandled exception.", StringComparison.Ordinal))
            return line.Split(':')[0];
        return Array.Exists(ServerErrors, mark => line.Contains(mark, StringComparison.Ordinal)) ? line : null;
    }

    private static string? OfJson(string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not JsonObject entry || (string?)entry["LogLevel"] is not ("Error" or "Critical"))
                return null;
            return $"{(string?)entry["Category"]}: {(string?)entry["State"]?["{OriginalFormat}"]} {((string?)entry["Exception"])?.Split(':')[0]}".TrimEnd();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
