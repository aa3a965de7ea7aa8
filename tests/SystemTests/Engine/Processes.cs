using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OpenGov.SystemTests.Engine;

/// <summary>What the tests of the engine ask of the machine itself, not of the engine.</summary>
internal static class Processes
{
    public static bool IsAlive(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Every process that was told this folder, by its command line or its environment.</summary>
    public static IReadOnlyList<int> MentioningFolder(string folder)
    {
        List<int> found = [];
        foreach (var entry in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
                continue;
            try
            {
                if ((File.ReadAllText($"{entry}/cmdline") + File.ReadAllText($"{entry}/environ")).Contains(folder, StringComparison.Ordinal))
                    found.Add(id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or it is somebody else's.
            }
        }
        return found;
    }

    public static IReadOnlyDictionary<string, string> EnvironmentOf(int id) =>
        File.ReadAllText($"/proc/{id}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);

    /// <summary>The addresses on which something listens at this port.</summary>
    public static IReadOnlyList<IPAddress> ListenersAt(int port)
    {
        const string Listening = "0A";
        return [.. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(File.ReadLines).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 3 && f[3] == Listening).Select(f => f[1].Split(':'))
            .Where(a => int.Parse(a[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port).Select(a => Address(a[0]))];
    }

    public static void Signal(int id, string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit(TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    /// <summary>Waits for a condition, at most this long.</summary>
    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(limit, what);
            await Task.Delay(50);
        }
    }

    // The kernel writes addresses as 32-bit words in the machine's byte order.
    private static IPAddress Address(string words) =>
        new([.. Convert.FromHexString(words).Chunk(4).SelectMany(word => word.Reverse())]);
}
