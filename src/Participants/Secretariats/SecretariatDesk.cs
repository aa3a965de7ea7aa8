using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Awareness;
using OpenGov.Participants.Declarations;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Secretariats;

/// <summary>A secretariat with what its rules need to know.</summary>
/// <param name="Awareness">Days on which awareness activities were held; read only while it is not installed.</param>
/// <param name="Represented">The organisations for which the person who facilitates acts, or is to act; read where members or offices may change, or their rules are shown.</param>
public sealed record SecretariatInHand(
    Secretariat Secretariat, GoverningRules Rules, DateOnly Today, IReadOnlyList<DateOnly> Awareness, IReadOnlyList<Guid> Represented);

public sealed record SessionInHand(SecretariatSession Session, Secretariat Secretariat, Composition Composition, GoverningRules Rules, DateOnly Today);

/// <summary>
/// Loads, locks and stores. Acts on one secretariat or session happen one after the other, in all replicas: their rows are locked first,
/// the secretariat's always before the session's, and what is decided on is read afterwards.
/// </summary>
public sealed class SecretariatDesk(ParticipantsDb db, LegalProfileInForce profiles)
{
    /// <summary>As many as a profile can ask for.</summary>
    private const int MostAwarenessDays = 100;

    private enum Lock { None, Share, Update }

    /// <param name="act">What is to happen; its refusal leaves nothing behind.</param>
    /// <param name="detail">For the audit; no personal data.</param>
    public Task<Results<Ok<SecretariatView>, ProblemHttpResult>> ActAsync(
        Guid id, HttpContext http, string action, Func<SecretariatInHand, Result> act, object? detail, CancellationToken cancellationToken) =>
        ActWithMoreAsync(id, http, action, hand => Task.FromResult(act(hand)), detail, cancellationToken);

    /// <summary>The same where the act reads or writes more than the secretariat, in its transaction and after its lock.</summary>
    /// <param name="rule">Locked before the secretariat, where the act rests on more than its rows.</param>
    public async Task<Results<Ok<SecretariatView>, ProblemHttpResult>> ActWithMoreAsync(
        Guid id, HttpContext http, string action, Func<SecretariatInHand, Task<Result>> act, object? detail, CancellationToken cancellationToken, RuleLock? rule = null)
    {
        await using var work = rule is { } first ? await db.BeginAsync(first, cancellationToken) : await db.BeginAsync(cancellationToken);
        if (await LoadAsync(id, Lock.Update, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        if (await act(hand) is { IsRefused: true } refused)
            return http.Problem(refused);
        Record(hand.Secretariat.TakeFacts());
        db.Audit(http.RequireAccount().AccountId, action, "secretariat", id, after: detail);
        await db.SaveChangesAsync(cancellationToken);
        var view = await SecretariatViews.ViewAsync(db, hand, hand.Today, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(hand.Secretariat.Version);
        return TypedResults.Ok(view);
    }

    public Task<Results<Ok<SessionView>, ProblemHttpResult>> InSessionAsync(
        Guid id, HttpContext http, string action, Func<SessionInHand, Result> act, object? detail, CancellationToken cancellationToken) =>
        InSessionAsync(id, http, action, hand => Task.FromResult(act(hand)), detail, cancellationToken);

    /// <param name="act">Reads, and locks, what else it needs after the session is locked.</param>
    public async Task<Results<Ok<SessionView>, ProblemHttpResult>> InSessionAsync(
        Guid id, HttpContext http, string action, Func<SessionInHand, Task<Result>> act, object? detail, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        if (await SessionForWritingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        if (await act(hand) is { IsRefused: true } refused)
            return http.Problem(refused);
        return await StoreAsync(http, work, hand, action, detail, cancellationToken);
    }

    internal async Task<Ok<SessionView>> StoreAsync(HttpContext http, UnitOfWork work, SessionInHand hand, string action, object? detail, CancellationToken cancellationToken)
    {
        Record(hand.Session.TakeFacts());
        db.Audit(http.RequireAccount().AccountId, action, "secretariat_session", hand.Session.Id, after: detail);
        await db.SaveChangesAsync(cancellationToken);
        var view = await SessionViews.ViewAsync(db, hand, cancellationToken);
        await work.CommitAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(hand.Session.Version);
        return TypedResults.Ok(view);
    }

    public Task<SecretariatInHand?> ForWritingAsync(Guid id, CancellationToken cancellationToken) => LoadAsync(id, Lock.Update, cancellationToken);

    public Task<SecretariatInHand?> ReadAsync(Guid id, CancellationToken cancellationToken) => LoadAsync(id, Lock.None, cancellationToken);

    public Task<SessionInHand?> SessionForWritingAsync(Guid id, CancellationToken cancellationToken) => SessionAsync(id, Lock.Update, cancellationToken);

    /// <summary>Resolutions are numbered by secretariat: closing a session locks it as well.</summary>
    public Task<SessionInHand?> SessionForClosingAsync(Guid id, CancellationToken cancellationToken) => SessionAsync(id, Lock.Update, cancellationToken, Lock.Update);

    /// <summary>
    /// Only what a vote needs: forty seats vote at once and each waits for those before it. The agenda and other motions are not there.
    /// </summary>
    public async Task<SessionInHand?> SessionForVotingAsync(Guid id, Guid motionId, CancellationToken cancellationToken)
    {
        var secretariatId = await db.Set<Motion>().Where(row => row.Id == motionId && row.SessionId == id)
            .Join(db.SecretariatSessions, motion => motion.SessionId, session => session.Id, (motion, session) => session.SecretariatId).SingleOrDefaultAsync(cancellationToken);
        if (secretariatId == Guid.Empty || await LoadAsync(secretariatId, Lock.Share, cancellationToken) is not { } hand)
            return null;
        var composition = hand.Secretariat.On(hand.Today);
        await db.Database.ExecuteSqlAsync($"select 1 from secretariat_session where id = {id} for update", cancellationToken);
        var session = await db.SecretariatSessions
            .Include(row => row.Attendances.Where(attendance => attendance.LeftAt == null))
            .Include(row => row.Motions.Where(motion => motion.Id == motionId)).ThenInclude(row => row.Ballots).ThenInclude(row => row.Votes)
            .AsSplitQuery().SingleAsync(row => row.Id == id, cancellationToken);
        return new SessionInHand(session, hand.Secretariat, composition, hand.Rules, hand.Today);
    }

    public Task<SessionInHand?> ReadSessionAsync(Guid id, CancellationToken cancellationToken) => SessionAsync(id, Lock.None, cancellationToken);

    public void Record(IEnumerable<IIntegrationEvent> facts)
    {
        foreach (var fact in facts)
            db.Record(fact);
    }

    private async Task<SecretariatInHand?> LoadAsync(Guid id, Lock rows, CancellationToken cancellationToken)
    {
        if (rows == Lock.Update)
            await db.Database.ExecuteSqlAsync($"select 1 from secretariat where id = {id} for update", cancellationToken);
        else if (rows == Lock.Share)
            await db.Database.ExecuteSqlAsync($"select 1 from secretariat where id = {id} for share", cancellationToken);
        var query = db.Secretariats.Include(row => row.Seats).Include(row => row.Holdings).Include(row => row.Offices).Include(row => row.Mechanisms).Include(row => row.Suspensions).AsSplitQuery();
        var secretariat = await (rows == Lock.None ? query.AsNoTrackingWithIdentityResolution() : query).SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (secretariat is null)
            return null;
        var today = await profiles.TodayAsync(cancellationToken);
        if (secretariat is { State: SecretariatState.Integrating, DeclaredOn: null })
            await RestOnDeclarationAsync(secretariat, today, cancellationToken);
        var profile = await profiles.OnAsync(today, cancellationToken);
        var governing = secretariat.Rules(profile?.Parameters ?? new ProfileParameters());
        // The profile names who held the seat on the day of its adoption; who stands in its place sits there now.
        if (secretariat.State == SecretariatState.Integrating && governing.SeatGuarantorId is { } guarantor)
            governing = governing with { SeatGuarantorId = await SeatSuccession.StandingAsync(db, guarantor, cancellationToken) };
        return new SecretariatInHand(secretariat, governing, today, await AwarenessAsync(secretariat, cancellationToken),
            rows == Lock.Update || secretariat.State == SecretariatState.Integrating ? await RepresentedAsync(secretariat.Current(SecretariatOffice.Facilitator, today)?.AccountId, cancellationToken) : []);
    }

    private async Task<IReadOnlyList<Guid>> RepresentedAsync(Guid? facilitator, CancellationToken cancellationToken)
    {
        if (facilitator is null)
            return [];
        return await db.Mandates.NotOver(db.Now).Where(row => row.AccountId == facilitator).Select(row => row.OrganisationId).Distinct().ToListAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<DateOnly>> AwarenessAsync(Secretariat secretariat, CancellationToken cancellationToken) => secretariat.State == SecretariatState.Integrating
        ? await db.AwarenessActivities.Where(row => row.State == AwarenessState.Held).OrderBy(row => row.HeldOn).Select(row => row.HeldOn).Take(MostAwarenessDays).ToListAsync(cancellationToken)
        : [];

    /// <summary>INV-03: the instance's own joint declaration, once its last signature is there; staff records one that was signed before.</summary>
    private async Task RestOnDeclarationAsync(Secretariat secretariat, DateOnly today, CancellationToken cancellationToken)
    {
        if (await db.JointDeclarations.AsNoTracking().Include(row => row.Signatories).SingleOrDefaultAsync(row => row.State == DeclarationState.Complete, cancellationToken) is { SignedOn: { } signedOn } declaration)
            secretariat.Declare(signedOn, [.. declaration.Signatories.Where(one => one.SignedOn is not null).Select(one => one.Sector)], declaration.Title, today);
    }

    private async Task<SessionInHand?> SessionAsync(Guid id, Lock rows, CancellationToken cancellationToken, Lock ofSecretariat = Lock.Share)
    {
        var secretariatId = await db.SecretariatSessions.Where(row => row.Id == id).Select(row => row.SecretariatId).SingleOrDefaultAsync(cancellationToken);
        if (secretariatId == Guid.Empty || await LoadAsync(secretariatId, rows == Lock.None ? Lock.None : ofSecretariat, cancellationToken) is not { } hand)
            return null;
        if (rows == Lock.Update)
            await db.Database.ExecuteSqlAsync($"select 1 from secretariat_session where id = {id} for update", cancellationToken);
        var query = db.SecretariatSessions.Include(row => row.Agenda).Include(row => row.Documents).Include(row => row.Attendances).Include(row => row.Motions).ThenInclude(row => row.Ballots).ThenInclude(row => row.Votes).AsSplitQuery();
        var session = await (rows == Lock.None ? query.AsNoTrackingWithIdentityResolution() : query).SingleAsync(row => row.Id == id, cancellationToken);
        return new SessionInHand(session, hand.Secretariat, hand.Secretariat.On(hand.Today), hand.Rules, hand.Today);
    }
}
