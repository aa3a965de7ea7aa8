using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Engine;

/// <summary>The real AppHost as a process of its own, as <c>deploy/run.sh</c> starts it.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private RunningAppHost(ProcessStartInfo start, string folder, int port)
    {
        Folder = folder;
        Port = port;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Folder { get; }

    public int Port { get; }

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output);

    /// <param name="folder">The data folder.</param>
    /// <param name="wrapper">A command that runs the AppHost for somebody else.</param>
    /// <param name="port">The gateway's port; null takes a free one.</param>
    public static RunningAppHost Start(string folder, IEnumerable<string>? wrapper = null, int? port = null)
    {
        var wanted = port ?? FreePorts.Next();
        string[] command =
        [
            .. wrapper ?? [], Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet",
            Path.Combine(AppContext.BaseDirectory, "OpenGov.AppHost.dll"),
            "--Data", folder, "--Port", wanted.ToString(CultureInfo.InvariantCulture), "--MailCatcher", "true",
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = folder, ["LANG"] = "es_MX.UTF-8", ["LC_ALL"] = "" },
        };
        return new RunningAppHost(start, folder, wanted);
    }

    /// <summary>Returns when every process is in service.</summary>
    public async Task ReadyAsync()
    {
        await Processes.UntilAsync(() => Output.Contains("Todo está en servicio", StringComparison.Ordinal) || _process.HasExited,
            TimeSpan.FromMinutes(5), $"the AppHost did not become ready:\n{Output}");
        _process.HasExited.ShouldBeFalse(Output);
    }

    /// <summary>The ids of all children, as the AppHost keeps them.</summary>
    public IReadOnlyList<int> Children() =>
        [.. Directory.GetFiles(Path.Combine(Folder, "run"), "*.pid").Select(f => int.Parse(File.ReadAllText(f).Split(' ')[0], CultureInfo.InvariantCulture))];

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Processes.Signal(Id, "TERM");
            await ExitAsync();
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
    }
}
