using System.Collections.Concurrent;
using System.Diagnostics;

namespace OpenGov.AppHost.Native;

/// <summary>What to run, as whom, and how to ask it to stop.</summary>
internal sealed record Command(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    public IDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Null: as the AppHost itself.</summary>
    public Account? Account { get; init; }

    public int StopSignal { get; init; } = Posix.Terminate;

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What it starts has sessions of its own and would outlive a kill for a moment, writing.</summary>
    public bool OutlivedByChildren { get; init; }
}

/// <summary>
/// One running process. It leads a session of its own, so that Ctrl+C in the terminal reaches only the AppHost, which stops its
/// children in order; and the kernel asks it to stop should the AppHost vanish.
/// </summary>
internal sealed class Child : IDisposable
{
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private readonly Command _command;
    private readonly string _pidFile;
    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _errorsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static Child()
    {
        // The kernel's notice of the parent's death (PR_SET_PDEATHSIG) is about the thread that started the child,
        // so all children are started by one thread that lives as long as the AppHost.
        new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starts children" }.Start();
    }

    private Child(Command command, string pidFile, LogFile log)
    {
        _command = command;
        _pidFile = pidFile;
        var start = new ProcessStartInfo("setpriv")
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Wrapped(command))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data, log, _outputEnded);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, log, _errorsEnded);
        // Not WaitForExitAsync: it also waits for the end of the output, which a grandchild can hold open.
        _process.Exited += (_, _) => _exited.TrySetResult(_process.ExitCode);
        _process.Start();
        Id = _process.Id;
        Instance.WritePid(pidFile, Id, command.StopSignal);
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited => _exited.Task;

    public static Task<Child> StartAsync(Command command, string pidFile, LogFile log)
    {
        var started = new TaskCompletionSource<Child>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(new Child(command, pidFile, log));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    /// <summary>Ends it at once, with what it started.</summary>
    public void Kill() => Posix.SignalGroup(Id, Posix.Kill);

    /// <summary>
    /// Asks the child to stop, and makes it when it does not in time. What it started and left behind goes with it, and its last
    /// words, which often say why it ended, are in its log when this returns.
    /// </summary>
    public async Task StopAsync()
    {
        if (!Exited.IsCompleted)
        {
            Posix.Signal(Id, _command.StopSignal);
            await Task.WhenAny(Exited, Task.Delay(_command.StopTimeout));
        }

        // The id cannot belong to another group yet: members still hold it.
        Posix.SignalGroup(Id, Posix.Kill);
        await Exited;

        // A descendant in a session of its own may hold the output open for longer.
        await Task.WhenAny(Task.WhenAll(_outputEnded.Task, _errorsEnded.Task), Task.Delay(LastWords));
    }

    public void Dispose()
    {
        File.Delete(_pidFile);
        _process.Dispose();
    }

    private static void Take(string? line, LogFile log, TaskCompletionSource ended)
    {
        if (line is null)
            ended.TrySetResult();
        else
            log.Write(line);
    }

    private static IEnumerable<string> Wrapped(Command command)
    {
        string[] account = command.Account is { } a
            ? ["--reuid", $"{a.UserId}", "--regid", $"{a.GroupId}", "--clear-groups", "--no-new-privs"]
            : [];
        return [.. account, "--pdeathsig", command.StopSignal == Posix.Interrupt ? "INT" : "TERM", "setsid", command.Program, .. command.Arguments];
    }
}
