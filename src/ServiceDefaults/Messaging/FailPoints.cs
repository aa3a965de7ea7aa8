using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace OpenGov.ServiceDefaults.Messaging;

/// <summary>
/// Places where a fault drill kills the process, as <c>kill -9</c> would. Off unless <c>OpenGov:FailPoints</c> names some, for
/// example <c>relay.numbered=0.01;inbox.applied=#3</c>: with that probability at each pass, or at the third pass. Where it is
/// the path of a folder, a file <c>{service}.{point}</c> in it kills the next replica that passes there, once: so a drill arms
/// points while the system runs.
/// </summary>
public sealed class FailPoints
{
    /// <summary>Appended to the name of a file whose process was killed.</summary>
    private const string Fired = ".fired";

    private readonly Dictionary<string, (double Probability, int Pass)>? armed;
    private readonly string? folder;
    private readonly string? service;
    private readonly ConcurrentDictionary<string, int> passes = new(StringComparer.Ordinal);

    public FailPoints(IConfiguration configuration)
    {
        switch (configuration["OpenGov:FailPoints"])
        {
            case { Length: > 0 } path when Path.IsPathRooted(path):
                (folder, service) = (path, configuration["OTEL_SERVICE_NAME"] ?? "");
                break;
            case { Length: > 0 } text:
                armed = Parse(text);
                break;
        }
    }

    public void Hit(string point)
    {
        if (armed is null && folder is null)
            return;
        if (folder is null ? armed!.TryGetValue(point, out var when) && IsDue(point, when) : IsTaken(Path.Combine(folder, $"{service}.{point}")))
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

    /// <summary>Of several replicas and threads, one can rename the file.</summary>
    private static bool IsTaken(string file)
    {
        if (!File.Exists(file))
            return false;
        try
        {
            File.Move(file, file + Fired);
            // So that the drill knows whose end to wait for.
            File.WriteAllText(file + Fired, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

#pragma warning disable CA5394 // Chance, not secrecy.
    private bool IsDue(string point, (double Probability, int Pass) when) =>
        when.Pass > 0 ? passes.AddOrUpdate(point, 1, (_, count) => count + 1) == when.Pass : Random.Shared.NextDouble() < when.Probability;
#pragma warning restore CA5394
}
