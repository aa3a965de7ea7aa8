using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpenGov.ServiceDefaults.Security;

public enum FormAge
{
    /// <summary>Not made by this instance, or for another form.</summary>
    Invalid,

    /// <summary>Sent faster than anybody types.</summary>
    TooNew,

    Good,
    TooOld,
}

/// <summary>
/// When a public form was shown, signed, as a hidden field: who fills a form in less than three seconds is a program, and a stamp
/// is good for one registration. No cookie, no JavaScript, nothing stored when a form is shown.
/// </summary>
public sealed class FormStamps(InstanceKey key)
{
    /// <summary>A browser fills in fields by itself; pressing the button after reading the notice still takes longer.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    /// <summary>A form left open over the working day.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int NonceSize = 12;
    private const int MarkSize = NonceSize + sizeof(long);
    private readonly byte[] signingKey = key.Derive("form stamps");

    public string Issue(string form, DateTimeOffset now)
    {
        var stamp = new byte[MarkSize + HMACSHA256.HashSizeInBytes];
        RandomNumberGenerator.Fill(stamp.AsSpan(0, NonceSize));
        BinaryPrimitives.WriteInt64BigEndian(stamp.AsSpan(NonceSize), now.ToUnixTimeMilliseconds());
        Sign(form, stamp.AsSpan(0, MarkSize)).CopyTo(stamp.AsSpan(MarkSize));
        return Base64Url.EncodeToString(stamp);
    }

    public FormAge Read(string form, string? given, DateTimeOffset now)
    {
        var stamp = new byte[MarkSize + HMACSHA256.HashSizeInBytes];
        if (given is null || given.Length != Base64Url.GetEncodedLength(stamp.Length)
            || Base64Url.DecodeFromChars(given, stamp, out _, out var written) != OperationStatus.Done || written != stamp.Length
            || !CryptographicOperations.FixedTimeEquals(Sign(form, stamp.AsSpan(0, MarkSize)), stamp.AsSpan(MarkSize)))
        {
            return FormAge.Invalid;
        }

        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(stamp.AsSpan(NonceSize)));
        return age < Shortest ? FormAge.TooNew : age < Lifetime ? FormAge.Good : FormAge.TooOld;
    }

    private byte[] Sign(string form, ReadOnlySpan<byte> mark) =>
        HMACSHA256.HashData(signingKey, (byte[])[.. mark, .. Encoding.UTF8.GetBytes(form)]);
}
