using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Accounts;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Privacy.Consents;

/// <summary>Somebody's name, published because they agreed to it.</summary>
public sealed record PublicName(Guid Id, string Name);

/// <param name="Named">In the public list.</param>
/// <param name="Unnamed">Take part and are not in it; null where this or another count of people would be of few (SPEC §4.3).</param>
public sealed record PublicNameFigures(int Named, int? Unnamed);

/// <summary>INV-51: names of people are published only while a separate consent to it is in effect; that they take part is a count. Nothing here is kept by a cache.</summary>
public static class PublicNames
{
    private const int MostNames = 100;

    /// <summary>The names that may stand beside contributions now, by person; everybody else is missing.</summary>
    public static async Task<Dictionary<Guid, string>> AmongAsync(ParticipantsDb db, IReadOnlyCollection<Guid> people, CancellationToken cancellationToken) => await (
        from consent in db.Consents
        join account in db.Accounts on consent.PersonId equals account.Id
        where people.Contains(consent.PersonId) && consent.Kind == ConsentKind.PublishName && consent.RevokedAt == null && account.ErasedAt == null
        select new { account.Id, account.DisplayName }).ToDictionaryAsync(row => row.Id, row => row.DisplayName, cancellationToken);

    internal static async Task<Results<Ok<Page<PublicName>>, ProblemHttpResult>> Among(Guid[] id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        if (id.Length > MostNames)
            return http.Problem(Refusal.Invalid("id", "items_too_many", MostNames));
        var names = await AmongAsync(db, id, cancellationToken);
        return TypedResults.Ok(new Page<PublicName>([.. names.OrderBy(pair => pair.Key).Select(pair => new PublicName(pair.Key, pair.Value))], Next: null));
    }

    internal static async Task<Results<Ok<Page<PublicName>>, ProblemHttpResult>> List(string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var after = Guid.Empty;
        if (cursor is not null && !(Cursor.Decode(cursor, 1) is [var key] && Guid.TryParse(key, out after)))
            return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
        var rows = await Named(db).Where(account => account.Id > after).OrderBy(account => account.Id).Take(size.Value + 1)
            .Select(account => new PublicName(account.Id, account.DisplayName)).ToListAsync(cancellationToken);
        var page = rows.Take(size.Value).ToList();
        return TypedResults.Ok(new Page<PublicName>(page, rows.Count > size.Value ? Cursor.Encode(page[^1].Id.ToString()) : null));
    }

    internal static async Task<Ok<PublicNameFigures>> Figures(ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        // The names are public themselves: only the others are a count that could point at somebody.
        var people = await PeopleFigures.ReadAsync(db, rules, cancellationToken);
        return TypedResults.Ok(new PublicNameFigures(people.Named, people.Unnamed));
    }

    /// <summary>Whoever registered and counts. Who is suspended is not shown, and not counted with those who chose not to be.</summary>
    internal static IQueryable<Account> TakingPart(ParticipantsDb db) => db.Accounts.AsNoTracking().Where(account => account.ErasedAt == null && account.SuspendedAt == null
        && db.Registrations.Any(row => row.AccountId == account.Id && row.State == RegistrationState.Accepted));

    internal static IQueryable<Account> Named(ParticipantsDb db) => TakingPart(db).Where(account => db.Consents.Any(consent =>
        consent.PersonId == account.Id && consent.Kind == ConsentKind.PublishName && consent.RevokedAt == null && consent.TextVersion >= Consent.PublicListText));
}
