using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpenGov.Participants;

namespace OpenGov.ServiceTests.Participants.Secretariats;

/// <summary>A replica of Participants as a process of its own, on the host's database; there is no broker.</summary>
internal sealed class ParticipantsProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly Process process;

    private ParticipantsProcess(Process process, Uri address)
    {
        this.process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
    }

    public HttpClient Client { get; }

    public static async Task<ParticipantsProcess> StartAsync(ParticipantsHost service)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, typeof(ParticipantsDb).Assembly.GetName().Name + ".dll")])
        {
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["ConnectionStrings__participants-db"] = service.ConnectionString;
        start.Environment["OpenGov__InstanceKey"] = "an instance key of the tests, long enough";
        var started = Process.Start(start)!;
        started.OutputDataReceived += static (_, _) => { };
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var replica = new ParticipantsProcess(started, address);
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
