using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Privacy.Arco;

public enum ArcoRight { Access, Rectification, Cancellation, Objection, Portability }

public enum ArcoState
{
    /// <summary>The answer's term runs.</summary>
    Received,

    /// <summary>The person was warned that something is missing; their term runs.</summary>
    Prevented,

    /// <summary>What was missing did not come in time.</summary>
    NotFiled,

    /// <summary>Not for this institution: the person was told where to go.</summary>
    Redirected,

    Withdrawn,
    Answered,

    /// <summary>What was granted is done.</summary>
    Effective,

    /// <summary>The person's data were erased before it was done: nothing is left that it could be about.</summary>
    WithoutMatter,
}

public enum ArcoOutcome { Granted, Partly, Denied }

/// <summary>What staff are told of a term that ends, once each.</summary>
public enum ArcoReminder { Due, Overdue }

/// <summary>The state's business days and the law's terms for one request.</summary>
/// <param name="Terms">In force when the request was received: what the law allows later does not reach back.</param>
/// <param name="WarnDays">How early the desk wants to be told, as it is now.</param>
public sealed record ArcoClock(DateOnly Today, BusinessCalendar Calendar, PrivacyTerms Terms, int WarnDays)
{
    public DateOnly In(int days) => Calendar.Add(Today, days);
}

/// <summary>A request to exercise a right over one's own data, with the statutory clock of SPEC §4.3. All terms are business days.</summary>
public sealed class ArcoRequest : AggregateRoot
{
    private ArcoRequest()
    {
    }

    public int Year { get; private init; }
    public int Number { get; private init; }

    /// <summary>On the receipt: ARCO-2026-0007.</summary>
    public string Folio { get; private init; } = "";

    /// <summary>Whose data it is about; null where staff recorded it and nobody was found.</summary>
    public Guid? PersonId { get; private set; }

    /// <summary>INV-50: what stood above the form; null for requests of former versions.</summary>
    public Guid? PrivacyNoticeId { get; private init; }

    public ArcoRight RightAsked { get; private init; }
    public ArcoState State { get; private set; }
    public ArcoOutcome? Outcome { get; private set; }
    public string? ApplicantName { get; private init; }
    public string? ApplicantContact { get; private init; }
    public string? IdentityCheck { get; private init; }
    public Guid? IdentityCheckedBy { get; private init; }
    public string? Description { get; private init; }
    public DateTimeOffset ReceivedAt { get; private init; }
    public DateOnly ReceivedOn { get; private init; }
    public string? Prevention { get; private set; }
    public DateOnly? PreventedOn { get; private set; }
    public DateOnly? CompletionDue { get; private set; }
    public string? Completion { get; private set; }
    public DateOnly? CompletedOn { get; private set; }
    public DateOnly? AnswerDue { get; private set; }
    public string? ExtensionReason { get; private set; }
    public DateOnly? ExtendedOn { get; private set; }

    /// <summary>Business days that the extension added; null where there is none, or it is older than this column.</summary>
    public int? ExtensionDays { get; private set; }

    public string? Answer { get; private set; }
    public DateOnly? AnsweredOn { get; private set; }
    public DateOnly? ReviewDue { get; private set; }
    public DateOnly? EffectiveDue { get; private set; }
    public DateOnly? EffectiveOn { get; private set; }

    /// <summary>Why a granted cancellation is done though nothing was erased.</summary>
    public string? EffectReason { get; private set; }

    public DateOnly? ClosedOn { get; private set; }

    /// <summary>The due date of which staff had a mail.</summary>
    [Noted]
    public DateOnly? RemindedOf { get; private set; }

    /// <summary>The due date that passed, of which staff had a mail.</summary>
    [Noted]
    public DateOnly? OverdueToldOf { get; private set; }

    /// <summary>What was put right outside the account and its registrations, as staff wrote it down.</summary>
    public string? Rectification { get; private set; }

    /// <summary>The request whose erasure left this one without matter; null where the retention ended.</summary>
    public Guid? EndedBy { get; private set; }

    /// <summary>The database's own <see cref="Due"/>, by which lists are in order.</summary>
    internal const string DueColumn = "DueOn";

    /// <summary>What somebody must do next, and by when; null once nothing is due.</summary>
    public DateOnly? Due => State switch
    {
        ArcoState.Received => AnswerDue,
        ArcoState.Prevented => CompletionDue,
        ArcoState.Answered => ClosedOn is null ? EffectiveDue : null,
        _ => null,
    };

    /// <summary>A grant to cancel everything that is kept of the person.</summary>
    public bool GrantsCancellation => RightAsked == ArcoRight.Cancellation && Outcome == ArcoOutcome.Granted;

    /// <summary>What is kept of the person may be read to answer: they asked for it, and the request goes on.</summary>
    public bool AsksForData => RightAsked is ArcoRight.Access or ArcoRight.Portability && PersonId is not null && ClosedOn is null;

    /// <param name="personId">The signed-in person; with <paramref name="applicant"/> whom staff found, or null.</param>
    /// <param name="notice">The privacy notice that was shown (INV-50).</param>
    public static ArcoRequest Receive(
        int year, int number, Guid? personId, ArcoApplicant? applicant, ArcoRight right, string description, Guid notice, ArcoClock clock, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(),
        Year = year,
        Number = number,
        Folio = FormattableString.Invariant($"ARCO-{year}-{number:0000}"),
        PersonId = personId,
        PrivacyNoticeId = notice,
        ApplicantName = applicant?.Name,
        ApplicantContact = applicant?.Contact,
        IdentityCheck = applicant?.IdentityCheck,
        IdentityCheckedBy = applicant?.CheckedBy,
        RightAsked = right,
        Description = description,
        State = ArcoState.Received,
        ReceivedAt = now,
        ReceivedOn = clock.Today,
        AnswerDue = clock.In(clock.Terms.AnswerDays),
    };

    /// <summary>Something is missing: once, early, and the answer's term stops until it comes.</summary>
    public Result Prevent(string text, ArcoClock clock)
    {
        if (State != ArcoState.Received || PreventedOn is not null)
            return Refusal.Conflict("arco_not_in_state");
        if (clock.Today > clock.Calendar.Add(ReceivedOn, clock.Terms.PreventionDays))
            return Refusal.Rule("arco_prevention_late", null, clock.Terms.PreventionDays);
        (State, Prevention, PreventedOn, CompletionDue, AnswerDue) = (ArcoState.Prevented, text, clock.Today, clock.In(clock.Terms.CompletionDays), null);
        return Result.Done;
    }

    /// <summary>What was missing came: the answer's term begins anew (the warning interrupts it), and with it what it was extended by.</summary>
    public Result Complete(string text, ArcoClock clock)
    {
        if (State != ArcoState.Prevented)
            return Refusal.Conflict("arco_not_in_state");
        if (clock.Today > EndOfCompletion(clock))
            return Refusal.Rule("arco_completion_late", null, clock.Terms.CompletionDays);
        var anew = clock.In(clock.Terms.AnswerDays);
        (State, Completion, CompletedOn, AnswerDue) = (ArcoState.Received, text, clock.Today, ExtensionDays is { } more ? clock.Calendar.Add(anew, more) : anew);
        return Result.Done;
    }

    /// <returns>True where the person's term is over and the request is not filed for it.</returns>
    public bool Lapse(ArcoClock clock)
    {
        if (State != ArcoState.Prevented || clock.Today <= EndOfCompletion(clock))
            return false;
        (State, ClosedOn) = (ArcoState.NotFiled, clock.Today);
        return true;
    }

    /// <summary>As the person was told; later where a day of their term has lost its business since, never earlier.</summary>
    private DateOnly EndOfCompletion(ArcoClock clock)
    {
        var counted = clock.Calendar.Add(PreventedOn!.Value, clock.Terms.CompletionDays);
        return counted > CompletionDue!.Value ? counted : CompletionDue.Value;
    }

    /// <summary>Once, with its reason, while the first term still runs.</summary>
    public Result Extend(string reason, int days, ArcoClock clock)
    {
        if (State != ArcoState.Received || ExtendedOn is not null)
            return Refusal.Conflict("arco_not_in_state");
        if (clock.Today > AnswerDue)
            return Refusal.Rule("arco_extension_late");
        if (days < 1 || days > clock.Terms.ExtensionDays)
            return Refusal.Invalid("days", "number_out_of_range", 1, clock.Terms.ExtensionDays);
        (ExtensionReason, ExtendedOn, ExtensionDays, AnswerDue) = (reason, clock.Today, days, clock.Calendar.Add(AnswerDue!.Value, days));
        return Result.Done;
    }

    /// <summary>Also after its term: late is late, and shown so, but better than never.</summary>
    public Result Respond(ArcoOutcome outcome, string text, ArcoClock clock)
    {
        if (State != ArcoState.Received)
            return Refusal.Conflict("arco_not_in_state");
        (State, Outcome, Answer, AnsweredOn, ReviewDue) = (ArcoState.Answered, outcome, text, clock.Today, clock.In(clock.Terms.ReviewDays));
        if (outcome == ArcoOutcome.Denied)
            ClosedOn = clock.Today;
        else
            EffectiveDue = clock.In(clock.Terms.EffectiveDays);
        return Result.Done;
    }

    public Result Redirect(string text, ArcoClock clock)
    {
        if (State != ArcoState.Received)
            return Refusal.Conflict("arco_not_in_state");
        (State, Answer, ClosedOn) = (ArcoState.Redirected, text, clock.Today);
        return Result.Done;
    }

    public Result Withdraw(DateOnly today)
    {
        if (State is not (ArcoState.Received or ArcoState.Prevented))
            return Refusal.Conflict("arco_not_in_state");
        (State, ClosedOn) = (ArcoState.Withdrawn, today);
        return Result.Done;
    }

    /// <summary>
    /// Whose data a request from the desk is about. Until the answer staff may correct it; where the answer found nobody, somebody can still be found.
    /// </summary>
    public Result Link(Guid person)
    {
        if (!IsFromDesk || ClosedOn is not null || (State == ArcoState.Answered && PersonId is not null))
            return Refusal.Conflict("arco_not_in_state");
        PersonId = person;
        return Result.Done;
    }

    /// <summary>It was somebody else.</summary>
    public Result Unlink()
    {
        if (!IsFromDesk || PersonId is null || State is not (ArcoState.Received or ArcoState.Prevented))
            return Refusal.Conflict("arco_not_in_state");
        PersonId = null;
        return Result.Done;
    }

    /// <summary>A granted rectification is effective because it was carried out, not because somebody says so.</summary>
    /// <param name="elsewhere">What was put right outside the account and its registrations.</param>
    public Result Rectify(string? elsewhere, DateOnly today)
    {
        if (RightAsked != ArcoRight.Rectification || !AwaitsEffect)
            return Refusal.Conflict("arco_not_in_state");
        (State, Rectification, EffectiveOn, ClosedOn) = (ArcoState.Effective, elsewhere, today, today);
        return Result.Done;
    }

    /// <summary>What was granted is done. A granted cancellation is done by the erasure, or says why there is nothing to erase.</summary>
    /// <param name="erased">The person's erasure is complete.</param>
    public Result MakeEffective(string? reason, bool erased, DateOnly today)
    {
        if (!AwaitsEffect)
            return Refusal.Conflict("arco_not_in_state");
        if (RightAsked == ArcoRight.Rectification)
            return Refusal.Conflict("arco_needs_rectification");
        if (GrantsCancellation && PersonId is not null && !erased)
            return Refusal.Conflict("arco_needs_erasure");
        if (GrantsCancellation && PersonId is null && reason is null)
            return Refusal.Invalid("reason", "arco_needs_reason");
        (State, EffectReason, EffectiveOn, ClosedOn) = (ArcoState.Effective, reason, today, today);
        return Result.Done;
    }

    /// <summary>An erasure of its person ends it, unless it is a granted cancellation: that is done by it.</summary>
    public bool EndsByErasure => ClosedOn is null && !(State == ArcoState.Answered && GrantsCancellation);

    /// <param name="request">The request that is carried out by the erasure; null where the retention ended.</param>
    public Result EndByErasure(Guid? request, DateOnly today)
    {
        if (!EndsByErasure)
            return Refusal.Conflict("arco_not_in_state");
        (State, EndedBy, ClosedOn) = (ArcoState.WithoutMatter, request, today);
        return Result.Done;
    }

    private bool AwaitsEffect => State == ArcoState.Answered && Outcome != ArcoOutcome.Denied;

    private bool IsFromDesk => IdentityCheckedBy is not null;

    /// <returns>The first time that this due date is near, and the first time that it is over; the person's own term is theirs.</returns>
    public ArcoReminder? Remind(ArcoClock clock)
    {
        if (Due is not { } due || State == ArcoState.Prevented)
            return null;
        if (clock.Today > due)
        {
            if (OverdueToldOf == due)
                return null;
            (RemindedOf, OverdueToldOf) = (due, due);
            return ArcoReminder.Overdue;
        }

        if (RemindedOf == due || clock.Calendar.Between(clock.Today, due) > clock.WarnDays)
            return null;
        RemindedOf = due;
        return ArcoReminder.Due;
    }
}

/// <summary>Somebody who asks at the desk, as staff wrote them down.</summary>
/// <param name="Contact">Where the answer goes.</param>
/// <param name="IdentityCheck">What was shown, for example a voter card; never a copy or a number of it.</param>
public sealed record ArcoApplicant(string Name, string Contact, string IdentityCheck, Guid CheckedBy);
