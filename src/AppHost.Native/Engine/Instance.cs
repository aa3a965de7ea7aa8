using System.Globalization;
using Aspire.Hosting;

namespace OpenGov.AppHost.Native;

/// <summary>
/// The folder that holds everything of one instance: servers' data, secrets, logs, and who runs now. One AppHost uses it at a time.
/// </summary>
internal sealed class Instance : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private FileStream? _lock;

    /// <param name="configured">The folder that the configuration <c>Data</c> names; null is <c>data</c> in the checkout.</param>
    /// <param name="appHostDirectory">The AppHost's folder, <c>src/AppHost</c> of the checkout.</param>
    /// <param name="isTemporary">A folder for this run only.</param>
    public Instance(string? configured, string appHostDirectory, bool isTemporary)
    {
        IsTemporary = isTemporary;
        Folder = isTemporary ? Directory.CreateTempSubdirectory("opengov-").FullName
            : Path.GetFullPath(configured ?? Path.Combine(appHostDirectory, "..", "..", "data"));
        // Servers that root starts run under accounts of their own, which must be able to pass through. A folder that was there
        // before keeps its mode: it may be anybody's.
        var mode = Posix.IsRoot ? Passable : OwnerOnly;
        if (isTemporary)
            File.SetUnixFileMode(Folder, mode);
        else if (!Directory.Exists(Folder))
            Directory.CreateDirectory(Folder, mode);
        if (Posix.IsRoot && BarredAt(Folder) is { } barrier)
            throw new DistributedApplicationException(Messages.FolderBarred(Folder, barrier));
        Run = Subfolder("run");
        Logs = Subfolder("logs");
        Secrets = Subfolder("secrets");
    }

    public string Folder { get; }

    public bool IsTemporary { get; }

    public string Logs { get; }

    public string Secrets { get; }

    /// <summary>Lock, process ids and addresses of the running instance.</summary>
    public string Run { get; }

    /// <summary>A folder that only this account can enter.</summary>
    public string Subfolder(string name, Account? owner = null)
    {
        var folder = Path.Combine(Folder, name);
        Directory.CreateDirectory(folder, OwnerOnly);
        Posix.Give(folder, owner);
        return folder;
    }

    /// <summary>Makes this AppHost the only one on the folder, and ends what a killed one left running.</summary>
    public async Task TakeAsync()
    {
        try
        {
            // The lock goes with the process that holds it, however that ends.
            _lock = new FileStream(Path.Combine(Run, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DistributedApplicationException(Messages.FolderInUse(Folder), e);
        }
        await Task.WhenAll(Directory.GetFiles(Run, "*.pid").Select(EndLeftoverAsync));
    }

    /// <summary>Whether this AppHost is the one that uses the folder.</summary>
    public bool IsTaken => _lock is not null;

    public string PidFile(string process) => Path.Combine(Run, $"{process}.pid");

    /// <summary>What is known of a process that ended by itself; the services show it to the operator.</summary>
    public string RestartFile(string process) => Path.Combine(Run, $"{process}.restarts");

    public void Dispose()
    {
        _lock?.Dispose();
        if (IsTemporary && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Writes who runs; what stops it is needed by the next start, should this AppHost be killed.</summary>
    public static void WritePid(string file, int processId, int stopSignal) =>
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{processId} {stopSignal} {Posix.StartTime(processId)} {Posix.BootId}"));

    private static async Task EndLeftoverAsync(string file)
    {
        if (File.ReadAllText(file).Split(' ') is [var id, var signal, var started, var boot] && boot == Posix.BootId
            && int.TryParse(id, CultureInfo.InvariantCulture, out var processId) && Posix.StartTime(processId) == started)
        {
            Posix.Signal(processId, int.Parse(signal, CultureInfo.InvariantCulture));
            for (var waited = 0; waited < 150 && Posix.StartTime(processId) == started; waited++)
                await Task.Delay(100);
            Posix.SignalGroup(processId, Posix.Kill);
        }
        File.Delete(file);
    }

    /// <summary>The folder on the way here, or this one, that other accounts cannot pass.</summary>
    private static string? BarredAt(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            if (!parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return parent.FullName;
        }
        return null;
    }
}

/// <summary>Values that are made once and kept, each in a file that only its owner can read.</summary>
internal sealed class SecretStore(Func<string> folder)
{
    private readonly Lock _gate = new();

    public string Keep(string name, Func<string> make)
    {
        lock (_gate)
        {
            var file = Path.Combine(folder(), name);
            if (File.Exists(file))
                return File.ReadAllText(file).Trim();
            var value = make();
            Write(file, value, owner: null);
            return value;
        }
    }

    /// <summary>Writes a file that nobody but its owner could read at any moment.</summary>
    public static void Write(string file, string text, Account? owner)
    {
        var temporary = file + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(stream))
            writer.Write(text);
        Posix.Give(temporary, owner);
        File.Move(temporary, file, overwrite: true);
    }
}
