using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.ServiceDefaults.Security;

/// <summary>How address and text of a personal mail travel from the service that asks for it to the one that sends it.</summary>
public static class PersonalMailSeal
{
    private const string Purpose = "personal mail";

    public static byte[] SealMail(this InstanceKey key, PersonalMailContent content) =>
        key.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(content, ContractsJson.Options));

    /// <exception cref="System.Security.Cryptography.CryptographicException">Sealed by another instance, or damaged.</exception>
    public static PersonalMailContent OpenMail(this InstanceKey key, ReadOnlySpan<byte> content) =>
        JsonSerializer.Deserialize<PersonalMailContent>(key.Open(Purpose, content), ContractsJson.Options)!;
}
