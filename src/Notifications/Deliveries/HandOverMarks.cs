using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using OpenGov.ServiceDefaults.Operation;

namespace OpenGov.Notifications.Deliveries;

/// <summary>What became of a mail whose worker stored HANDED_OVER and then said no more.</summary>
internal enum HandOver
{
    /// <summary>Its process is gone and had not begun to send the last line.</summary>
    NotSent,

    /// <summary>Its process is gone and had begun to send the last line, or the machine went down with it and nobody can tell.</summary>
    MaybeSent,

    /// <summary>Its process lives, or ran on another machine.</summary>
    Unknown,
}

/// <summary>
/// A witness of the moment between the stored intent and a message's last line, which may last long on a busy machine. Each
/// sender writes into its slot, in a file mapped into memory, which mail's last line goes out next: no system call, and the
/// kernel keeps what was written when the process is killed. The process holds a lock on its file for as long as it lives.
/// <para>What the kernel had not yet put on the disk is lost when the machine goes down, the last marks first: so the file also says
/// in which run of the machine it was written, and one of an earlier run proves nothing.</para>
/// </summary>
internal sealed class HandOverMarks : IDisposable
{
    private const int IdSize = 16;
    private const int SlotSize = 2 * IdSize;

    /// <summary>The run of the machine, before the slots.</summary>
    private const int HeaderSize = IdSize;

    /// <summary>As many as <see cref="DeliveryWorker"/> may have senders.</summary>
    private const int Slots = 64;

    private const int FileSize = HeaderSize + (Slots * SlotSize);

    private static readonly Guid RunOfTheMachine = ReadRunOfTheMachine();

    private readonly string folder;
    private readonly FileStream? held;
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? marks;

    public HandOverMarks(IConfiguration configuration, TimeProvider clock, ILogger<HandOverMarks> log)
    {
        folder = configuration["Notifications:Marks"] ?? Path.Combine(Path.GetTempPath(), $"opengov-mail-{Environment.UserName}");
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            RemoveOld(clock.GetUtcNow() - TimeSpan.FromDays(1));
            held = new FileStream(PathOf(Worker), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            // Written and not only made longer: on a full disk this fails here, where it is handled, and not later as a signal that
            // ends the process at its first mark.
            held.Write(NewFile());
            held.Flush(flushToDisk: true);
            file = MemoryMappedFile.CreateFromFile(held, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            marks = file.CreateViewAccessor();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then the end of a killed process's mails is not known, and an operator decides (UNCONFIRMED). A file into which nothing is
            // marked would say that nothing was sent.
            marks = null;
            file?.Dispose();
            if (held is not null)
            {
                File.Delete(PathOf(Worker));
                held.Dispose();
            }

            log.LogWarning("Cannot keep marks of mails that are handed over: {Reason}", FailureText.Of(exception));
        }
    }

    /// <summary>This process, as rows of the queue name it.</summary>
    public Guid Worker { get; } = Guid.CreateVersion7();

    /// <summary>The last line of this mail is the next thing that this sender writes.</summary>
    public void Mark(int sender, ClaimedDelivery delivery)
    {
        if (marks is null)
            return;
        var (lease, id) = (delivery.Lease, delivery.Id);
        var slot = HeaderSize + (sender * SlotSize);
        marks.Write(slot, ref lease);
        marks.Write(slot + IdSize, ref id);
        Thread.MemoryBarrier();
    }

    public HandOver Find(Guid worker, Guid lease, Guid delivery)
    {
        if (worker == Worker || !File.Exists(PathOf(worker)))
            return HandOver.Unknown;
        try
        {
            using var other = new FileStream(PathOf(worker), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var bytes = new byte[FileSize];
            other.ReadExactly(bytes);
            var run = MemoryMarshal.Read<Guid>(bytes);
            if (run == Guid.Empty || run != RunOfTheMachine)
                return HandOver.MaybeSent;
            var ids = MemoryMarshal.Cast<byte, Guid>(bytes.AsSpan(HeaderSize));
            for (var slot = 0; slot < Slots; slot++)
            {
                if (ids[2 * slot] == lease && ids[(2 * slot) + 1] == delivery)
                    return HandOver.MaybeSent;
            }

            return HandOver.NotSent;
        }
        catch (IOException)
        {
            // Locked: the process lives. Too short: it died before it sent anything, or the machine before it stored the file; left to time.
            return HandOver.Unknown;
        }
    }

    public void Dispose()
    {
        marks?.Dispose();
        file?.Dispose();
        held?.Dispose();
    }

    private static byte[] NewFile()
    {
        var bytes = new byte[FileSize];
        RunOfTheMachine.TryWriteBytes(bytes);
        return bytes;
    }

    /// <summary>The kernel's, another at each start of the machine. Empty where there is none: then no file proves that nothing was sent.</summary>
    private static Guid ReadRunOfTheMachine()
    {
        try
        {
            return Guid.TryParse(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), out var run) ? run : Guid.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Guid.Empty;
        }
    }

    private string PathOf(Guid worker) => Path.Combine(folder, worker.ToString("N", CultureInfo.InvariantCulture));

    /// <summary>After a day nobody asks for those of processes that are gone.</summary>
    private void RemoveOld(DateTimeOffset before)
    {
        foreach (var old in new DirectoryInfo(folder).GetFiles().Where(old => old.LastWriteTimeUtc < before.UtcDateTime))
        {
            try
            {
                using var other = new FileStream(old.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                old.Delete();
            }
            catch (IOException)
            {
                // Its process lives.
            }
        }
    }
}
