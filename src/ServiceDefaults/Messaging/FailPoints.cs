using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Places where a fault drill kills the process, as <c>kill -9</c> would. Off unless <c>OpenGov:FailPoints</c> names some, for
/// example <c>relay.numbered=0.01;inbox.applied=#3</c>: with that probability at each pass, or at the third pass.
/// </summary>
internal sealed class FailPoints
{
    private readonly Dictionary<string, (double Probability, int Pass)>? armed;
    private readonly ConcurrentDictionary<string, int> passes = new(StringComparer.Ordinal);

    public FailPoints(IConfiguration configuration)
    {
        if (configuration["OpenGov:FailPoints"] is { Length: > 0 } text)
            armed = Parse(text);
    }

    public void Hit(string point)
    {
        if (armed is not null && armed.TryGetValue(point, out var when) && IsDue(point, when))
        {
            Console.Error.WriteLine($"Killed at fail point {point}");
            using var self = Process.GetCurrentProcess();
            self.Kill();
            // SIGKILL is on its way; nothing after this point may run.
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <exception cref="FormatException">Not of the form <c>point=0.5;point=#3</c>.</exception>
    internal static Dictionary<string, (double Probability, int Pass)> Parse(string text)
    {
        var points = new Dictionary<string, (double, int)>(StringComparer.Ordinal);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=') is not [var point, { Length: > 0 } when])
                throw new FormatException($"OpenGov:FailPoints: {part} is not of the form point=0.5 or point=#3.");
            points[point] = when[0] == '#'
                ? (0, int.Parse(when.AsSpan(1), CultureInfo.InvariantCulture))
                : (double.Parse(when, CultureInfo.InvariantCulture), 0);
        }

        return points;
    }

#pragma warning disable CA5394 // Chance, not secrecy.
    private bool IsDue(string point, (double Probability, int Pass) when) =>
        when.Pass > 0 ? passes.AddOrUpdate(point, 1, (_, count) => count + 1) == when.Pass : Random.Shared.NextDouble() < when.Probability;
#pragma warning restore CA5394
}
