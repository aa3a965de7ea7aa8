using System.Globalization;
using Aspire.Hosting;
using OpenGov.AppHost.Native;

namespace OpenGov.SystemTests.Security;

/// <summary>Memory that the system's own processes hold, as the kernel counts it.</summary>
internal static class ProcessMemory
{
    public static readonly IReadOnlyList<string> Names = ["gateway", "portal", "participants", "action-plans", "transparency", "notifications"];

    /// <summary>Resident set of each process in megabytes; of all replicas together.</summary>
    public static IReadOnlyDictionary<string, double> Resident(DistributedApplication app) =>
        Names.ToDictionary(name => name, name => app.GetProcessIds(name).Sum(id => Of(id, "VmRSS:")), StringComparer.Ordinal);

    public static string Describe(IReadOnlyDictionary<string, double> memory) =>
        string.Join(", ", memory.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:0} MB")));

    private static double Of(int id, string line) =>
        double.Parse(File.ReadLines($"/proc/{id}/status").Single(one => one.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
