using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.ServiceDefaults.Privacy;

/// <summary>
/// Lets one of the staff read what every service keeps of one person, for five minutes. Participants alone gives it, where a request of that person asks for
/// their data, and writes the look down; the other services know neither requests nor who may answer them.
/// </summary>
public static class ExportWarrant
{
    public const string Header = "OpenGov-Export-Warrant";

    private const string Purpose = "warrant to read a person's data";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <param name="by">Who may read, and nobody else.</param>
    /// <param name="address">Of the person's account: what is followed with it is theirs too.</param>
    public static string Give(InstanceKey key, Guid by, Guid person, string address, DateTimeOffset now) =>
        Base64Url.EncodeToString(key.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(new Sealed(by, person, AddressFingerprint.Of(key, address), now + Lifetime))));

    /// <returns>Null where the warrant is another's, over, or none.</returns>
    internal static (Guid Person, byte[] AddressHash)? Read(InstanceKey key, Guid by, string? warrant, DateTimeOffset now)
    {
        try
        {
            return warrant is { Length: > 0 and < 1000 }
                && JsonSerializer.Deserialize<Sealed>(key.Open(Purpose, Base64Url.DecodeFromChars(warrant))) is { } given
                && given.By == by && given.Until > now
                    ? (given.Person, given.Hash)
                    : null;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private sealed record Sealed(Guid By, Guid Person, byte[] Hash, DateTimeOffset Until);
}
