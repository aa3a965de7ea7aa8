using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Http;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Protection;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Staffing;

/// <summary>A representative as the others of the organisation see them: by name, without the address.</summary>
/// <param name="InForce">False for those who were, and for those whose time is yet to come.</param>
public sealed record Representative(Guid MandateId, string DisplayName, DateTimeOffset From, DateTimeOffset? Until, bool InForce, bool IsMe);

/// <param name="Invited">Names, as they were typed, of those who have not answered yet (INV-51: no account tells a name here before its owner accepts).</param>
public sealed record OwnOrganisation(OrganisationView Organisation, IReadOnlyList<Representative> Representatives, IReadOnlyList<string> Invited);

/// <param name="DisplayName">What the person is called, at most 120 characters.</param>
/// <param name="MandateUntil">When the mandate ends, no later than the inviter's own; with it where it is missing.</param>
public sealed record InviteRepresentativeRequest(string? Email, string? DisplayName, DateTimeOffset? MandateUntil);

/// <summary>What a representative does for the own organisation. Whoever has no mandate in force finds nothing here.</summary>
public static class Representatives
{
    /// <summary>Each writes to an address that nobody proved.</summary>
    private static readonly Allowance OfOrganisation = new("invitations of organisation", 20, TimeSpan.FromDays(1));

    public static async Task<Results<Ok<OwnOrganisation>, ProblemHttpResult>> Read(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var me = http.RequireAccount().AccountId;
        if (await OrganisationOfAsync(db, me, id, cancellationToken) is not var (organisation, _))
            return http.Problem(Refusal.NotFound());
        var now = db.Now;
        var mandates = await (
            from mandate in db.Mandates.AsNoTracking()
            join account in db.Accounts.AsNoTracking() on mandate.AccountId equals account.Id
            where mandate.OrganisationId == id
            orderby mandate.Id descending
            select new { mandate, account.DisplayName }).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        var invited = await (
            from invitation in db.RepresentativeInvitations
            where invitation.OrganisationId == id && invitation.AcceptedAt == null && invitation.VoidedAt == null && invitation.ExpiresAt > now
                && db.Mandates.Any(mandate =>
                    mandate.AccountId == invitation.InvitedBy && mandate.OrganisationId == id && mandate.Term.From <= now
                    && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now))
            orderby invitation.Id
            select invitation.DisplayName).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new OwnOrganisation(
            OrganisationView.Of(organisation),
            [.. mandates.Select(row => new Representative(row.mandate.Id, row.DisplayName, row.mandate.Term.From, row.mandate.Term.End, row.mandate.Term.IsInForce(now), row.mandate.AccountId == me))],
            invited));
    }

    /// <summary>202 whether the address has an account or not: who invites learns nothing about other people's accounts.</summary>
    public static async Task<Results<Accepted, ProblemHttpResult>> Invite(
        Guid id, InviteRepresentativeRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, PersonalMails mails, Throttle throttle, CancellationToken cancellationToken)
    {
        var me = http.RequireAccount().AccountId;
        if (await OrganisationOfAsync(db, me, id, cancellationToken) is not var (organisation, mine))
            return http.Problem(Refusal.NotFound());
        if (organisation.SuccessorId is { } next)
            return http.Problem(Refusal.Rule("organisation_succeeded", null, await db.Organisations.Where(row => row.Id == next).Select(row => row.Name).SingleAsync(cancellationToken)));
        var fields = new Fields();
        var email = fields.From(EmailAddress.Read("email", request.Email));
        var name = PersonName.Read(fields, "displayName", request.DisplayName);
        var term = Term.Plan(from: null, request.MandateUntil, db.Now);
        foreach (var refusal in term.Refusals)
            fields.Refuse(refusal with { Field = "mandateUntil" });
        if (mine.Term.End is { } end && request.MandateUntil > end)
            fields.Refuse(Refusal.Invalid("mandateUntil", "mandate_until_after_own"));
        // One's own mandate is renewed by others.
        if (email is not null && await db.Accounts.AnyAsync(row => row.Id == me && row.NormalizedEmail == EmailAddress.Normalize(email), cancellationToken))
            fields.Refuse(Refusal.Invalid("email", "representative_is_you"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (await throttle.TakeAsync(OfOrganisation, id.ToString(), cancellationToken) is { IsOver: true } over)
            return Throttle.Refuse(http, over);

        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        var account = await accounts.FindByEmailAsync(email!);
        if (account is null)
        {
            account = new Account(email!, name!, db.Now);
            if (Refusals.Of(await accounts.CreateAsync(account)) is { IsRefused: true } refused)
                return http.Problem(refused);
        }

        var now = db.Now;
        await db.RepresentativeInvitations.Where(row => row.OrganisationId == id && row.AccountId == account.Id && row.AcceptedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(invitation => invitation.VoidedAt, now), cancellationToken);
        var token = Secret.New();
        var made = RepresentativeInvitation.For(id, account.Id, me, name!, request.MandateUntil, token, now);
        db.Add(made);
        mails.Request(account.Id, email!, PersonalMailKinds.RepresentativeInvited, RepresentativeInvitation.Lifetime, $"/participa/representacion/{token}", [organisation.Name]);
        db.Audit(me, "representative_invited", "organisation", id, after: new { Invitation = made.Id });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>One's own mandate or another's of the same organisation. What was done under it stays.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> End(
        Guid id, Guid mandateId, HttpContext http, ParticipantsDb db, PersonalMails mails, CancellationToken cancellationToken)
    {
        var me = http.RequireAccount().AccountId;
        if (await OrganisationOfAsync(db, me, id, cancellationToken) is not var (organisation, _)
            || await db.Mandates.SingleOrDefaultAsync(row => row.Id == mandateId && row.OrganisationId == id, cancellationToken) is not { } mandate)
        {
            return http.Problem(Refusal.NotFound());
        }

        if (mandate.End(db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        await VoidInvitationsAsync(db, mandate, cancellationToken);
        db.Record(mandate.EndedFact());
        db.Audit(me, "mandate_ended", "mandate", mandate.Id);
        if (mandate.AccountId != me)
        {
            var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == mandate.AccountId, cancellationToken);
            mails.Request(account.Id, account.Email!, PersonalMailKinds.RepresentativeEnded, PersonalMails.KeepNews, values: [organisation.Name]);
        }

        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Whoever no longer acts for the organisation brings nobody into it any more.</summary>
    internal static Task<int> VoidInvitationsAsync(ParticipantsDb db, Mandate ended, CancellationToken cancellationToken)
    {
        var now = db.Now;
        return db.RepresentativeInvitations
            .Where(row => row.OrganisationId == ended.OrganisationId && row.InvitedBy == ended.AccountId && row.AcceptedAt == null && row.VoidedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(invitation => invitation.VoidedAt, now), cancellationToken);
    }

    /// <returns>Null unless the account has a mandate for it now: an expired one acts no more.</returns>
    private static async Task<(Organisation Organisation, Mandate Mandate)?> OrganisationOfAsync(ParticipantsDb db, Guid account, Guid organisation, CancellationToken cancellationToken)
    {
        var now = db.Now;
        var found = await (
            from mandate in db.Mandates.AsNoTracking()
            join row in db.Organisations.AsNoTracking() on mandate.OrganisationId equals row.Id
            where mandate.AccountId == account && mandate.OrganisationId == organisation && mandate.Term.From <= now
                && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now)
            select new { row, mandate }).FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.row, found.mandate);
    }
}
