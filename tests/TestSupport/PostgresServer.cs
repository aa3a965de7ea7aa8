using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OpenGov.TestSupport;

/// <summary>
/// A PostgreSQL of the test run's own: a fresh cluster in a temporary folder, on loopback and a free port, without fsync,
/// ended with the test process. PostgreSQL refuses root, so under root it runs as the package's <c>postgres</c> user.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Instance = new(StartAsync);
    private readonly Process server;
    private readonly string folder;

    private PostgresServer(Process server, string folder, int port)
    {
        (this.server, this.folder, Port) = (server, folder, port);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public int Port { get; }

    /// <summary>The one server of this test process.</summary>
    public static Task<PostgresServer> SharedAsync() => Instance.Value;

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username=postgres;Database={database};Maximum Pool Size=20;Timeout=60;Cancellation Timeout=30000";

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A backup of one database, as pg_dump makes it.</summary>
    public static Task BackUpAsync(string connectionString, string file) => RunAsync(["pg_dump", "--format=custom", $"--file={file}", .. Whereabouts(connectionString)]);

    /// <summary>Puts a backup in the place of what the database holds.</summary>
    public static Task RestoreAsync(string connectionString, string file) => RunAsync(["pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", .. Whereabouts(connectionString), file]);

    private static string[] Whereabouts(string connectionString)
    {
        var at = new NpgsqlConnectionStringBuilder(connectionString);
        return [$"--host={at.Host}", $"--port={at.Port.ToString(CultureInfo.InvariantCulture)}", $"--username={at.Username}", $"--dbname={at.Database}"];
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Select(path => Path.Combine(path, "bin"))
            .Last(path => File.Exists(Path.Combine(path, "initdb")));
        // A folder that the postgres user may enter: not below the build's own temporary files.
        var home = Directory.CreateDirectory($"/tmp/opengov-tests-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}").FullName;
        var prefix = Array.Empty<string>();
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["postgres", home])!;
            await chown.WaitForExitAsync();
            prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL"];
        }

        var data = Path.Combine(home, "data");
        await RunAsync([.. prefix, Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        var port = FreePorts.Next();
        var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        string[] line =
        [
            .. prefix, Path.Combine(binaries, "postgres"), "-D", data, "-k", home, "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
        ];
        start.FileName = line[0];
        foreach (var argument in line[1..])
            start.ArgumentList.Add(argument);
        var process = await StartFromLastingThreadAsync(start);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();

        var started = new PostgresServer(process, home, port);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await started.ExecuteAsync("select 1");
                return started;
            }
            catch (Exception exception) when (exception is NpgsqlException or SocketException && attempt < 300 && !process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    public void Dispose()
    {
        if (!server.HasExited)
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit(5000);
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file that PostgreSQL still held; the folder is below /tmp.
        }
    }

    /// <summary>
    /// The signal that a child gets at its parent's death is sent at the death of the <em>thread</em> that started it (prctl(2),
    /// PR_SET_PDEATHSIG), and threads of the pool come and go: this one stays as long as the child.
    /// </summary>
    private static Task<Process> StartFromLastingThreadAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                var process = Process.Start(start)!;
                started.SetResult(process);
                process.WaitForExit();
            }
            catch (Exception exception) when (!started.Task.IsCompleted)
            {
                started.SetException(exception);
            }
            catch (InvalidOperationException)
            {
                // The process object was disposed of before its end.
            }
        })
        { IsBackground = true, Name = "postgres" }.Start();
        return started.Task;
    }

    private static async Task RunAsync(string[] line)
    {
        using var process = await StartFromLastingThreadAsync(new ProcessStartInfo(line[0], line[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', line)}: {error}{await output}");
    }
}
