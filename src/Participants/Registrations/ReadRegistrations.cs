using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Privacy.Access;
using OpenGov.Participants.Privacy.Consents;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="Email">Null for a person without one.</param>
/// <param name="Similar">Names that look like the one proposed: of organisations, and of other registrations that wait.</param>
/// <param name="SameNumber">Names in other registrations that wait and give the same RFC or CLUNI.</param>
/// <param name="Consents">In effect now.</param>
/// <param name="EndsAt">When it is erased with its person, who cannot sign in, unless it is renewed for them before; null where nothing ends, or its person can.</param>
public sealed record RegistrationView(
    Guid Id, int Version, RegistrationKind Kind, RegistrationState State, RegistrationChannel Channel, Sector Sector, Guid AccountId, string DisplayName, string? Email, string? Municipality,
    string? Post, string? Contact, string? IdentityCheck, OrganisationRequest? Proposal, Guid? OrganisationId, bool Held, string? Reason, DateTimeOffset RegisteredAt, DateTimeOffset? ConfirmedAt,
    DateTimeOffset? DecidedAt, IReadOnlyList<string>? Similar, IReadOnlyList<string>? SameNumber, IReadOnlyList<ConsentInEffect>? Consents, DateTimeOffset? EndsAt)
{
    public static RegistrationView Of(Registration row, Account account, Alike? alike = null, IReadOnlyList<ConsentInEffect>? consents = null) => new(
        row.Id, row.Version, row.Kind, row.State, row.Channel, row.Sector, row.AccountId, account.DisplayName, EmailAddress.IsNone(account.Email!) ? null : account.Email, row.Municipality,
        row.Post, row.Contact, row.IdentityCheck, row.Proposal, row.OrganisationId, row.Held, row.Reason, row.RegisteredAt, row.ConfirmedAt, row.DecidedAt, alike?.Names, alike?.Numbers, consents,
        account.PasswordHash is null ? row.ExpiryToldAt + RegistrationsOfClosedPlans.Notice : null);
}

public sealed record ConsentInEffect(ConsentKind Kind, DateTimeOffset GivenAt);

/// <summary>Names of what may be the same organisation: by the look of its name, and by its RFC or CLUNI.</summary>
public sealed record Alike(IReadOnlyList<string> Names, IReadOnlyList<string> Numbers);

/// <summary>What its person sees of a registration.</summary>
/// <param name="Contact">Null unless staff registered the person.</param>
/// <param name="Proposal">As it was sent, also after a refusal: to be corrected. Null for a citizen, and once it is accepted or withdrawn.</param>
public sealed record OwnRegistration(
    Guid Id, int Version, RegistrationKind Kind, RegistrationState State, Sector Sector, string? Municipality, string? Post, string? Contact, string? OrganisationName, Guid? OrganisationId, string? Reason,
    Guid PrivacyNoticeId, DateTimeOffset RegisteredAt, OrganisationRequest? Proposal)
{
    public static OwnRegistration Of(Registration row, string? organisationName) => new(
        row.Id, row.Version, row.Kind, row.State, row.Sector, row.Municipality, row.Post, row.Contact, organisationName, row.OrganisationId, row.Reason, row.PrivacyNoticeId, row.RegisteredAt,
        row.Proposal);
}

public static class ReadRegistrations
{
    /// <summary>Whoever registered and confirmed, oldest first: what waits longest comes first. Or, whatever their state, those that end and whose people cannot sign in to renew them. The look is written down (SPEC §2.12).</summary>
    public static async Task<Results<Ok<Page<RegistrationView>>, ProblemHttpResult>> List(
        string? state, bool? ending, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var asked = RegistrationState.UnderReview;
        if (!string.IsNullOrEmpty(state) && (!EnumCodes.TryParse(state, out asked) || asked == RegistrationState.Unconfirmed))
            return http.Problem(Refusal.Invalid("state", "field_invalid"));
        var after = Guid.Empty;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out after)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));

        var rows = await (
            from registration in db.Registrations.AsNoTracking()
            join account in db.Accounts.AsNoTracking() on registration.AccountId equals account.Id
            where registration.Id > after && (ending == true ? registration.ExpiryToldAt != null && account.PasswordHash == null && account.ErasedAt == null : registration.State == asked)
            orderby registration.Id
            select new { registration, account }).Take(size.Value + 1).ToListAsync(cancellationToken);
        var page = rows.Take(size.Value).ToList();
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.Registration, page.Select(row => row.account.Id));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new Page<RegistrationView>(
            [.. page.Select(row => RegistrationView.Of(row.registration, row.account))], rows.Count > size.Value ? Cursor.Encode(page[^1].registration.Id.ToString()) : null));
    }

    public static async Task<Results<Ok<RegistrationView>, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var registration = await db.Registrations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.State != RegistrationState.Unconfirmed, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == registration.AccountId, cancellationToken);
        var alike = registration is { State: RegistrationState.UnderReview, Proposal: { Name: { } name } proposal } ? await AlikeAsync(db, id, name, proposal, cancellationToken) : null;
        var consents = await db.Consents.AsNoTracking().Where(row => row.PersonId == account.Id && row.RevokedAt == null).OrderBy(row => row.Kind)
            .Select(row => new ConsentInEffect(row.Kind, row.GivenAt)).ToListAsync(cancellationToken);
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.Registration, account.Id);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(registration.Version);
        return TypedResults.Ok(RegistrationView.Of(registration, account, alike, consents));
    }

    public static async Task<Ok<Page<OwnRegistration>>> Own(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var rows = await db.Registrations.AsNoTracking().Where(row => row.AccountId == account).OrderByDescending(row => row.Id).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.OrganisationId);
        var names = await db.Organisations.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        return TypedResults.Ok(new Page<OwnRegistration>(
            [.. rows.Select(row => OwnRegistration.Of(row, row.OrganisationId is { } id ? names.GetValueOrDefault(id) : row.Proposal?.Name))],
            Next: null));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(Guid id, HttpContext http, ParticipantsDb db, PersonalMails mails, CancellationToken cancellationToken)
    {
        var account = http.RequireAccount().AccountId;
        var registration = await db.Registrations.SingleOrDefaultAsync(row => row.Id == id && row.AccountId == account, cancellationToken);
        if (registration is null)
            return http.Problem(Refusal.NotFound());
        var withdrawn = registration.Withdraw();
        if (withdrawn.IsRefused)
            return http.Problem(withdrawn);
        if (withdrawn.Value)
            db.Record(registration.WithdrawnFact());
        mails.Request(account, await db.Accounts.Where(row => row.Id == account).Select(row => row.Email!).SingleAsync(cancellationToken), PersonalMailKinds.RegistrationWithdrawn, PersonalMails.KeepNews, "/participa");
        db.Audit(account, "registration_withdrawn", "registration", id);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Alike> AlikeAsync(ParticipantsDb db, Guid id, string name, OrganisationRequest proposed, CancellationToken cancellationToken)
    {
        var look = OrganisationNames.LookOf(name);
        var similar = await db.Organisations.AsNoTracking().Where(row => row.LookKey == look).Select(row => row.Name).Take(20).ToListAsync(cancellationToken);
        // The queue is as long as people let it grow; a bound keeps a flood from slowing the page down.
        var waiting = await db.Registrations.AsNoTracking()
            .Where(row => row.State == RegistrationState.UnderReview && row.Kind == RegistrationKind.Organisation && row.Id != id).OrderBy(row => row.Id).Take(1000)
            .Select(row => row.Proposal).ToListAsync(cancellationToken);
        similar.AddRange(waiting.Select(proposal => proposal?.Name).OfType<string>().Where(other => OrganisationNames.LookOf(other) == look).Take(20));
        // Of organisations that are there the database holds them unique; two that wait may both give one.
        var numbers = waiting.OfType<OrganisationRequest>().Where(other => IsSame(other.Rfc, proposed.Rfc) || IsSame(other.Cluni, proposed.Cluni)).Select(other => other.Name).OfType<string>().Take(20).ToList();
        return new Alike(similar, numbers);

        static bool IsSame(string? one, string? other) => one is not null && other is not null && TaxIds.Clean(one) is { Length: > 0 } number && number == TaxIds.Clean(other);
    }
}
