using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.Privacy.Access;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Registrations;

/// <param name="Name">Part of the name, 2 to 120 characters; case and accents do not matter.</param>
public sealed record AssistedPersonSearch(string? Name);

public sealed record RepresentedOrganisation(Guid Id, string Name);

/// <param name="Organisations">For which the person acts now.</param>
public sealed record AssistedPerson(Guid Id, string DisplayName, string? Municipality, IReadOnlyList<RepresentedOrganisation> Organisations);

/// <summary>People who take part through staff: registered with their help, accepted, and without a way to sign in.</summary>
internal static class AssistedPeople
{
    private const int Most = 20;

    /// <summary>By name. It is sent in a body: addresses of requests stand in logs and traces.</summary>
    public static async Task<Results<Ok<Page<AssistedPerson>>, ProblemHttpResult>> Search(AssistedPersonSearch request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        var name = PersonName.KeyOf(fields.Text("name", request.Name, 2, 120));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        var found = await db.Database.SqlQuery<Found>(
            $"""
            select a.id as "Id", a.display_name as "DisplayName", max(r.municipality) as "Municipality"
            from registration r join account a on a.id = r.account_id
            where r.channel = 'ASSISTED' and r.state = 'ACCEPTED' and a.password_hash is null and a.erased_at is null
                and strpos(name_key(a.display_name), {name}) > 0
            group by a.id, a.display_name order by a.display_name, a.id limit {Most}
            """).ToListAsync(cancellationToken);
        var (now, ids) = (db.Now, found.ConvertAll(one => one.Id));
        var organisations = (await (
            from mandate in db.Mandates
            join organisation in db.Organisations on mandate.OrganisationId equals organisation.Id
            where ids.Contains(mandate.AccountId) && mandate.Term.From <= now && (mandate.Term.Until == null || mandate.Term.Until > now) && (mandate.Term.EndedAt == null || mandate.Term.EndedAt > now)
            orderby organisation.Name
            select new { mandate.AccountId, organisation.Id, organisation.Name }).ToListAsync(cancellationToken)).ToLookup(row => row.AccountId, row => new RepresentedOrganisation(row.Id, row.Name));
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.Registration, ids);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new Page<AssistedPerson>(found.ConvertAll(one => new AssistedPerson(one.Id, one.DisplayName, one.Municipality, [.. organisations[one.Id]])), Next: null));
    }

    /// <summary>Whether staff act for the person: whoever can sign in acts for themselves.</summary>
    public static Task<bool> ContainsAsync(ParticipantsDb db, Guid person, CancellationToken cancellationToken) =>
        db.Accounts.AnyAsync(account => account.Id == person && account.PasswordHash == null && account.ErasedAt == null
            && db.Registrations.Any(row => row.AccountId == person && row.Channel == RegistrationChannel.Assisted && row.State == RegistrationState.Accepted), cancellationToken);

    private sealed record Found(Guid Id, string DisplayName, string? Municipality);
}
