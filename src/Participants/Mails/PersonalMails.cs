using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Mails;

/// <summary>Asks Notifications to write to one person; this service sends no mail itself.</summary>
public sealed class PersonalMails(ParticipantsDb db, InstanceKey key)
{
    /// <summary>For mails without a link: after a week of a mail server that is away, the news is old.</summary>
    public static readonly TimeSpan KeepNews = TimeSpan.FromDays(7);

    /// <summary>Adds the mail to the unit of work, in the language of the request unless <paramref name="language"/> is given.</summary>
    /// <param name="subject">Account or person: whose erasure erases the mail.</param>
    /// <param name="kind">One of <see cref="PersonalMailKinds"/>.</param>
    /// <param name="validFor">How long the link works; the mail is not sent after it.</param>
    public void Request(
        Guid subject, string recipient, string kind, TimeSpan validFor, string? path = null, IReadOnlyList<string>? values = null, string? quote = null, string? language = null)
    {
        if (EmailAddress.IsNone(recipient))
            return;
        var content = new PersonalMailContent(
            recipient, kind, language ?? (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? "en" : "es"), path, values, quote);
        db.Record(new PersonalMailRequestedV1(Guid.CreateVersion7(), 1, subject, db.Now + validFor, Convert.ToBase64String(key.SealMail(content))));
    }

    /// <summary>Erases what is asked for and not yet expired of one account or person, as part of the running transaction.</summary>
    public static Task<int> EraseOfAsync(ParticipantsDb db, Guid subject, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update event_log set payload = null, erased_at = {db.Now}
        where personal and payload is not null and type = {TypeName} and payload ->> 'subjectId' = {subject.ToString()}
        """, cancellationToken);

    /// <summary>Erases the payloads whose time is over: they were delivered or never will be.</summary>
    public static Task<int> EraseExpiredAsync(ParticipantsDb db, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        update event_log set payload = null, erased_at = {db.Now}
        where personal and payload is not null and type = {TypeName} and (payload ->> 'expiresAt')::timestamptz < {db.Now}
        """, cancellationToken);

    private static string TypeName => EventTypes.NameOf(typeof(PersonalMailRequestedV1));
}
