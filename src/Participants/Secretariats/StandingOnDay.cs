using OpenGov.Contracts.Participants.V1;

namespace OpenGov.Participants.Secretariats;

/// <param name="State">Of that day; of days that are still to come, today's.</param>
/// <param name="SuspendedOn">Since when it was suspended on that day.</param>
/// <param name="Mechanism">In force that day; null before the first.</param>
public sealed record StandingOnDay(SecretariatState State, DateOnly? SuspendedOn, GovernanceMechanism? Mechanism)
{
    /// <summary>
    /// How a secretariat stood on a day that is over: whoever looks up its integration of then must not read today's state and rules beside it. Suspensions that ended before they were
    /// kept are not known.
    /// </summary>
    public static StandingOnDay Of(Secretariat secretariat, DateOnly on, DateOnly today)
    {
        if (on >= today)
            return new StandingOnDay(secretariat.State, secretariat.SuspendedOn, secretariat.Mechanism);
        // An installation of before the instance approved a text that was written down here later.
        var mechanism = secretariat.Mechanisms.Where(row => row.WrittenOn <= on).MaxBy(row => row.Number);
        if (secretariat.InstalledOn is not { } installed || on < installed)
            return new StandingOnDay(SecretariatState.Integrating, null, mechanism);
        mechanism ??= secretariat.Mechanisms.SingleOrDefault(row => row.Id == secretariat.InstalledWith);
        var going = secretariat.Suspensions.Where(row => row.SuspendedOn <= on && (row.ReturnedOn is not { } back || on < back)).ToList();
        return going.Count > 0
            ? new StandingOnDay(SecretariatState.Suspended, going.Min(row => row.SuspendedOn), mechanism)
            : new StandingOnDay(SecretariatState.Installed, null, mechanism);
    }
}
