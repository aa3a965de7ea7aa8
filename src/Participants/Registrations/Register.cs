using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="DisplayName">Name or pseudonym, at most 120 characters.</param>
/// <param name="Municipality">By name, at most 100 characters.</param>
/// <param name="Organisation">Missing for somebody who takes part as a citizen.</param>
/// <param name="Post">The person's post in the organisation, at most 120 characters.</param>
/// <param name="PrivacyNoticeId">The notice that the form showed: the one in force (INV-50).</param>
/// <param name="Marks">What the form brought with it, see <see cref="RegistrationGuard"/>.</param>
public sealed record RegisterRequest(
    string? DisplayName, string? Email, string? Municipality, OrganisationRequest? Organisation, string? Post, Guid? PrivacyNoticeId,
    FormMarks? Marks = null);

/// <param name="Stamp">To be sent with the form, once.</param>
public sealed record RegistrationFormStamp(string Stamp);

/// <summary>
/// Self-registration. It writes to an address that nobody proved: so the answer is the same whoever uses the address, no
/// password or consent is asked for until the mail's link was opened (whoever types a stranger's address leaves nothing that opens
/// anything), and what is not confirmed is forgotten.
/// </summary>
public static class Register
{
    private const string Form = "registration";

    public static Ok<RegistrationFormStamp> Stamp(FormStamps stamps, TimeProvider clock) => TypedResults.Ok(new RegistrationFormStamp(stamps.Issue(Form, clock.GetUtcNow())));

    public static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        RegisterRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, LegalProfileInForce profile, NoticeInForce notices,
        RegistrationGuard guard, AccountLinks links, PersonalMails mails, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var name = PersonName.Read(fields, "displayName", request.DisplayName);
        var email = fields.From(EmailAddress.Read("email", request.Email));
        var read = await RegistrationFields.ReadAsync(
            new RegistrationInput(request.Municipality, request.Organisation, request.Post, request.PrivacyNoticeId, default), fields, db, profile, notices, cancellationToken);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var form = read!;

        var judged = await guard.JudgeAsync(http, Form, request.Marks ?? new FormMarks(null, null), EmailAddress.Normalize(email!), cancellationToken);
        if (judged.IsRefused)
            return http.Problem(judged);
        if (judged.Value == Judgement.Pretend)
            return TypedResults.Accepted((string?)null);
        if (await RegistrationFields.CheckDuplicatesAsync(db, form, isNoOther: true, toStaff: false, cancellationToken) is { IsRefused: true } duplicate)
            return http.Problem(duplicate);

        await using var work = await db.BeginAsync(cancellationToken);
        // Two registrations of one address at once: the second finds the first.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({EmailAddress.Normalize(email!)}, {RegistrationLock}))", cancellationToken);
        var account = await accounts.FindByEmailAsync(email!);
        if (account is { PasswordHash: not null })
        {
            mails.Request(account.Id, account.Email!, PersonalMailKinds.AlreadyRegistered, PersonalMails.KeepNews, "/cuenta/entrar");
            db.Audit(null, "registration_repeated", "account", account.Id);
            await db.SaveChangesAsync(cancellationToken);
            await work.CommitAsync(cancellationToken);
            return TypedResults.Accepted((string?)null);
        }

        var held = judged.Value == Judgement.Review;
        var pending = account is null
            ? null
            : await db.Registrations.SingleOrDefaultAsync(row => row.AccountId == account.Id && row.State == RegistrationState.Unconfirmed, cancellationToken);
        var isNew = account is null;
        if (account is null)
        {
            // Its address is free, under the lock: Identity's CreateAsync would ask once more.
            account = new Account(email!, name!, db.Now);
            await accounts.UpdateNormalizedEmailAsync(account);
            db.Add(account);
        }
        else if (pending is not null && await IsOnlyHereAsync(db, account.Id, cancellationToken))
        {
            if (account.Rename(name!) is { IsRefused: true } erased)
                return http.Problem(erased);
        }

        if (pending is null)
            db.Add(pending = Registration.Of(account.Id, form, held, db.Now));
        else
            pending.Replace(form, held, db.Now);
        var token = isNew ? links.IssueFirst(account.Id, LinkPurpose.ConfirmAddress) : await links.IssueAsync(account.Id, LinkPurpose.ConfirmAddress, null, cancellationToken);
        mails.Request(account.Id, email!, PersonalMailKinds.ConfirmAddress, AccountLink.LifetimeOf(LinkPurpose.ConfirmAddress), $"/participa/confirmar/{token}");
        db.Audit(null, "registered", "registration", pending.Id);
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>Nobody else wrote the name down: neither staff who registered or invited the person, nor a representative.</summary>
    private static async Task<bool> IsOnlyHereAsync(ParticipantsDb db, Guid account, CancellationToken cancellationToken) =>
        !await db.Registrations.AnyAsync(row => row.AccountId == account && row.State != RegistrationState.Unconfirmed, cancellationToken)
        && !await db.Invitations.AnyAsync(row => row.AccountId == account, cancellationToken)
        && !await db.RepresentativeInvitations.AnyAsync(row => row.AccountId == account, cancellationToken);

    /// <summary>Seed of the locks on addresses; any number that no other lock uses.</summary>
    private const long RegistrationLock = 0x70617274_00000101;
}
