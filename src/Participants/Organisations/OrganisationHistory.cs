using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Organisations;

/// <summary>Row of <c>organisation_former_name</c>: what was done under a name is found under it.</summary>
public sealed class FormerName
{
    public Guid OrganisationId { get; init; }
    public required string Name { get; init; }
    public string? Acronym { get; init; }
    public DateTimeOffset NamedAt { get; init; }
    public DateTimeOffset RenamedAt { get; init; }
}

public sealed record FormerNameView(string Name, string? Acronym, DateTimeOffset From, DateTimeOffset Until);

public sealed record RelatedOrganisation(Guid Id, string Name, DateOnly On, string? Basis);

/// <summary>A succession that was written down by mistake.</summary>
/// <param name="SuccessorId">The organisation that never stood in its place.</param>
public sealed record UndoneSuccession(Guid SuccessorId, string Name, DateOnly On, DateTimeOffset RecordedAt, DateTimeOffset UndoneAt, string Reason);

/// <param name="FormerNames">The latest first.</param>
/// <param name="Predecessors">Whose place it took.</param>
/// <param name="HasRepresentative">Somebody is accredited today, by the state's calendar; who, is not public (INV-51).</param>
/// <param name="Undone">The latest first.</param>
public sealed record OrganisationHistoryView(
    DateTimeOffset RegisteredAt, DateTimeOffset NamedAt, IReadOnlyList<FormerNameView> FormerNames, RelatedOrganisation? Successor, IReadOnlyList<RelatedOrganisation> Predecessors, bool HasRepresentative,
    IReadOnlyList<UndoneSuccession> Undone);

public static class OrganisationHistory
{
    public static async Task<Results<Ok<OrganisationHistoryView>, ProblemHttpResult>> Read(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var organisation = await db.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (organisation is null)
            return http.Problem(Refusal.NotFound());
        var today = await rules.TodayAsync(cancellationToken);
        var (startOfDay, endOfDay) = (await rules.StartOfAsync(today, cancellationToken), await rules.StartOfAsync(today.AddDays(1), cancellationToken));
        var names = await db.FormerNames.AsNoTracking().Where(row => row.OrganisationId == id).OrderByDescending(row => row.RenamedAt)
            .Select(row => new FormerNameView(row.Name, row.Acronym, row.NamedAt, row.RenamedAt)).ToListAsync(cancellationToken);
        var predecessors = await db.Organisations.AsNoTracking().Where(row => row.SuccessorId == id).OrderBy(row => row.SucceededOn).ThenBy(row => row.Id)
            .Select(row => new RelatedOrganisation(row.Id, row.Name, row.SucceededOn!.Value, row.SuccessionBasis)).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        var successor = organisation.SuccessorId is { } next
            ? new RelatedOrganisation(next, await db.Organisations.Where(row => row.Id == next).Select(row => row.Name).SingleAsync(cancellationToken), organisation.SucceededOn!.Value, organisation.SuccessionBasis)
            : null;
        // By the day, so that the answer changes with it and not by the minute.
        var isRepresented = await db.Mandates.AnyAsync(
            mandate => mandate.OrganisationId == id && mandate.Term.From < endOfDay && mandate.Term.EndedAt == null && (mandate.Term.Until == null || mandate.Term.Until > startOfDay), cancellationToken);
        var undone = await (
            from succession in db.Successions.AsNoTracking()
            join other in db.Organisations on succession.SuccessorId equals other.Id
            where succession.OrganisationId == id && succession.UndoneAt != null
            orderby succession.UndoneAt descending
            select new UndoneSuccession(other.Id, other.Name, succession.SucceededOn, succession.RecordedAt, succession.UndoneAt!.Value, succession.UndoReason!)).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new OrganisationHistoryView(organisation.RegisteredAt, organisation.NamedAt, names, successor, predecessors, isRepresented, undone));
    }

    /// <summary>Keeps the name that an organisation had until now, as part of the unit of work.</summary>
    public static void KeepFormerName(this ParticipantsDb db, Organisation organisation, string name, string? acronym)
    {
        if (organisation.Name == name && organisation.Acronym == acronym)
            return;
        db.Add(new FormerName { OrganisationId = organisation.Id, Name = name, Acronym = acronym, NamedAt = organisation.NamedAt, RenamedAt = db.Now });
        organisation.RenamedNow(name, acronym, db.Now);
    }
}
