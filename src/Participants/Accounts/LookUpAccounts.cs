using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy.Access;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Accounts;

/// <param name="Email">The whole address; finds anybody's account.</param>
/// <param name="Name">A part of the name of somebody who acts for an organisation; one of the two.</param>
public sealed record AccountLookUp(string? Email, string? Name);

/// <param name="Organisations">For which the person acts now.</param>
public sealed record FoundAccount(Guid Id, string DisplayName, IReadOnlyList<string> Organisations);

/// <summary>
/// Whoever composes a secretariat names the account of who sits for an organisation, without the list of all accounts: somebody whose address they know, or a
/// representative. What was shown is written down for each person.
/// </summary>
internal static class LookUpAccounts
{
    private const int Most = 20;

    public static async Task<Results<Ok<Page<FoundAccount>>, ProblemHttpResult>> Handle(AccountLookUp request, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var now = db.Now;
        var mandates = db.Mandates.Where(row => row.Term.From <= now && (row.Term.Until == null || row.Term.Until > now) && (row.Term.EndedAt == null || row.Term.EndedAt > now));
        IQueryable<Account> wanted;
        if (request.Email is not null)
        {
            var email = EmailAddress.Read("email", request.Email);
            if (email.IsRefused)
                return http.Problem(email);
            var normalized = EmailAddress.Normalize(email.Value);
            wanted = db.Accounts.Where(row => row.NormalizedEmail == normalized);
        }
        else
        {
            var fields = new Fields();
            var name = fields.Text("name", request.Name, 3, 200);
            if (fields.AreRefused)
                return http.Problem(fields.Refusals);
            var key = PersonName.KeyOf(name);
            wanted = db.Accounts.FromSql($"select * from account where strpos(name_key(display_name), {key}) > 0").Where(row => mandates.Any(mandate => mandate.AccountId == row.Id));
        }

        var found = await wanted.Where(row => row.ErasedAt == null && row.SuspendedAt == null).OrderBy(row => row.DisplayName).ThenBy(row => row.Id).Take(Most).Select(row => new { row.Id, row.DisplayName }).ToListAsync(cancellationToken);
        var ids = found.ConvertAll(row => row.Id);
        var actsFor = (await mandates.Where(row => ids.Contains(row.AccountId))
            .Join(db.Organisations, mandate => mandate.OrganisationId, row => row.Id, (mandate, row) => new { mandate.AccountId, row.Name }).ToListAsync(cancellationToken)).ToLookup(row => row.AccountId, row => row.Name);
        db.LogAccess(http.RequireAccount().AccountId, AccessOccasion.Account, ids);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new Page<FoundAccount>(found.ConvertAll(row => new FoundAccount(row.Id, row.DisplayName, [.. actsFor[row.Id].Distinct().Order(StringComparer.CurrentCulture)])), Next: null));
    }
}
