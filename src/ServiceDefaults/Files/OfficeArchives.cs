using System.Buffers.Binary;
using System.Text;

namespace OpenGov.ServiceDefaults.Files;

/// <summary>
/// Looks at the directory of a text document that is a zip archive (ODT, DOCX), without unpacking anything: whoever opens it must not unpack
/// gigabytes, run a macro, or write outside of a folder. An archive that says one thing in its directory and another in its entries is
/// not found out here; programs that read it go by the directory.
/// </summary>
public static class OfficeArchives
{
    /// <summary>A long document with many pictures has some hundreds.</summary>
    private const int MaxEntries = 2_000;

    private const int MaxDirectory = 1024 * 1024;

    /// <summary>Eight times the largest upload: text shrinks to a tenth, pictures hardly.</summary>
    private const long MaxUnpacked = 200L * 1024 * 1024;

    private const int EndLength = 22;
    private const int EntryLength = 46;

    /// <param name="size">Bytes of the whole.</param>
    /// <param name="read">Bytes from an offset, at most so many.</param>
    public static async Task<bool> IsSoundAsync(string mediaType, long size, Func<long, int, Task<byte[]>> read)
    {
        // The end record stands last, before a comment of at most 64 KB.
        var tailAt = Math.Max(0, size - EndLength - ushort.MaxValue);
        var tail = await read(tailAt, (int)(size - tailAt));
        var end = FindEnd(tail);
        if (end < 0)
            return false;
        var (count, length, offset) = (BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)), BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12)), BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16)));
        // Nothing before, between or after: a file that is two things at once is opened as either.
        if (count is 0 or > MaxEntries || length > MaxDirectory || offset + length != tailAt + end)
            return false;
        var directory = await read(offset, (int)length);
        if (Entries(directory, count) is not { } names)
            return false;
        var start = Encoding.ASCII.GetString(await read(0, 128));
        return mediaType == MediaTypes.OpenDocument
            ? start.Contains("mimetypeapplication/vnd.oasis.opendocument.text", StringComparison.Ordinal) && names.Contains("content.xml")
            : names.Contains("[Content_Types].xml") && names.Contains("word/document.xml");
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == 0x06054b50 && at + EndLength + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length)
                return at;
        }

        return -1;
    }

    /// <returns>Names of the entries; null where one of them is out of order.</returns>
    private static HashSet<string>? Entries(ReadOnlySpan<byte> directory, int count)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        long unpacked = 0;
        for (var at = 0; ; count--)
        {
            if (count == 0)
                return at == directory.Length ? names : null;
            if (at + EntryLength > directory.Length || BinaryPrimitives.ReadUInt32LittleEndian(directory[at..]) != 0x02014b50)
                return null;
            var entry = directory[at..];
            var isEncrypted = (BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]) & 1) != 0;
            // Stored or deflated; larger than 4 GB stands elsewhere and is too large anyway.
            var method = BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]);
            unpacked += BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
            at += EntryLength + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            if (isEncrypted || method is not (0 or 8) || unpacked > MaxUnpacked || at > directory.Length)
                return null;
            var name = Encoding.UTF8.GetString(entry.Slice(EntryLength, nameLength));
            if (LeadsOut(name) || IsMacro(name) || !names.Add(name))
                return null;
        }
    }

    private static bool LeadsOut(string name) =>
        name.Length == 0 || name[0] == '/' || name.AsSpan().ContainsAny('\\', ':', '\0') || Array.Exists(name.Split('/'), part => part == "..");

    private static bool IsMacro(string name) =>
        name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Basic/", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Scripts/", StringComparison.OrdinalIgnoreCase);
}
