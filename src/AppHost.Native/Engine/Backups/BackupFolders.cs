using System.Security.Cryptography;

namespace OpenGov.AppHost.Native;

/// <summary>The backups that this instance made by itself. Whatever else lies beside them is left alone.</summary>
internal sealed class BackupFolders(string folder, string instance)
{
    /// <summary>As <c>deploy/backup.sh</c> names what is not complete.</summary>
    private const string Partial = ".partial-";

    /// <summary>What this instance's backups are known by; made once, kept in a file.</summary>
    public static string InstanceId(string file)
    {
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept)
            return kept;
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        File.WriteAllText(file, made);
        return made;
    }

    public string PathOf(BackupFolder backup) => Path.Combine(folder, backup.Name);

    public BackupFolder At(DateTimeOffset at) => BackupFolder.Of(at, instance);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<BackupFolder> All() =>
    [
        .. Subfolders().Select(name => BackupFolder.TryRead(name, instance)).OfType<BackupFolder>().OrderByDescending(one => one.At),
    ];

    /// <param name="now">Those from the future were made by a clock that was ahead.</param>
    public BackupFolder? Newest(DateTimeOffset now) => All().FirstOrDefault(one => one.At <= now);

    public static (int Files, long Bytes) Size(string path)
    {
        var files = new DirectoryInfo(path).GetFiles();
        return (files.Count(file => file.Name != "SHA256SUMS"), files.Sum(file => file.Length));
    }

    /// <param name="lastBytes">Size of the last one; null where there is none to go by.</param>
    public static long RoomNeeded(long? lastBytes) => lastBytes is { } bytes ? bytes * 3 / 2 : 1024L * 1024 * 1024;

    public long FreeBytes() => new DriveInfo(folder).AvailableFreeSpace;

    public void Remove(BackupFolder backup)
    {
        // First its name: half of a backup must not count as one.
        var aside = Path.Combine(folder, Partial + backup.Name);
        Directory.Move(PathOf(backup), aside);
        Directory.Delete(aside, recursive: true);
    }

    /// <summary>What a killed script left, or a removal that did not come to its end.</summary>
    public void RemovePartials()
    {
        foreach (var name in Subfolders().Where(name => name.StartsWith(Partial, StringComparison.Ordinal) && BackupFolder.TryRead(name[Partial.Length..], instance) is not null))
            Directory.Delete(Path.Combine(folder, name), recursive: true);
    }

    private IEnumerable<string> Subfolders() =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).GetDirectories().Where(one => one.LinkTarget is null).Select(one => one.Name) : [];
}
