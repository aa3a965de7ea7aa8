using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Operation;

/// <summary>This process's name in addresses and telemetry.</summary>
public sealed record ProcessName(string Value);

/// <summary>Puts together what this process says of itself. A part that fails is left out; it never fails as a whole.</summary>
public sealed class ProcessReporter(
    ProcessName name, RecentFailures failures, HealthCheckService health, IEnumerable<IFigures> figures, IConfiguration configuration, TimeProvider clock,
    ILogger<ProcessReporter> log)
{
    private static readonly Guid Run = Guid.CreateVersion7();
    private static readonly DateTimeOffset StartedAt = ReadStartedAt();

    public static readonly string Version =
        (Assembly.GetEntryAssembly() ?? typeof(ProcessReporter).Assembly).GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public async Task<ProcessReport> ReadAsync(CancellationToken cancellationToken) => new(
        name.Value, Run, Environment.ProcessId, Version, RuntimeInformation.FrameworkDescription, StartedAt, clock.GetUtcNow(), Environment.WorkingSet,
        Disk(), DataFolderFiles.Backup(configuration), await HealthAsync(cancellationToken), failures.All, DataFolderFiles.Restarts(configuration), await FiguresAsync(cancellationToken),
        Settings.Of(configuration));

    private async Task<HealthReportJson?> HealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            return HealthReportJson.Of(await health.CheckHealthAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<Figure>> FiguresAsync(CancellationToken cancellationToken)
    {
        var all = new List<Figure>();
        foreach (var some in figures)
        {
            try
            {
                all.AddRange(await some.ReadAsync(cancellationToken));
            }
            catch (Exception exception)
            {
                log.LogWarning("Figures of {Source} could not be read: {Reason}", some.GetType().Name, exception.GetType().Name);
            }
        }

        return all;
    }

    private DiskReport? Disk()
    {
        var data = configuration["OpenGov:DataFolder"];
        try
        {
            var drive = new DriveInfo(string.IsNullOrEmpty(data) ? AppContext.BaseDirectory : data);
            return new DiskReport(!string.IsNullOrEmpty(data), drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static DateTimeOffset ReadStartedAt()
    {
        using var self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUniversalTime();
    }
}
