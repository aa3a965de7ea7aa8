using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="On">The day of what it tells.</param>
public sealed record FollowUpView(ResolutionProgress State, string Note, DateOnly On, DateTimeOffset RecordedAt);

/// <param name="Formula">The rule with its numbers.</param>
/// <param name="Progress">The last that was told of it; PENDING where nothing was.</param>
/// <param name="Overdue">Its day has passed and it is not fulfilled; a superseded one is due no more.</param>
/// <param name="FollowUps">What became of it, the first one first.</param>
/// <param name="MajorityBase">Of which seats the base is.</param>
public sealed record ResolutionView(
    Guid Id, int Version, Guid SecretariatId, int Number, string Text, string Matter, DecisionSubject? Subject, Guid SessionId, SecretariatSessionKind SessionKind, int SessionNumber, Guid MotionId, VotingRule Rule,
    BallotTotals Totals, int? Needed, string Formula, Guid? ResponsibleId, string? ResponsibleName, DateOnly? DueOn, DateTimeOffset AdoptedAt, Guid? SupersedesId, Guid? SupersededById,
    ResolutionProgress Progress, bool Overdue, IReadOnlyList<FollowUpView> FollowUps, MajorityBase MajorityBase);

public static class ReadSecretariats
{
    public static async Task<Ok<Page<SecretariatLine>>> List(ParticipantsDb db, CancellationToken cancellationToken)
    {
        // One for the state, few for regions and municipalities; the first formed, which is the state's own, first.
        var rows = await db.Secretariats.AsNoTracking().OrderBy(row => row.ParentId != null).ThenBy(row => row.Id).Take(Cursor.MaxLimit)
            .Select(row => new SecretariatLine(row.Id, row.Name, row.ParentId, row.State, row.InstalledOn)).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<SecretariatLine>(rows, Next: null));
    }

    /// <param name="on">The day to show; today where it is missing.</param>
    public static async Task<Results<Ok<SecretariatView>, ProblemHttpResult>> One(
        Guid id, DateOnly? on, HttpContext http, ParticipantsDb db, SecretariatDesk desk, MessageCatalog catalog, CancellationToken cancellationToken)
    {
        var fields = new Fields();
        fields.Day("on", on);
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (await desk.ReadAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(string.Create(CultureInfo.InvariantCulture, $"{hand.Secretariat.Version}-{on ?? hand.Today:yyyyMMdd}"));
        return TypedResults.Ok(await SecretariatViews.ViewAsync(db, hand, on ?? hand.Today, cancellationToken, catalog));
    }

    /// <summary>Everybody who ever held a seat, by seat, the latest first.</summary>
    public static async Task<Results<Ok<Page<HolderView>>, ProblemHttpResult>> Memberships(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        await desk.ReadAsync(id, cancellationToken) is { } hand
            ? TypedResults.Ok(new Page<HolderView>(await SecretariatViews.MembershipsAsync(db, hand.Secretariat, cancellationToken), Next: null))
            : http.Problem(Refusal.NotFound());

    public static async Task<Results<Ok<Page<SessionLine>>, ProblemHttpResult>> Sessions(Guid id, string? cursor, int? limit, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var rows = db.SecretariatSessions.AsNoTracking().Where(row => row.SecretariatId == id);
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 2) is not [var text, var last] || !Guid.TryParse(last, out var after)
                || !DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            var from = at.ToUniversalTime();
            rows = rows.Where(row => row.StartsAt < from || (row.StartsAt == from && row.Id.CompareTo(after) < 0));
        }

        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var found = await rows.OrderByDescending(row => row.StartsAt).ThenByDescending(row => row.Id).Take(size.Value + 1)
            .Select(row => new SessionLine(row.Id, row.SecretariatId, row.Kind, row.Number, row.State, row.StartsAt, row.ClosedAt, row.Place, row.ConvenedAt)).ToListAsync(cancellationToken);
        var next = found.Count > size.Value ? Cursor.Encode(found[size.Value - 1].StartsAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture), found[size.Value - 1].Id.ToString()) : null;
        return TypedResults.Ok(new Page<SessionLine>([.. found.Take(size.Value)], next));
    }

    public static async Task<Results<Ok<SessionView>, StatusCodeHttpResult, ProblemHttpResult>> Session(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        if (await desk.ReadSessionAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        // The quorum follows from who holds the seats as well, and so from the secretariat and the day; a rule that waits for its vote, from other sessions too.
        var rules = await SessionViews.RulesAheadAsync(db, hand, cancellationToken);
        var etag = string.Create(CultureInfo.InvariantCulture, $"{hand.Session.Version}-{hand.Secretariat.Version}-{hand.Today:yyyyMMdd}{string.Concat(hand.Session.Motions.Where(row => rules.ContainsKey(row.Id)).OrderBy(row => row.Number).Select(row => $"-{(int)rules[row.Id]}"))}");
        return http.IsNotModified(ETags.Of(etag)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(await SessionViews.ViewAsync(db, hand, cancellationToken, rules));
    }

    /// <param name="subjectId">Only those about this thing: a group, a mechanism that is proposed, a plan.</param>
    public static async Task<Results<Ok<Page<ResolutionView>>, ProblemHttpResult>> Resolutions(
        Guid id, Guid? subjectId, string? cursor, int? limit, HttpContext http, ParticipantsDb db, LegalProfileInForce profiles, CancellationToken cancellationToken)
    {
        var size = Cursor.Limit(limit);
        if (size.IsRefused)
            return http.Problem(size);
        var rows = db.Resolutions.AsNoTracking().Include(row => row.FollowUps).Where(row => row.SecretariatId == id);
        if (subjectId is { } subject)
            rows = rows.Where(row => row.SubjectId == subject);
        if (cursor is not null)
        {
            if (Cursor.Decode(cursor, 1) is not [var last] || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
                return http.Problem(Refusal.Invalid("cursor", "cursor_invalid"));
            rows = rows.Where(row => row.Number < after);
        }

        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        var found = await rows.OrderByDescending(row => row.Number).Take(size.Value + 1).ToListAsync(cancellationToken);
        var next = found.Count > size.Value ? Cursor.Encode(found[size.Value - 1].Number.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<ResolutionView>(await ViewAsync(db, [.. found.Take(size.Value)], await profiles.TodayAsync(cancellationToken), cancellationToken), next));
    }

    public static async Task<Results<Ok<ResolutionView>, StatusCodeHttpResult, ProblemHttpResult>> Resolution(
        Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce profiles, CancellationToken cancellationToken)
    {
        var resolution = await db.Resolutions.AsNoTracking().Include(row => row.FollowUps).SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (resolution is null)
            return http.Problem(Refusal.NotFound());
        // Whether it is overdue follows from the day.
        var today = await profiles.TodayAsync(cancellationToken);
        return http.IsNotModified(ETags.Of(string.Create(CultureInfo.InvariantCulture, $"{resolution.Version}-{today:yyyyMMdd}")))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok((await ViewAsync(db, [resolution], today, cancellationToken))[0]);
    }

    internal static async Task<IReadOnlyList<ResolutionView>> ViewAsync(ParticipantsDb db, IReadOnlyList<Resolution> rows, DateOnly today, CancellationToken cancellationToken)
    {
        var organisations = rows.Select(row => row.ResponsibleId).OfType<Guid>().Distinct().ToList();
        var names = await db.Organisations.Where(row => organisations.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken);
        var ids = rows.Select(row => row.SessionId).Distinct().ToList();
        var sessions = await db.SecretariatSessions.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.Kind, row.Number }).ToDictionaryAsync(row => row.Id, cancellationToken);
        var ballots = rows.Select(row => row.BallotId).ToList();
        var bases = await db.Set<Ballot>().Where(row => ballots.Contains(row.Id)).Select(row => new { row.Id, row.MajorityBase }).ToDictionaryAsync(row => row.Id, row => row.MajorityBase, cancellationToken);
        return [.. rows.Select(row => new ResolutionView(
            row.Id, row.Version, row.SecretariatId, row.Number, row.Text, row.Matter, row.SubjectId is { } subject ? new DecisionSubject(row.SubjectKind!, subject, row.SubjectHash) : null,
            row.SessionId, sessions[row.SessionId].Kind, sessions[row.SessionId].Number, row.MotionId, row.Rule, row.Totals, DecisionFormulas.Needed(row.Rule, row.Base), DecisionFormulas.Explain(row.Rule, row.Base, row.InFavour, row.Against),
            row.ResponsibleId, row.ResponsibleId is { } responsible ? names[responsible] : null, row.DueOn, row.AdoptedAt, row.SupersedesId, row.SupersededById,
            row.Progress, row.IsOverdue(today), [.. row.FollowUps.OrderBy(told => told.RecordedAt).ThenBy(told => told.Id).Select(told => new FollowUpView(told.State, told.Note, told.NotedOn, told.RecordedAt))], bases[row.BallotId]))];
    }
}
