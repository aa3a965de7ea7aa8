using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Sessions;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Staffing;

/// <param name="NeedsPassword">The person has no account yet: a password is chosen, below the privacy notice.</param>
public sealed record RepresentationGreeting(string OrganisationName, string DisplayName, bool NeedsPassword, DateTimeOffset? MandateUntil);

/// <param name="Password">Only where one is needed.</param>
/// <param name="PrivacyNoticeId">The notice in force, where a password is needed (INV-50).</param>
public sealed record AcceptRepresentationRequest(string? Password, Guid? PrivacyNoticeId);

/// <param name="Session">Null for who has an account: a link signs nobody in.</param>
public sealed record AcceptedRepresentation(Guid OrganisationId, Guid MandateId, StartedSession? Session);

/// <summary>The link of the mail proves who accepts. The mandate starts then, if the inviter's is in force, and ends no later than it.</summary>
public static class AcceptRepresentation
{
    public static async Task<Results<Ok<RepresentationGreeting>, ProblemHttpResult>> Read(string token, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await FindAsync(token, db, cancellationToken) is not var (invitation, inviters))
            return http.Problem(Refusal.NotFound());
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == invitation.AccountId, cancellationToken);
        var name = await db.Organisations.Where(row => row.Id == invitation.OrganisationId).Select(row => row.Name).SingleAsync(cancellationToken);
        return TypedResults.Ok(new RepresentationGreeting(name, account.DisplayName, account.PasswordHash is null, invitation.Until(inviters.Term)));
    }

    public static async Task<Results<Ok<AcceptedRepresentation>, ProblemHttpResult>> Handle(
        string token, AcceptRepresentationRequest request, HttpContext http, ParticipantsDb db, UserManager<Account> accounts, NoticeInForce notices, DeviceTokens devices, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        if (await FindAsync(token, db, cancellationToken) is not var (invitation, inviters))
            return http.Problem(Refusal.NotFound());
        var account = await db.Locked(invitation.AccountId).SingleAsync(cancellationToken);
        if (account.MayChange() is { IsRefused: true } kept)
            return http.Problem(kept);
        StartedSession? session = null;
        if (account.PasswordHash is null)
        {
            var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
            if (notice.IsRefused)
                return http.Problem(notice);
            if (Refusals.Of(await accounts.AddPasswordAsync(account, request.Password ?? "")) is { IsRefused: true } refused)
                return http.Problem(refused);
            account.WasShown(notice.Value);
            var begun = await db.StartAsync(account, http, SignInWay.Link, cancellationToken);
            if (begun.IsRefused)
                return http.Problem(begun);
            session = begun.Value with { DeviceToken = devices.Issue(account.Email!) };
        }

        var kind = await db.Organisations.Where(row => row.Id == invitation.OrganisationId).Select(row => row.Kind).SingleAsync(cancellationToken);
        if (await FacilitatorIndependence.WhyNotAsync(db, account.Id, invitation.OrganisationId, kind, cancellationToken) is { } dependent)
            return http.Problem(dependent with { Field = null });
        account.ConfirmAddress(db.Now);
        var accepted = invitation.Accept(inviters, db.Now);
        if (accepted.IsRefused)
            return http.Problem(accepted);
        var term = accepted.Value;
        var held = await db.Mandates.AsNoTracking().Where(row => row.AccountId == account.Id && row.OrganisationId == invitation.OrganisationId).ToListAsync(cancellationToken);
        if (held.Exists(row => row.Term.Overlaps(term)))
            return http.Problem(Refusal.Conflict("mandate_held"));
        var mandate = Mandate.Grant(account.Id, invitation.OrganisationId, term, db.Now);
        db.Add(mandate);
        db.Record(mandate.GrantedFact());
        db.Audit(account.Id, "representation_accepted", "mandate", mandate.Id, after: new { InvitedBy = invitation.InvitedBy });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(new AcceptedRepresentation(invitation.OrganisationId, mandate.Id, session));
    }

    private static async Task<(RepresentativeInvitation Invitation, Mandate Inviters)?> FindAsync(string token, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        var invitation = await db.RepresentativeInvitations.FromSql($"select * from representative_invitation where token_hash = {hash} for update").SingleOrDefaultAsync(cancellationToken);
        // An organisation that another succeeded meanwhile takes on nobody.
        if (invitation?.IsOpen(db.Now) != true || await db.Organisations.AnyAsync(row => row.Id == invitation.OrganisationId && row.SuccessorId != null, cancellationToken)
            || !await db.Accounts.AnyAsync(row => row.Id == invitation.AccountId && row.ErasedAt == null, cancellationToken))
            return null;
        var inviters = (await db.Mandates.AsNoTracking().Where(row => row.AccountId == invitation.InvitedBy && row.OrganisationId == invitation.OrganisationId).ToListAsync(cancellationToken))
            .Find(row => row.Term.IsInForce(db.Now));
        return inviters is null ? null : (invitation, inviters);
    }
}
