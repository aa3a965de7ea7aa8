using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OpenGov.Gateway.Caching;

internal enum Coding
{
    Identity,
    Gzip,
    Brotli,
}

/// <summary>The encodings of kept answers, and which of them a caller is given.</summary>
internal static class Encodings
{
    /// <summary>Made once for all readers: better than what is made for one, and still milliseconds.</summary>
    private const int BrotliQuality = 5;

    private const int BrotliWindow = 22;
    private static readonly HeaderMemory<Coding> Remembered = new(Parse);

    public static string NameOf(Coding coding) => coding == Coding.Brotli ? "br" : "gzip";

    public static Coding Best(StringValues accepted) => accepted.Count == 0 ? Coding.Identity : Remembered.Of(accepted);

    public static byte[] Encode(byte[] body, Coding coding)
    {
        if (coding == Coding.Brotli)
        {
            var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(body.Length)];
            if (BrotliEncoder.TryCompress(body, buffer, out var length, BrotliQuality, BrotliWindow))
                return buffer[..length];
        }

        using var encoded = new MemoryStream(body.Length / 3);
        using (var stream = coding == Coding.Brotli ? (Stream)new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(encoded, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(body);
        return encoded.ToArray();
    }

    /// <summary>The highest quality wins, brotli before gzip before nothing, as for answers that are not kept.</summary>
    private static Coding Parse(string text)
    {
        if (!StringWithQualityHeaderValue.TryParseList([text], out var all) || all.Count == 0)
            return Coding.Identity;
        double Quality(string name, double otherwise) => all.FirstOrDefault(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } one ? one.Quality ?? 1 : otherwise;
        var any = Quality("*", 0);
        var (brotli, gzip, identity) = (Quality("br", any), Quality("gzip", any), Quality("identity", 0));
        if (brotli > 0 && brotli >= gzip && brotli >= identity)
            return Coding.Brotli;
        return gzip > 0 && gzip >= identity ? Coding.Gzip : Coding.Identity;
    }
}
