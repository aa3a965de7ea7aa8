using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Elections;
using OpenGov.Participants.Groups;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Organisations;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <param name="ParentId">The secretariat above a regional or municipal one.</param>
public sealed record FormSecretariatRequest(string? Name, Guid? ParentId);

public sealed record AddSeatRequest(Sector? Sector);

public sealed record RetireSeatRequest(string? Reason);

/// <param name="AccountId">Who votes for the organisation from their own account.</param>
/// <param name="Post">For example "Dirección General"; never a name.</param>
/// <param name="Document">The letter of appointment or the published result, as people cite it.</param>
/// <param name="Rank">How high the post stands; asked for where the mechanism sets a minimum for public bodies.</param>
/// <param name="From">Today where it is missing.</param>
/// <param name="Until">First day on which the term is over; in seats of civil society the state's term where it is missing.</param>
public sealed record AppointHolderRequest(
    SeatRole? Role, Guid? OrganisationId, Guid? AccountId, string? Post, SeatAccess? Access, string? Document, DateOnly? From, DateOnly? Until, SeatRank? Rank = null);

/// <param name="Reason">What is to be known beside the cause, 2 to 1,000 characters; not public. Required where the cause is OTHER.</param>
/// <param name="Cause">Public; OTHER where it is missing.</param>
public sealed record EndHoldingRequest(string? Reason, SeatEndCause? Cause = null);

/// <param name="AccountId">From which the new person votes; may be missing where they have none yet.</param>
/// <param name="Post">For example "Dirección General"; never a name.</param>
/// <param name="Document">The letter that names them, as people cite it.</param>
public sealed record SubstitutePersonRequest(Guid? AccountId, string? Post, SeatRank? Rank, string? Document, string? Reason);

/// <param name="OrganisationId">May be missing for a facilitator who belongs to none and is named by their account.</param>
/// <param name="From">Today where it is missing.</param>
public sealed record AssignOfficeRequest(SecretariatOffice? Office, Guid? OrganisationId, Guid? AccountId, DateOnly? From);

/// <param name="Document">Where the signed declaration can be read, or how it is cited.</param>
public sealed record DeclareRequest(DateOnly? SignedOn, IReadOnlyList<Sector>? SignedBy, string? Document);

public sealed record WriteMechanismRequest(string? Integration, string? Functions, string? Operation, string? Decisions, MechanismParameters? Parameters);

/// <param name="InstalledOn">Today where it is missing.</param>
/// <param name="Place">Where the act is signed, for example "Toluca".</param>
public sealed record InstallRequest(DateOnly? InstalledOn, string? Place = null);

public static class FormSecretariat
{
    public static async Task<Results<Created<SecretariatView>, ProblemHttpResult>> Handle(
        FormSecretariatRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, LegalProfileInForce profiles, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var name = fields.Text("name", request.Name, 2, 200);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (request.ParentId is { } parent && !await db.Secretariats.AnyAsync(row => row.Id == parent, cancellationToken))
            return http.Problem(Refusal.Rule("secretariat_unknown", "parentId"));
        if (await db.Secretariats.AnyAsync(row => row.Name == name, cancellationToken))
            return http.Problem(new Refusal("secretariat_name_taken", StatusCodes.Status409Conflict, "name"));

        await using var work = await db.BeginAsync(cancellationToken);
        var formed = Secretariat.Form(name, request.ParentId, await profiles.TodayAsync(cancellationToken));
        db.Add(formed);
        desk.Record(formed.TakeFacts());
        db.Audit(http.RequireAccount().AccountId, "secretariat_formed", "secretariat", formed.Id, after: new { name, request.ParentId });
        await db.SaveChangesAsync(cancellationToken);
        var view = await SecretariatViews.ViewAsync(db, (await desk.ForWritingAsync(formed.Id, cancellationToken))!, formed.FormedOn, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(formed.Version);
        return TypedResults.Created($"/api/participants/v1/secretariats/{formed.Id}", view);
    }

    public static Task<Results<Ok<SecretariatView>, ProblemHttpResult>> AddSeat(Guid id, AddSeatRequest request, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.ActAsync(id, http, "seat_added", hand => request.Sector is { } sector
            ? Without(hand.Secretariat.AddSeat(sector, hand.Rules, hand.Today))
            : Refusal.Invalid("sector", "field_required"), request, cancellationToken);

    /// <summary>From today on there is one seat less; its history stays.</summary>
    public static Task<Results<Ok<SecretariatView>, ProblemHttpResult>> RetireSeat(
        Guid id, Guid seatId, RetireSeatRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.ActWithMoreAsync(id, http, "seat_retired", async hand =>
        {
            if (hand.Secretariat.Seats.All(row => row.Id != seatId))
                return Refusal.NotFound();
            var fields = new Fields();
            var reason = fields.Text("reason", request.Reason, 2, 1000);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            return await ElectionDesk.InElectionAsync(db, [seatId], cancellationToken)
                ? Refusal.Conflict("seat_in_election")
                : hand.Secretariat.RetireSeat(seatId, reason, hand.Rules, hand.Today);
        }, new { seatId }, cancellationToken);

    public static async Task<Results<Ok<SecretariatView>, ProblemHttpResult>> Appoint(
        Guid id, Guid seatId, AppointHolderRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var sector = await db.Organisations.Where(row => row.Id == request.OrganisationId).Select(row => (Sector?)row.Sector).SingleOrDefaultAsync(cancellationToken);
        var successor = await db.Organisations.Where(row => row.Id == request.OrganisationId)
            .Join(db.Organisations, row => row.SuccessorId, other => other.Id, (_, other) => other.Name).SingleOrDefaultAsync(cancellationToken);
        var hasAccount = request.AccountId is not { } account || await db.Accounts.AnyAsync(row => row.Id == account && row.ErasedAt == null, cancellationToken);
        return await desk.ActWithMoreAsync(id, http, "seat_holder_appointed", async hand =>
        {
            var fields = new Fields();
            if (hand.Secretariat.Seats.SingleOrDefault(row => row.Id == seatId) is not { } seat)
                return Refusal.NotFound();
            var role = fields.Value("role", request.Role);
            var organisation = fields.Value("organisationId", request.OrganisationId);
            var access = fields.Value("access", request.Access);
            var post = fields.OptionalText("post", request.Post, 200);
            var document = fields.Text("document", request.Document, 2, 500);
            if (request.OrganisationId is not null && sector is null)
                fields.Refuse(Refusal.Rule("organisation_unknown", "organisationId"));
            // What it was before the succession is a record, which only the time before the installation needs.
            if (successor is not null && hand.Secretariat.State != SecretariatState.Integrating)
                fields.Refuse(Refusal.Rule("organisation_succeeded", "organisationId", successor));
            if (!hasAccount)
                fields.Refuse(Refusal.Rule("account_unknown", "accountId"));
            var from = fields.Day("from", request.From) ?? hand.Today;
            fields.Day("until", request.Until);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            var until = request.Until ?? (seat.Sector == Sector.CivilSociety ? from.AddMonths(hand.Rules.SeatTermMonths) : null);
            if (role == SeatRole.Titular && await ElectionDesk.FreeForAsync(db, seatId, until, cancellationToken) is { IsRefused: true } reserved)
                return reserved;
            return Without(hand.Secretariat.Appoint(seatId, new Appointment(role, organisation, sector!.Value, request.AccountId, post, access, document, from, until, request.Rank), hand.Rules, hand.Today, hand.Represented));
        }, new { seatId, request.Role, request.OrganisationId, request.AccountId, request.Access, request.Rank, request.From, request.Until }, cancellationToken, RuleLock.Mandates);
    }

    public static Task<Results<Ok<SecretariatView>, ProblemHttpResult>> End(
        Guid id, Guid holdingId, EndHoldingRequest request, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.ActAsync(id, http, "seat_holder_ended", hand =>
        {
            if (hand.Secretariat.Holdings.All(row => row.Id != holdingId))
                return Refusal.NotFound();
            var fields = new Fields();
            var cause = request.Cause ?? SeatEndCause.Other;
            var reason = cause == SeatEndCause.Other || !string.IsNullOrWhiteSpace(request.Reason) ? fields.Text("reason", request.Reason, 2, 1000) : null;
            return fields.AreRefused ? Result.From(fields.Refusals) : hand.Secretariat.EndHolding(holdingId, reason, hand.Today, cause);
        }, new { holdingId, request.Cause }, cancellationToken);

    public static async Task<Results<Ok<SecretariatView>, ProblemHttpResult>> Substitute(
        Guid id, Guid holdingId, SubstitutePersonRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var hasAccount = request.AccountId is not { } account || await db.Accounts.AnyAsync(row => row.Id == account && row.ErasedAt == null, cancellationToken);
        return await desk.ActAsync(id, http, "seat_person_substituted", hand =>
        {
            var fields = new Fields();
            var post = fields.OptionalText("post", request.Post, 200);
            var document = fields.Text("document", request.Document, 2, 500);
            var reason = fields.Text("reason", request.Reason, 2, 1000);
            if (!hasAccount)
                fields.Refuse(Refusal.Rule("account_unknown", "accountId"));
            return fields.AreRefused
                ? Result.From(fields.Refusals)
                : Without(hand.Secretariat.Substitute(holdingId, new Substitution(request.AccountId, post, request.Rank, document, reason), hand.Rules, hand.Today));
        }, new { holdingId, request.AccountId, request.Rank }, cancellationToken);
    }

    public static async Task<Results<Ok<SecretariatView>, ProblemHttpResult>> Assign(
        Guid id, AssignOfficeRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        var hasAccount = request.AccountId is not { } account || await db.Accounts.AnyAsync(row => row.Id == account && row.ErasedAt == null, cancellationToken);
        // INV-05: a mandate that is being granted meanwhile is waited for, and waits.
        return await desk.ActWithMoreAsync(id, http, "office_assigned", async hand =>
        {
            var organisation = await db.Organisations.Where(row => row.Id == request.OrganisationId).Select(row => new { row.Sector, row.Kind }).SingleOrDefaultAsync(cancellationToken);
            var actsFor = await db.Mandates.NotOver(db.Now).Where(row => row.AccountId == request.AccountId)
                .Join(db.Organisations, mandate => mandate.OrganisationId, row => row.Id, (_, row) => new { row.Id, row.Kind }).ToListAsync(cancellationToken);
            var independent = !actsFor.Select(row => row.Kind).Concat(organisation is null ? [] : [organisation.Kind]).Any(SectorRules.IsObligatedSubject);
            var fields = new Fields();
            var office = fields.Value("office", request.Office);
            if (request.OrganisationId is not null && organisation is null)
                fields.Refuse(Refusal.Rule("organisation_unknown", "organisationId"));
            if (!hasAccount)
                fields.Refuse(Refusal.Rule("account_unknown", "accountId"));
            var from = fields.Day("from", request.From) ?? hand.Today;
            var taken = new OfficeTaken(request.OrganisationId, request.AccountId, organisation?.Sector, independent) { ActsFor = [.. actsFor.Select(row => row.Id)] };
            return fields.AreRefused ? Result.From(fields.Refusals) : hand.Secretariat.Assign(office, taken, from, hand.Rules, hand.Today);
        }, request, cancellationToken, RuleLock.Mandates);
    }

    public static Task<Results<Ok<SecretariatView>, ProblemHttpResult>> Declare(Guid id, DeclareRequest request, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.ActAsync(id, http, "declaration_recorded", hand =>
        {
            var fields = new Fields();
            var signedOn = fields.Value("signedOn", request.SignedOn);
            var document = fields.Text("document", request.Document, 2, 500);
            return fields.AreRefused ? Result.From(fields.Refusals) : hand.Secretariat.Declare(signedOn, request.SignedBy ?? [], document, hand.Today);
        }, request, cancellationToken);

    public static Task<Results<Ok<SecretariatView>, ProblemHttpResult>> WriteMechanism(Guid id, WriteMechanismRequest request, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.ActAsync(id, http, "mechanism_written", hand =>
        {
            var read = MechanismRules.Read(request);
            return read.IsRefused ? Result.From(read.Refusals) : Without(hand.Secretariat.WriteMechanism(read.Value.Parts, read.Value.Parameters, hand.Today));
        }, null, cancellationToken);

    public static Task<Results<Ok<SecretariatView>, ProblemHttpResult>> Install(
        Guid id, InstallRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        desk.ActWithMoreAsync(id, http, "secretariat_installed", async hand =>
        {
            var fields = new Fields();
            var place = fields.OptionalText("place", request.Place, 200);
            var on = fields.Day("installedOn", request.InstalledOn) ?? hand.Today;
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            // What was found, not what would be found later: seats and rules change, the act does not.
            var findings = InstallationCheck.Run(hand.Secretariat, on, hand.Rules, hand.Awareness, hand.Represented);
            var installed = hand.Secretariat.Install(on, hand.Rules, hand.Awareness, hand.Today, hand.Represented);
            if (installed.IsRefused)
                return installed;
            db.Add(InstallationAct.Record(hand.Secretariat, on, place, findings, db.Now));
            await GroupDesk.EndPromoterAsync(db, id, hand.Today, cancellationToken);
            return installed;
        }, request, cancellationToken);

    internal static Result Without<T>(Result<T> result) => result.IsRefused ? Result.From(result.Refusals) : Result.Done;
}
