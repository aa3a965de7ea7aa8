using System.Globalization;

namespace OpenGov.AppHost.Native;

/// <summary>What became of backups, with what the scripts said in between.</summary>
internal sealed class BackupLog(string path, TimeProvider clock) : IDisposable
{
    public LogFile File { get; } = new(path);

    public void Write(string line) => File.Write($"{clock.GetUtcNow().ToString("u", CultureInfo.InvariantCulture)} {line}");

    public void Dispose() => File.Dispose();
}
