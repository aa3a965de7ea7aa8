using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OpenGov.ServiceDefaults.Data;
using OpenGov.TestSupport;

namespace OpenGov.ServiceTests;

/// <summary>A replica of a service as a process of its own, on the host's database; there is no broker.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly Process process;

    private ServiceProcess(Process process, Uri address)
    {
        this.process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
    }

    public HttpClient Client { get; }

    /// <param name="feeds">Where feeds of other owners answer.</param>
    public static async Task<ServiceProcess> StartAsync<TContext>(ServiceHost<TContext> service, params (string Owner, Uri Address)[] feeds)
        where TContext : ServiceDbContext
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, typeof(TContext).Assembly.GetName().Name + ".dll")])
        {
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment[$"ConnectionStrings__{ServiceHost<TContext>.ConnectionName}"] = service.ConnectionString;
        start.Environment["OpenGov__InstanceKey"] = ServiceHost<TContext>.InstanceKey;
        foreach (var (owner, feed) in feeds)
            start.Environment[$"services__{owner}__http__0"] = feed.ToString();
        var started = Process.Start(start)!;
        started.OutputDataReceived += static (_, _) => { };
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var replica = new ServiceProcess(started, address);
        var watch = Stopwatch.StartNew();
        while (!await replica.IsAliveAsync())
        {
            started.HasExited.ShouldBeFalse();
            watch.Elapsed.ShouldBeLessThan(StartLimit);
            await Task.Delay(200);
        }

        return replica;
    }

    /// <summary><c>kill -9</c>: whatever it was doing, it does no more.</summary>
    public void Kill() => process.Kill();

    /// <summary>It neither runs nor ends, and keeps its connections and locks.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
        Client.Dispose();
    }

    private async Task<bool> IsAliveAsync()
    {
        try
        {
            using var answer = await Client.GetAsync("/alive");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit(TimeSpan.FromSeconds(5)).ShouldBeTrue();
        kill.ExitCode.ShouldBe(0);
    }
}
