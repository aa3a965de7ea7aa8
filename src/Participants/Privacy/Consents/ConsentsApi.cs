using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Participants.Http;
using OpenGov.Participants.Privacy.Erasures;
using OpenGov.Participants.Privacy.Notices;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Consents;

/// <param name="Given">In effect now.</param>
/// <param name="History">Earlier ones too, the latest first.</param>
public sealed record ConsentView(ConsentKind Kind, bool Given, int CurrentText, IReadOnlyList<GivenConsent> History);

public sealed record GivenConsent(int TextVersion, Guid PrivacyNoticeId, DateTimeOffset GivenAt, DateTimeOffset? RevokedAt);

/// <param name="TextVersion">Of the wording that was shown: the current one.</param>
public sealed record GiveConsentRequest(int? TextVersion, Guid? PrivacyNoticeId);

public static class ConsentsApi
{
    public static void MapConsents(this IEndpointRouteBuilder api)
    {
        var own = api.MapGroup("/my/consents").WithTags("Personal data").RequireAuthorization().OpenToOwnAccount();
        own.MapGet("", Own).WithSummary("My consents, each by its purpose.");
        own.MapPut("/{kind}", Give).ProducesProblem(422).WithSummary("Consents to one purpose; again is the same.");
        own.MapDelete("/{kind}", Revoke).WithSummary("Revokes a consent, with immediate effect.");
        var names = api.MapGroup("/public-names").WithTags("Personal data").NeverStored();
        names.MapGet("", PublicNames.Among).WithSummary("Names of those, among the given ids, who consented to their publication (INV-51).");
        names.MapGet("/all", PublicNames.List).WithSummary("Names of those who take part and consented to the public list (INV-51), in the order in which they came.");
        names.MapGet("/figures", PublicNames.Figures).WithSummary("How many take part by name in the public list and how many without.");
    }

    private static async Task<Ok<Page<ConsentView>>> Own(HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var account = http.RequireAccount().AccountId;
        var rows = await db.Consents.AsNoTracking().Where(row => row.PersonId == account).OrderByDescending(row => row.GivenAt).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<ConsentView>(
            [.. Enum.GetValues<ConsentKind>().Select(kind => new ConsentView(
                kind, rows.Exists(row => row.Kind == kind && row.RevokedAt == null), Consent.CurrentText(kind),
                [.. rows.Where(row => row.Kind == kind).Select(row => new GivenConsent(row.TextVersion, row.PrivacyNoticeId, row.GivenAt, row.RevokedAt))]))],
            Next: null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Give(
        string kind, GiveConsentRequest request, HttpContext http, ParticipantsDb db, NoticeInForce notices, CancellationToken cancellationToken)
    {
        if (!EnumCodes.TryParse<ConsentKind>(kind, out var purpose))
            return http.Problem(Refusal.NotFound());
        var text = Consent.CurrentText(purpose);
        if (request.TextVersion != text)
            return http.Problem(Refusal.Rule("consent_text_changed", "textVersion"));
        var notice = await notices.RequireAsync(request.PrivacyNoticeId, cancellationToken);
        if (notice.IsRefused)
            return http.Problem(notice);
        var account = http.RequireAccount().AccountId;
        await using var work = await db.BeginAsync(cancellationToken);
        // Given under an earlier wording: from now on this one is what was agreed to.
        await db.Database.ExecuteSqlAsync(
            $"update consent set revoked_at = {db.Now} where person_id = {account} and kind = {purpose.Code()} and revoked_at is null and text_version < {text}", cancellationToken);
        // A double click meets the unique index and is the same consent.
        var id = Guid.CreateVersion7();
        var given = await db.Database.ExecuteSqlAsync(
            $"""
            insert into consent (id, person_id, kind, text_version, privacy_notice_id, given_at)
            values ({id}, {account}, {purpose.Code()}, {text}, {notice.Value}, {db.Now})
            on conflict (person_id, kind) where revoked_at is null do nothing
            """, cancellationToken);
        if (given > 0)
            db.Audit(account, "consent_given", "consent", id, after: new { Kind = purpose, TextVersion = text });
        await db.SaveChangesAsync(cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(string kind, HttpContext http, ParticipantsDb db, LedgerWriter ledger, CancellationToken cancellationToken)
    {
        if (!EnumCodes.TryParse<ConsentKind>(kind, out var purpose))
            return http.Problem(Refusal.NotFound());
        var account = http.RequireAccount().AccountId;
        foreach (var consent in await db.Consents.Where(row => row.PersonId == account && row.Kind == purpose && row.RevokedAt == null).ToListAsync(cancellationToken))
        {
            consent.RevokedAt = db.Now;
            db.Audit(account, "consent_revoked", "consent", consent.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        await ledger.WriteAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }
}
