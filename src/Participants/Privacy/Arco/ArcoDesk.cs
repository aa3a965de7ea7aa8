using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Registrations;

namespace OpenGov.Participants.Privacy.Arco;

/// <summary>What the handlers share: the clock, numbers, history, and the mails that go with each act.</summary>
public sealed class ArcoDesk(ParticipantsDb db, LegalProfileInForce rules, PersonalMails mails, StaffMails staff)
{
    /// <summary>For what begins now, and for lists.</summary>
    public async Task<ArcoClock> ClockAsync(CancellationToken cancellationToken)
    {
        var today = await rules.TodayAsync(cancellationToken);
        var terms = await TermsAsync(db.Now, cancellationToken);
        return new ArcoClock(today, await rules.CalendarAsync(today, cancellationToken), terms, terms.WarnDays);
    }

    /// <summary>For a request that was received: its terms stay what they were then.</summary>
    public async Task<ArcoClock> ClockAsync(ArcoRequest row, CancellationToken cancellationToken) => new(
        await rules.TodayAsync(cancellationToken), await rules.CalendarAsync(row.ReceivedOn, cancellationToken), await TermsAsync(row.ReceivedAt, cancellationToken),
        (await TermsAsync(db.Now, cancellationToken)).WarnDays);

    private async Task<PrivacyTerms> TermsAsync(DateTimeOffset moment, CancellationToken cancellationToken) =>
        (await rules.AtAsync(moment, cancellationToken))?.Parameters.Privacy ?? new PrivacyTerms();

    /// <summary>Under <see cref="RuleLock.ArcoFolios"/>: folios of a year have no gaps and no doubles.</summary>
    public async Task<int> NextNumberAsync(int year, CancellationToken cancellationToken) =>
        (await db.ArcoRequests.Where(row => row.Year == year).MaxAsync(row => (int?)row.Number, cancellationToken) ?? 0) + 1;

    public async Task<ArcoView> ViewAsync(ArcoRequest row, CancellationToken cancellationToken)
    {
        var acts = await db.Set<ServiceDefaults.Data.AuditEntry>().Where(entry => entry.SubjectId == row.Id).OrderBy(entry => entry.At)
            .Select(entry => new { entry.At, entry.Action, entry.AccountId }).ToListAsync(cancellationToken);
        var person = row.PersonId is not { } id
            ? null
            : await db.Accounts.Where(account => account.Id == id && account.ErasedAt == null).Select(account => new { account.DisplayName, account.Email, Assisted = db.Registrations.Any(one => one.AccountId == id && one.Channel == RegistrationChannel.Assisted) })
                .SingleOrDefaultAsync(cancellationToken);
        var beside = row is { RightAsked: ArcoRight.Cancellation, ClosedOn: null, PersonId: { } whose }
            ? (await db.ArcoRequests.AsNoTracking().Where(one => one.PersonId == whose && one.ClosedOn == null && one.Id != row.Id).OrderBy(one => one.ReceivedAt).ToListAsync(cancellationToken))
                .FindAll(one => one.EndsByErasure).ConvertAll(one => new ArcoBeside(one.Id, one.Folio, one.RightAsked, one.State, one.Due))
            : [];
        var endedBy = row.EndedBy is null ? null : await db.ArcoRequests.Where(one => one.Id == row.EndedBy).Select(one => one.Folio).SingleAsync(cancellationToken);
        return ArcoView.Of(
            row, await ClockAsync(cancellationToken),
            acts.ConvertAll(act => new ArcoAct(act.At, act.Action, row.PersonId is not null && act.AccountId == row.PersonId)),
            await ErasureView.OfRequestAsync(db, row, cancellationToken),
            person is null ? null : new ArcoPerson(person.DisplayName, EmailAddress.IsNone(person.Email!) ? null : person.Email, person.Assisted), beside, endedBy);
    }

    /// <summary>Tells the person that there is news; the text itself waits behind their sign-in.</summary>
    public async Task TellAsync(ArcoRequest row, string kind, CancellationToken cancellationToken)
    {
        if (row.PersonId is { } person && await db.Accounts.Where(account => account.Id == person && account.ErasedAt == null).Select(account => account.Email).SingleOrDefaultAsync(cancellationToken) is { } address)
            mails.Request(person, address, kind, PersonalMails.KeepNews, $"/cuenta/derechos/{row.Id}", [row.Folio]);
    }

    /// <summary>Who answers requests, by their posts now.</summary>
    public async Task RemindStaffAsync(ArcoRequest row, ArcoReminder reminder, CancellationToken cancellationToken)
    {
        string[] values = [row.Folio, row.Due!.Value.ToString("O", System.Globalization.CultureInfo.InvariantCulture)];
        await staff.TellPostsAsync([StaffRole.ExecutiveSecretary, StaffRole.Administrator], reminder == ArcoReminder.Overdue ? PersonalMailKinds.ArcoOverdue : PersonalMailKinds.ArcoDue, $"/administracion/derechos/{row.Id}", values, cancellationToken);
    }
}
