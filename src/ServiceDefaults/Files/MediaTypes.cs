using System.Text;
using System.Text.Unicode;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ServiceDefaults.Files;

/// <summary>
/// What a file is by its first bytes, whatever its sender says. Only for display: files are always downloaded as attachments
/// that no browser may sniff or run.
/// </summary>
public static class MediaTypes
{
    public const string Unknown = "application/octet-stream";
    public const string OpenDocument = "application/vnd.oasis.opendocument";
    public const string WordDocument = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private static readonly (byte[] Signature, string MediaType)[] Known =
    [
        ("%PDF-"u8.ToArray(), "application/pdf"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ("GIF8"u8.ToArray(), "image/gif"),
        ([(byte)'P', (byte)'K', 3, 4], "application/zip"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "application/x-ole-storage"),
    ];

    public static string Of(ReadOnlySpan<byte> start)
    {
        foreach (var (signature, mediaType) in Known)
        {
            if (start.StartsWith(signature))
                return mediaType == "application/zip" ? OfficeOrZip(start) : mediaType;
        }

        if (start.Length >= 12 && start[..4].SequenceEqual("RIFF"u8) && start[8..12].SequenceEqual("WEBP"u8))
            return "image/webp";
        if (start.Length >= 12 && start[4..8].SequenceEqual("ftyp"u8))
            return "video/mp4";
        return IsText(start) ? "text/plain" : Unknown;
    }

    /// <summary>Office documents are archives whose first entries give them away.</summary>
    private static string OfficeOrZip(ReadOnlySpan<byte> start)
    {
        if (start.IndexOf("mimetypeapplication/vnd.oasis.opendocument."u8) is >= 0 and < 64)
            return OpenDocument;
        if (start.IndexOf("word/"u8) >= 0)
            return WordDocument;
        if (start.IndexOf("xl/"u8) >= 0)
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return start.IndexOf("ppt/"u8) >= 0 ? "application/vnd.openxmlformats-officedocument.presentationml.presentation" : "application/zip";
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        // The chunk may end inside a character.
        var whole = start;
        for (var cut = 0; cut < 3 && !Utf8.IsValid(whole); cut++)
            whole = whole[..^1];
        return Utf8.IsValid(whole) && !Encoding.UTF8.GetString(whole).AsSpan().ContainsAny(UnwantedCharacters.All);
    }
}

public static class FileNames
{
    /// <returns>The last part of the name, safe in a header and a file system; null where nothing usable is left.</returns>
    public static string? Clean(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 1000 || UnwantedCharacters.AreIn(name))
            return null;
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim().TrimStart('.');
        return name.Length is >= 1 and <= 200 && name.IndexOfAny(['"', '<', '>', '|', ':', '*', '?']) < 0 && !name.AsSpan().ContainsAny('\r', '\n', '\t') ? name : null;
    }
}
