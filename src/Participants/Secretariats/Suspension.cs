using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

/// <summary>Why a secretariat is suspended (SPEC §2.2, SX).</summary>
public enum SuspensionCause
{
    /// <summary>A sector has nobody (INV-08); it returns by itself once there is somebody.</summary>
    Composition,

    /// <summary>It resolved so itself, and returns by another resolution.</summary>
    Resolution,
}

/// <summary>A time for which a secretariat was suspended, and why; never overwritten. Both causes can go on at once.</summary>
public sealed class Suspension
{
    private Suspension()
    {
    }

    public Guid Id { get; private init; }
    public Guid SecretariatId { get; private init; }
    public SuspensionCause Cause { get; private init; }
    public DateOnly SuspendedOn { get; private init; }

    /// <summary>When it began; empty where a resolution is the cause.</summary>
    public IReadOnlyList<Sector> MissingSectors { get; private init; } = [];

    /// <summary>The resolution that is the cause; its text says the reason.</summary>
    public Guid? ResolutionId { get; private init; }

    public DateOnly? ReturnedOn { get; private set; }

    /// <summary>The resolution that ended it, where one had begun it.</summary>
    public Guid? ReturnResolutionId { get; private set; }

    public bool GoesOn => ReturnedOn is null;

    internal static Suspension ForWantOf(Guid secretariat, IReadOnlyList<Sector> missing, DateOnly today) =>
        new() { Id = Guid.CreateVersion7(), SecretariatId = secretariat, Cause = SuspensionCause.Composition, SuspendedOn = today, MissingSectors = missing };

    internal static Suspension By(Resolution resolution, DateOnly today) =>
        new() { Id = Guid.CreateVersion7(), SecretariatId = resolution.SecretariatId, Cause = SuspensionCause.Resolution, SuspendedOn = today, ResolutionId = resolution.Id };

    internal void End(DateOnly today, Guid? resolution) => (ReturnedOn, ReturnResolutionId) = (today, resolution);

    /// <summary>SHA-256, lower-case hex: how a secretariat stands after so many suspensions by resolution.</summary>
    internal static string StandingOf(Guid secretariat, int resolved, bool suspended) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { secretariat, suspensions = resolved, suspended }, ContractsJson.Options))));
}
