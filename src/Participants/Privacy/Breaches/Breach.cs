using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Mails;
using OpenGov.Participants.Staffing;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Privacy.Breaches;

/// <summary>A breach of security in which personal data were touched: what, how many, what was done, who was told and when.</summary>
public sealed class Breach : AggregateRoot
{
    /// <summary>A working day is left to write to the authority.</summary>
    public static readonly TimeSpan WarnBefore = TimeSpan.FromHours(24);

    private Breach()
    {
    }

    /// <summary>To the minute, as people write it down.</summary>
    public DateTimeOffset KnownAt { get; private set; }
    public DateOnly OccurredOn { get; private set; }
    public string What { get; private set; } = "";
    public string DataKinds { get; private set; } = "";
    public int PeopleAffected { get; private set; }
    public string Measures { get; private set; } = "";
    public DateTimeOffset? AuthorityNotifiedAt { get; private set; }
    public DateTimeOffset? PeopleNotifiedAt { get; private set; }
    public Guid RecordedBy { get; private init; }

    /// <summary>0 none, 1 before the deadline, 2 after it.</summary>
    [Noted]
    public short Reminders { get; private set; }

    public bool IsTold => AuthorityNotifiedAt is not null && PeopleNotifiedAt is not null;

    /// <returns>The kind of mail that staff get now, or null.</returns>
    public string? Remind(DateTimeOffset notifyBy, DateTimeOffset now)
    {
        var due = now > notifyBy ? (short)2 : now > notifyBy - WarnBefore ? (short)1 : (short)0;
        if (IsTold || due <= Reminders)
            return null;
        Reminders = due;
        return due == 2 ? PersonalMailKinds.BreachOverdue : PersonalMailKinds.BreachDue;
    }

    public static Result<Breach> Record(BreachRequest request, Guid by, DateOnly today, DateTimeOffset now)
    {
        var breach = new Breach { Id = Guid.CreateVersion7(), KnownAt = Minute(now), RecordedBy = by };
        var written = breach.Change(request, today, now);
        return written.IsRefused ? Result<Breach>.From(written.Refusals) : breach;
    }

    public Result Change(BreachRequest request, DateOnly today, DateTimeOffset now)
    {
        var fields = new Fields();
        var occurred = fields.Value("occurredOn", request.OccurredOn);
        if (occurred > today)
            fields.Refuse(Refusal.Invalid("occurredOn", "moment_in_future"));
        var what = fields.Text("what", request.What, 5, 4000);
        var kinds = fields.Text("dataKinds", request.DataKinds, 3, 1000);
        var people = fields.Value("peopleAffected", request.PeopleAffected);
        if (people < 0)
            fields.Refuse(Refusal.Invalid("peopleAffected", "number_out_of_range", 0, int.MaxValue));
        var measures = fields.Text("measures", request.Measures, 5, 4000);
        var known = Minute(request.KnownAt?.ToUniversalTime() ?? KnownAt);
        if (known > now)
            fields.Refuse(Refusal.Invalid("knownAt", "moment_in_future"));
        // What was told stays told; a moment that was mistyped is corrected, and the audit trail says what it was.
        var (authority, told) = (request.AuthorityNotifiedAt?.ToUniversalTime() ?? AuthorityNotifiedAt, request.PeopleNotifiedAt?.ToUniversalTime() ?? PeopleNotifiedAt);
        Notified("authorityNotifiedAt", authority);
        Notified("peopleNotifiedAt", told);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (OccurredOn, What, DataKinds, PeopleAffected, Measures) = (occurred, what, kinds, people, measures);
        // Another deadline is reminded of anew.
        if (known != Minute(KnownAt))
            Reminders = 0;
        (KnownAt, AuthorityNotifiedAt, PeopleNotifiedAt) = (known, authority, told);
        return Result.Done;

        void Notified(string field, DateTimeOffset? at)
        {
            if (at > now)
                fields.Refuse(Refusal.Invalid(field, "moment_in_future"));
            else if (at < known)
                fields.Refuse(Refusal.Invalid(field, "notified_before_known"));
        }
    }

    private static DateTimeOffset Minute(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMinute));
}

/// <param name="KnownAt">When the institution learned of it; the deadlines run from here. Where it is missing: now, or what was recorded.</param>
/// <param name="PeopleAffected">0 where it is not known yet.</param>
public sealed record BreachRequest(
    DateTimeOffset? KnownAt, DateOnly? OccurredOn, string? What, string? DataKinds, int? PeopleAffected, string? Measures, DateTimeOffset? AuthorityNotifiedAt, DateTimeOffset? PeopleNotifiedAt);

/// <summary>What the audit trail keeps of a record: its moments and figures, from which deadlines follow.</summary>
internal sealed record BreachAudit(DateTimeOffset KnownAt, DateOnly OccurredOn, int PeopleAffected, DateTimeOffset? AuthorityNotifiedAt, DateTimeOffset? PeopleNotifiedAt)
{
    public static BreachAudit Of(Breach row) => new(row.KnownAt, row.OccurredOn, row.PeopleAffected, row.AuthorityNotifiedAt, row.PeopleNotifiedAt);
}

/// <param name="NotifyBy">Until when authority and people should be told, by the legal profile.</param>
public sealed record BreachView(
    Guid Id,
    int Version,
    DateTimeOffset KnownAt,
    DateOnly OccurredOn,
    string What,
    string DataKinds,
    int PeopleAffected,
    string Measures,
    DateTimeOffset? AuthorityNotifiedAt,
    DateTimeOffset? PeopleNotifiedAt,
    DateTimeOffset NotifyBy,
    bool Overdue);

public static class BreachesApi
{
    public static void MapBreaches(this IEndpointRouteBuilder api)
    {
        var breaches = api.MapGroup("/breaches").WithTags("Personal data").RequireStaff(StaffRole.Administrator);
        breaches.MapGet("", List).WithSummary("The register of breaches, the latest first.");
        breaches.MapGet("/{id:guid}", One).ProducesProblem(404).WithSummary("One breach.");
        breaches.MapPost("", Record).AddEndpointFilter<IdempotencyFilter>().WithSummary("Records a breach.");
        breaches.MapPut("/{id:guid}", Change).ProducesProblem(404).ProducesProblem(412).ProducesProblem(428).WithSummary("Completes the record; If-Match with its version.");
    }

    private static async Task<Ok<Page<BreachView>>> List(ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var rows = await db.Breaches.AsNoTracking().OrderByDescending(row => row.KnownAt).Take(Cursor.MaxLimit).ToListAsync(cancellationToken);
        var views = new List<BreachView>(rows.Count);
        foreach (var row in rows)
            views.Add(View(row, await HoursAsync(row, rules, cancellationToken), db.Now));
        return TypedResults.Ok(new Page<BreachView>(views, Next: null));
    }

    private static async Task<Results<Ok<BreachView>, ProblemHttpResult>> One(Guid id, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var row = await db.Breaches.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(View(row, await HoursAsync(row, rules, cancellationToken), db.Now));
    }

    private static async Task<Results<Created<BreachView>, ProblemHttpResult>> Record(
        BreachRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var by = http.RequireAccount().AccountId;
        var recorded = Breach.Record(request, by, await rules.TodayAsync(cancellationToken), db.Now);
        if (recorded.IsRefused)
            return http.Problem(recorded);
        var row = recorded.Value;
        db.Add(row);
        db.Audit(by, "breach_recorded", "breach", row.Id, after: BreachAudit.Of(row));
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Created($"/api/participants/v1/breaches/{row.Id}", View(row, await HoursAsync(row, rules, cancellationToken), db.Now));
    }

    private static async Task<Results<Ok<BreachView>, ProblemHttpResult>> Change(
        Guid id, BreachRequest request, HttpContext http, ParticipantsDb db, LegalProfileInForce rules, CancellationToken cancellationToken)
    {
        var row = await db.Breaches.SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return http.Problem(Refusal.NotFound());
        if (http.RequireMatch(row.Version) is { IsRefused: true } stale)
            return http.Problem(stale);
        var before = BreachAudit.Of(row);
        if (row.Change(request, await rules.TodayAsync(cancellationToken), db.Now) is { IsRefused: true } refused)
            return http.Problem(refused);
        db.Audit(http.RequireAccount().AccountId, "breach_changed", "breach", row.Id, before, BreachAudit.Of(row));
        await db.SaveChangesAsync(cancellationToken);
        http.Response.GetTypedHeaders().ETag = ETags.Of(row.Version);
        return TypedResults.Ok(View(row, await HoursAsync(row, rules, cancellationToken), db.Now));
    }

    /// <summary>A mail to administrators a day before the deadline and another once it is over, until both were told.</summary>
    internal static async Task RemindAsync(ParticipantsDb db, LegalProfileInForce rules, StaffMails mails, CancellationToken cancellationToken)
    {
        var open = await db.Breaches.Where(row => row.Reminders < 2 && (row.AuthorityNotifiedAt == null || row.PeopleNotifiedAt == null)).ToListAsync(cancellationToken);
        foreach (var row in open)
        {
            var by = row.KnownAt.AddHours(await HoursAsync(row, rules, cancellationToken));
            if (row.Remind(by, db.Now) is { } kind)
                await mails.TellAsync([StaffRole.Administrator], kind, $"/administracion/vulneraciones/{row.Id}", [(await rules.LocalAsync(by, cancellationToken)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)], cancellationToken);
        }
    }

    /// <summary>By the rules of the moment at which it became known, whatever is in force since.</summary>
    private static async Task<int> HoursAsync(Breach row, LegalProfileInForce rules, CancellationToken cancellationToken) =>
        ((await rules.AtAsync(row.KnownAt, cancellationToken))?.Parameters.Privacy ?? new PrivacyTerms()).BreachNoticeHours;

    private static BreachView View(Breach row, int hours, DateTimeOffset now)
    {
        var by = row.KnownAt.AddHours(hours);
        return new(row.Id, row.Version, row.KnownAt, row.OccurredOn, row.What, row.DataKinds, row.PeopleAffected, row.Measures, row.AuthorityNotifiedAt, row.PeopleNotifiedAt, by,
            now > by && !row.IsTold);
    }
}
