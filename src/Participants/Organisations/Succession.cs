using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.Declarations;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Secretariats;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Organisations;

/// <param name="On">The day from which the successor stands in its place; today where it is missing, never later.</param>
/// <param name="Basis">Law or decree, at most 500 characters.</param>
/// <param name="WithRepresentatives">Whoever represents it now represents the successor too, but for who facilitates and could not represent the successor (INV-05).</param>
public sealed record SuccessionRequest(Guid? SuccessorId, DateOnly? On, string? Basis, bool WithRepresentatives = false);

/// <summary>Row of <c>organisation_succession</c>: one time that a succession was written down, and what came with it.</summary>
public sealed class OrganisationSuccession
{
    public Guid Id { get; init; }
    public Guid OrganisationId { get; init; }
    public Guid SuccessorId { get; init; }
    public DateOnly SucceededOn { get; init; }
    public string? Basis { get; init; }
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>The instance was run by the organisation, and by its successor from then on.</summary>
    public bool HandedOver { get; init; }

    /// <summary>Mandates that were granted with it.</summary>
    public IReadOnlyList<Guid> Mandates { get; init; } = [];

    public DateTimeOffset? UndoneAt { get; private set; }
    public string? UndoReason { get; private set; }

    public void Undo(string reason, DateTimeOffset now) => (UndoneAt, UndoReason) = (now, reason);
}

/// <summary>
/// An organisation ends and another stands in its place (SPEC §4.2: guarantors since 2025). What it did stays under its own name:
/// it is not renamed, and its mandates run on for what is still open under it. Nothing begins under it any more: seats, offices and signatures that are
/// awaited go on with the successor.
/// </summary>
public static class Succession
{
    /// <summary>Longer than any chain of reforms; a bound for the walk.</summary>
    private const int LongestChain = 50;

    public static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Handle(
        Guid id, SuccessionRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, SecretariatDesk secretariats, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(RuleLock.Mandates, cancellationToken);
        var organisation = await db.Organisations.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (organisation is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(organisation.Version) is { IsRefused: true } unmatched)
            return http.Problem(unmatched);
        var fields = new Fields();
        var successorId = fields.Value("successorId", request.SuccessorId);
        var basis = fields.OptionalText("basis", request.Basis, 500);
        var today = await rules.TodayAsync(cancellationToken);
        if (request.On > today)
            fields.Refuse(Refusal.Invalid("on", "moment_in_future"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var successor = await db.Organisations.SingleOrDefaultAsync(row => row.Id == successorId, cancellationToken);
        if (successor is null)
            return http.Problem(Refusal.Rule("organisation_unknown", "successorId"));
        if (await LeadsToAsync(db, successor, id, cancellationToken))
            return http.Problem(Refusal.Rule("succession_in_circle", "successorId"));
        var standsSince = await db.Organisations.Where(row => row.SuccessorId == id).MaxAsync(row => row.SucceededOn, cancellationToken);
        if (organisation.Follow(successor, request.On ?? today, basis, standsSince) is { IsRefused: true } refused)
            return http.Problem(refused);

        var by = http.RequireAccount().AccountId;
        db.Record(organisation.SucceededFact());
        db.Audit(by, "organisation_succeeded", "organisation", id, after: new { successorId, organisation.SucceededOn, basis });
        var mandates = request.WithRepresentatives ? await GrantAgainAsync(db, organisation, successor, by, cancellationToken) : [];
        // The instance is run by the successor from now on.
        var instance = await db.Instances.SingleOrDefaultAsync(row => row.GuarantorId == id, cancellationToken);
        if (instance is not null)
        {
            instance.HandOver(successor.Id);
            db.Record(instance.ConfiguredFact(successor));
        }

        db.Add(new OrganisationSuccession
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = id,
            SuccessorId = successor.Id,
            SucceededOn = organisation.SucceededOn!.Value,
            Basis = basis,
            RecordedAt = db.Now,
            HandedOver = instance is not null,
            Mandates = mandates,
        });
        await db.SaveChangesAsync(cancellationToken);
        await SeatSuccession.CarryOutAsync(db, secretariats, id, successor, SeatDocument(organisation, basis), isUndone: false, by, cancellationToken);
        await SignInPlaceAsync(db, id, successor, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(organisation.Version);
        return TypedResults.Ok(OrganisationView.Of(organisation));
    }

    /// <summary>What a seat's new holder cites in place of a letter: the succession itself.</summary>
    private static string SeatDocument(Organisation organisation, string? basis) =>
        basis is { Length: > 0 and <= 300 } ? basis : FormattableString.Invariant($"Sucesión de {organisation.Name[..Math.Min(organisation.Name.Length, 200)]}, {organisation.SucceededOn:yyyy-MM-dd}");

    /// <summary>A declaration that is being signed waits for who is there.</summary>
    private static async Task SignInPlaceAsync(ParticipantsDb db, Guid organisation, Organisation successor, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({(long)RuleLock.Declarations})", cancellationToken);
        if (await db.JointDeclarations.Include(row => row.Signatories).SingleOrDefaultAsync(row => row.State != DeclarationState.Complete && row.Signatories.Any(one => one.OrganisationId == organisation && one.Method == null), cancellationToken) is not { } declaration)
            return;
        if (declaration.Succeed(organisation, successor.Id, successor.Sector, db.Now) is { } unneeded)
            db.Remove(unneeded);
        declaration.Touch();
        if (declaration.State == DeclarationState.Complete)
        {
            var ids = declaration.Signatories.Select(one => one.OrganisationId).ToList();
            db.Record(declaration.SignedFact(await db.Organisations.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken)));
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<bool> LeadsToAsync(ParticipantsDb db, Organisation from, Guid to, CancellationToken cancellationToken)
    {
        Guid? at = from.Id;
        for (var step = 0; step < LongestChain && at is { } one; step++)
        {
            if (one == to)
                return true;
            at = await db.Organisations.Where(row => row.Id == one).Select(row => row.SuccessorId).SingleOrDefaultAsync(cancellationToken);
        }

        return at is not null;
    }

    private static async Task<IReadOnlyList<Guid>> GrantAgainAsync(ParticipantsDb db, Organisation from, Organisation to, Guid by, CancellationToken cancellationToken)
    {
        var granted = new List<Guid>();
        var mandates = await db.Mandates.AsNoTracking().Where(row => row.OrganisationId == from.Id || row.OrganisationId == to.Id).ToListAsync(cancellationToken);
        foreach (var held in mandates.Where(row => row.OrganisationId == from.Id && row.Term.IsInForce(db.Now)))
        {
            var term = new Term(db.Now, held.Term.End);
            if (mandates.Exists(row => row.OrganisationId == to.Id && row.AccountId == held.AccountId && row.Term.Overlaps(term)))
                continue;
            // INV-05: the law's succession goes on, and who facilitates does not come to represent the successor by it.
            if (await FacilitatorIndependence.WhyNotAsync(db, held.AccountId, to.Id, to.Kind, cancellationToken) is { } dependent)
            {
                db.Audit(by, "mandate_not_granted", "account", held.AccountId, after: new { OrganisationId = to.Id, Rule = dependent.Code });
                continue;
            }

            var mandate = Mandate.Grant(held.AccountId, to.Id, term, db.Now);
            db.Add(mandate);
            db.Record(mandate.GrantedFact());
            db.Audit(by, "mandate_granted", "mandate", mandate.Id, after: GrantMandate.View(mandate, to.Name));
            granted.Add(mandate.Id);
        }

        return granted;
    }
}
