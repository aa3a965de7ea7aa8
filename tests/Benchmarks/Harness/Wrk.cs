using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenGov.Benchmarks.Harness;

/// <summary>Debian's load generator: one thread, keep-alive connections, closed loop.</summary>
internal static partial class Wrk
{
    public const int Connections = 32;

    /// <returns>Answers a second.</returns>
    /// <exception cref="InvalidOperationException">Some answers were no success, or none came.</exception>
    public static async Task<double> RunAsync(Uri address, int seconds, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var output = await LoadAsync(address, seconds, headers);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"{address} refused some: {output}");
        var rate = RateIn(output);
        return rate > 0 ? rate : throw new InvalidOperationException($"{address} gave no answer in {seconds} s.");
    }

    /// <summary>
    /// What does not count: code is compiled twice, statements are prepared, connections are made. It goes on until a piece is hardly faster than the
    /// best before it: much code takes longer to warm up than little, and after a fixed time only the little would be at its speed.
    /// </summary>
    public static async Task WarmAsync(Uri address, params IReadOnlyList<(string Name, string Value)> headers)
    {
        const int Pieces = 10, Seconds = 3;
        const double Faster = 1.03;
        var best = 0.0;
        for (var piece = 0; piece < Pieces; piece++)
        {
            var rate = RateIn(await LoadAsync(address, Seconds, headers));
            if (piece > 0 && rate < best * Faster)
                return;
            best = Math.Max(best, rate);
        }
    }

    /// <summary>Load beside something else that is measured; answers that are slow for it are waited for.</summary>
    public static Task PressAsync(Uri address, int seconds) => LoadAsync(address, seconds, [], timeout: 30);

    private static double RateIn(string output) => double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);

    /// <param name="timeout">Seconds that an answer may take; wrk counts what takes longer as an error of the socket.</param>
    private static async Task<string> LoadAsync(Uri address, int seconds, IReadOnlyList<(string Name, string Value)> headers, int timeout = 2)
    {
        List<string> arguments = ["-t1", $"-c{Connections}", $"-d{seconds}s", "--timeout", $"{timeout}s"];
        foreach (var (name, value) in headers)
            arguments.AddRange(["-H", $"{name}: {value}"]);
        arguments.Add(address.AbsoluteUri);
        return await Programs.RunAsync("wrk", arguments, TimeSpan.FromSeconds(seconds + 30));
    }

    [GeneratedRegex(@"Requests/sec:\s*(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}

internal static class Programs
{
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan atMost, params IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {atMost}.", exception);
        }

        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors} {await output}");
    }
}
