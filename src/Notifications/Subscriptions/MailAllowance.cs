namespace OpenGov.Notifications.Subscriptions;

/// <summary>
/// How many mails a stranger can make us send to an address by asking to follow: one for each commitment in ten minutes, so
/// that an impatient second click does no harm, and ten in a day, so that nobody's mailbox is filled in our name.
/// </summary>
public static class MailAllowance
{
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);
    public const int PerWindow = 10;

    /// <param name="earlier">Mails asked for the same address within <see cref="Window"/>.</param>
    public static bool Permits(IReadOnlyCollection<SolicitedMail> earlier, Guid commitment, DateTimeOffset now) =>
        earlier.Count(mail => mail.At > now - Window) < PerWindow
        && !earlier.Any(mail => mail.CommitmentId == commitment && mail.At > now - Pause);
}
