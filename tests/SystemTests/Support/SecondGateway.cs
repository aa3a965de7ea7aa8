using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting;
using OpenGov.AppHost.Native;
using OpenGov.TestSupport;

namespace OpenGov.SystemTests.Support;

/// <summary>A twin of the system's gateway: the same program with the same settings, on another port.</summary>
public sealed class SecondGateway : IAsyncDisposable
{
    private readonly Process process;

    private SecondGateway(Process process, Uri origin) => (this.process, Origin) = (process, origin);

    public Uri Origin { get; }

    public static async Task<SecondGateway> StartAsync(RunningSystem system)
    {
        var gateway = system.App.GetProcessIds("gateway").Single().ToString(CultureInfo.InvariantCulture);
        var command = ReadParts($"/proc/{gateway}/cmdline");
        var port = FreePorts.Next();
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = new FileInfo($"/proc/{gateway}/cwd").ResolveLinkTarget(returnFinalTarget: true)!.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var setting in ReadParts($"/proc/{gateway}/environ"))
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            start.Environment[setting[..equals]] = setting[(equals + 1)..];
        }

        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["OTEL_SERVICE_NAME"] = "gateway-2";
        var started = Process.Start(start)!;
        // Nobody reads what it logs; a full pipe would stop it.
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var second = new SecondGateway(started, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            using var client = new ApiClient(second.Origin);
            await Eventually.HoldsAsync(async () => (await client.TextAsync("/alive")).Length > 0, TimeSpan.FromSeconds(60), "the second gateway");
            return second;
        }
        catch
        {
            await second.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string[] ReadParts(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
