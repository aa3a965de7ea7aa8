namespace OpenGov.Notifications.Deliveries;

/// <summary>
/// When a mail that the server did not take is tried again. Short steps first for a greylisting server (a minute is the usual
/// wait), long ones at the end for a full mailbox or a server under repair over a night; after the last step it has failed.
/// </summary>
public static class RetryLadder
{
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(24),
    ];

    /// <param name="attempts">Attempts made so far, 1 after the first.</param>
    /// <returns>The wait until the next attempt, or null where there is none.</returns>
    public static TimeSpan? After(int attempts) => attempts <= Steps.Length ? Steps[Math.Max(attempts, 1) - 1] : null;

    /// <summary>
    /// The same for a failure for which a mail must never fail: its wait grows as that of any other, and stays below the last step, which is
    /// left to a refusal of the mail itself.
    /// </summary>
    /// <param name="attempts">Attempts before this one.</param>
    public static (int Attempts, TimeSpan Wait) WithoutEnd(int attempts)
    {
        var made = Math.Clamp(attempts + 1, 1, Math.Max(Steps.Length - 1, attempts));
        return (made, Steps[Math.Min(made, Steps.Length) - 1]);
    }
}
