using System.Globalization;
using System.Runtime.InteropServices;

namespace OpenGov.AppHost.Native;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2, Kill = 9, Terminate = 15;

    public static bool IsRoot { get; } = GetEffectiveUserId() == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int ChangeOwner(string path, uint owner, uint group);

    public static void Signal(int processId, int signal) => _ = SendSignal(processId, signal);

    /// <summary>Every child leads a group of its own, so this reaches what it started too.</summary>
    public static void SignalGroup(int leader, int signal) => _ = SendSignal(-leader, signal);

    public static void Give(string path, Account? account)
    {
        if (account is not null && ChangeOwner(path, account.UserId, account.GroupId) != 0)
            throw new IOException($"{path} cannot be given to {account.Name}: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>
    /// When a process started, in clock ticks since this boot: with its id it names a process for good, because ids are used again.
    /// Null when there is no such process, or only its unreaped remains.
    /// </summary>
    public static string? StartTime(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>A program on the path, in the places where Debian puts servers, or given by its file.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program) ? program : null;
        var places = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
        return places.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);
    }
}

/// <summary>An account of this machine that a server runs under when the AppHost runs as root.</summary>
internal sealed record Account(string Name, uint UserId, uint GroupId)
{
    /// <summary>The first of these accounts that exists; null when the AppHost is no root itself and cannot change accounts.</summary>
    public static Account? FirstOf(params ReadOnlySpan<string> names)
    {
        if (!Posix.IsRoot)
            return null;
        foreach (var name in names)
        {
            if (Array.Find(File.ReadAllLines("/etc/passwd"), l => l.StartsWith(name + ':', StringComparison.Ordinal))?.Split(':') is [_, _, var uid, var gid, ..])
                return new Account(name, uint.Parse(uid, CultureInfo.InvariantCulture), uint.Parse(gid, CultureInfo.InvariantCulture));
        }
        return null;
    }
}
