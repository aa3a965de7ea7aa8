using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="MandateUntil">When the first representative's mandate ends; no end where it is missing.</param>
/// <param name="IsNoOther">The name looks like a registered one and is another's.</param>
public sealed record AcceptRegistrationRequest(DateTimeOffset? MandateUntil, bool IsNoOther = false);

/// <param name="Reason">5 to 1,000 characters; the person gets it.</param>
public sealed record RefuseRegistrationRequest(string? Reason);

/// <summary>The executive secretary validates registrations, with a reason where one is refused (SPEC §2.3, S2).</summary>
public static class DecideRegistration
{
    public static async Task<Results<Ok<RegistrationView>, ProblemHttpResult>> Accept(
        Guid id, AcceptRegistrationRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce profile, PersonalMails mails, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        var registration = await db.Registrations.SingleOrDefaultAsync(row => row.Id == id && row.State != RegistrationState.Unconfirmed, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(registration.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var by = http.RequireAccount().AccountId;
        if (await db.AcceptAsync(registration, by, request.MandateUntil, request.IsNoOther, profile, cancellationToken) is { IsRefused: true } refused)
            return http.Problem(refused);
        var account = await db.Accounts.SingleAsync(row => row.Id == registration.AccountId, cancellationToken);
        mails.Request(account.Id, account.Email!, PersonalMailKinds.RegistrationAccepted, PersonalMails.KeepNews, "/cuenta");
        db.Audit(by, "registration_accepted", "registration", id, after: new { registration.Kind, registration.OrganisationId });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.Ok(RegistrationView.Of(registration, account));
    }

    public static async Task<Results<Ok<RegistrationView>, ProblemHttpResult>> Refuse(
        Guid id, RefuseRegistrationRequest request, HttpContext http, ParticipantsDb db, PersonalMails mails, CancellationToken cancellationToken)
    {
        var registration = await db.Registrations.SingleOrDefaultAsync(row => row.Id == id && row.State != RegistrationState.Unconfirmed, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(registration.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var fields = new Fields();
        var reason = fields.Text("reason", request.Reason, 5, 1000);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var by = http.RequireAccount().AccountId;
        if (registration.Refuse(reason, by, db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        var account = await db.Accounts.SingleAsync(row => row.Id == registration.AccountId, cancellationToken);
        mails.Request(account.Id, account.Email!, PersonalMailKinds.RegistrationRefused, PersonalMails.KeepNews, "/participa/mis-registros", quote: reason);
        db.Audit(by, "registration_refused", "registration", id);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.Ok(RegistrationView.Of(registration, account));
    }

    /// <summary>Registers the organisation that was proposed, with the person as its first representative. The caller holds <see cref="RuleLock.Mandates"/>.</summary>
    internal static async Task<Result> AcceptAsync(
        this ParticipantsDb db, Registration registration, Guid by, DateTimeOffset? mandateUntil, bool isNoOther, LegalProfileInForce profile, CancellationToken cancellationToken)
    {
        if (registration.Kind == RegistrationKind.Citizen && await db.CountingCitizenAsync(registration.AccountId, cancellationToken) is { } counting && counting.Id != registration.Id)
            return Refusal.Conflict("registration_counts");
        if (registration.Proposal is not { } proposal)
            return Told(registration.Accept(organisation: null, by, db.Now));
        var term = Term.Plan(from: null, mandateUntil, db.Now);
        if (term.IsRefused)
            return Result.From([.. term.Refusals.Select(refusal => refusal with { Field = "mandateUntil" })]);
        // What was fine when it was sent may not be now: another organisation was registered in between.
        var read = Organisation.Register(proposal, await profile.SectorsAsync(cancellationToken), db.Now);
        if (read.IsRefused)
            return Result.From(read.Refusals);
        if (await OrganisationDuplicates.CheckAsync(db, read.Value, isNoOther, cancellationToken) is { IsRefused: true } duplicate)
            return duplicate;
        if (await FacilitatorIndependence.WhyNotAsync(db, registration.AccountId, read.Value.Id, read.Value.Kind, cancellationToken) is { } dependent)
            return dependent with { Field = null };
        if (registration.Accept(read.Value, by, db.Now) is { IsRefused: true } refused)
            return refused;
        db.AddRegistered(read.Value, by);
        var mandate = Mandate.Grant(registration.AccountId, read.Value.Id, term.Value, db.Now);
        db.Add(mandate);
        db.Record(mandate.GrantedFact());
        db.Audit(by, "mandate_granted", "mandate", mandate.Id, after: GrantMandate.View(mandate, read.Value.Name));
        return Told(Result.Done);

        Result Told(Result accepted)
        {
            if (!accepted.IsRefused)
                db.Record(registration.AcceptedFact());
            return accepted;
        }
    }

    /// <summary>The registration with which somebody counts as a citizen already; whoever asks at the same time waits for the account.</summary>
    internal static async Task<Registration?> CountingCitizenAsync(this ParticipantsDb db, Guid account, CancellationToken cancellationToken)
    {
        if (db.Database.CurrentTransaction is not null)
            await db.Database.ExecuteSqlAsync($"select from account where id = {account} for no key update", cancellationToken);
        return await db.Registrations.FirstOrDefaultAsync(row => row.AccountId == account && row.Kind == RegistrationKind.Citizen && row.State == RegistrationState.Accepted, cancellationToken);
    }

    /// <summary>To what the forms ask for in its wording of now; nobody is told that they agreed to a text that they were not shown.</summary>
    internal static async Task<IReadOnlyList<ConsentKind>> ConsentsInEffectAsync(this ParticipantsDb db, Guid person, CancellationToken cancellationToken) =>
        [.. (await db.Consents.AsNoTracking().Where(row => row.PersonId == person && row.RevokedAt == null).OrderBy(row => row.Kind).ToListAsync(cancellationToken))
            .Where(row => row.TextVersion >= Consent.CurrentText(row.Kind)).Select(row => row.Kind)];

    /// <summary>Consents that the person gave with a form. One to the same wording stays as it is; one to an earlier wording ends with it, as in <see cref="ConsentsApi"/>.</summary>
    /// <param name="notice">That stood above it.</param>
    internal static async Task AddConsentsAsync(this ParticipantsDb db, Guid person, FormConsents given, Guid notice, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var inEffect = await db.ConsentsInEffectAsync(person, cancellationToken);
        if (given.PublishName)
            await AddAsync(ConsentKind.PublishName);
        if (given.OtherCalls)
            await AddAsync(ConsentKind.OtherCalls);

        async Task AddAsync(ConsentKind kind)
        {
            if (inEffect.Contains(kind))
                return;
            await db.Consents.Where(row => row.PersonId == person && row.Kind == kind && row.RevokedAt == null)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.RevokedAt, at), cancellationToken);
            db.Add(new Consent { Id = Guid.CreateVersion7(), PersonId = person, Kind = kind, TextVersion = Consent.CurrentText(kind), PrivacyNoticeId = notice, GivenAt = at });
        }
    }
}
