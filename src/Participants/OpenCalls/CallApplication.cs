using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

public enum ApplicationState
{
    Submitted,

    /// <summary>Who applied was asked for what is missing; the term to complete it runs, or ran out.</summary>
    Prevented,

    Withdrawn,
    Accepted,
    Refused,
}

/// <summary>Who applies to a call: an organisation through an accredited representative, or a person for themselves.</summary>
public sealed class CallApplication : AggregateRoot
{
    /// <summary>Business days: a month. Whoever waits longer holds up the results for everybody.</summary>
    public const int MaxCompletionDays = 20;

    private CallApplication()
    {
    }

    public Guid CallId { get; private init; }

    /// <summary>Who sent it, or for whom staff recorded it; of a person's application, who applies.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>Of the staff, where the person cannot sign in.</summary>
    public Guid? RecordedBy { get; private init; }

    public Guid? OrganisationId { get; private init; }

    /// <summary>The organisation's when it applied.</summary>
    public Sector Sector { get; private init; }

    public string? Statement { get; private init; }

    /// <summary>INV-50.</summary>
    public Guid PrivacyNoticeId { get; private init; }

    public ApplicationState State { get; private set; }
    public DateTimeOffset SubmittedAt { get; private init; }
    public DateTimeOffset? WithdrawnAt { get; private set; }
    public DateTimeOffset? DecidedAt { get; private set; }
    public Guid? DecidedBy { get; private set; }
    public string? DecisionReason { get; private set; }

    /// <summary>What is missing, as the reviewer wrote it.</summary>
    public string? Prevention { get; private set; }

    public DateOnly? PreventedOn { get; private set; }

    /// <summary>Last day on which it may be completed, in the state's calendar.</summary>
    public DateOnly? CompletionDue { get; private set; }

    public string? Completion { get; private set; }
    public DateOnly? CompletedOn { get; private set; }

    /// <param name="standing">Of the person. It counts where they apply for themselves: an organisation's mandate speaks for itself.</param>
    /// <param name="recordedBy">Of the staff; null where the person applies themselves.</param>
    public static Result<CallApplication> Submit(
        OpenCall call, Guid account, Standing standing, (Guid Id, Sector Sector)? organisation, string? statement, Guid notice, DateOnly today, DateTimeOffset now,
        Guid? recordedBy = null)
    {
        if (call.StateOn(today) != CallState.Open)
            return Refusal.Conflict("call_not_open");
        if (organisation is { } applicant ? !call.Takes(applicant.Sector) : !call.TakesPeople)
            return Refusal.Rule("call_not_for_applicant", "organisationId");
        // SPEC §2.3, S2: who is not registered, or whom the executive secretary has not accepted, does not take part.
        if (organisation is null && standing == Standing.UnderReview)
            return new Refusal("application_registration_waits", StatusCodes.Status403Forbidden, "organisationId");
        if (organisation is null && standing != Standing.TakesPart)
            return new Refusal("application_without_registration", StatusCodes.Status403Forbidden, "organisationId");
        var fields = new Fields();
        var text = string.IsNullOrWhiteSpace(statement) ? null : fields.Paragraphs("statement", statement, 1, 4000);
        if (fields.AreRefused)
            return Result<CallApplication>.From(fields.Refusals);
        return new CallApplication
        {
            Id = Guid.CreateVersion7(),
            CallId = call.Id,
            AccountId = account,
            RecordedBy = recordedBy,
            OrganisationId = organisation?.Id,
            Sector = organisation?.Sector ?? Sector.CivilSociety,
            Statement = text,
            PrivacyNoticeId = notice,
            State = ApplicationState.Submitted,
            SubmittedAt = now,
        };
    }

    /// <summary>As long as there are no results, also after a decision: nobody is held to an application.</summary>
    public Result Withdraw(OpenCall call, DateOnly today, DateTimeOffset now)
    {
        if (State == ApplicationState.Withdrawn || call.StateOn(today) is not (CallState.Open or CallState.Closed))
            return Refusal.Conflict("application_not_in_state");
        (State, WithdrawnAt) = (ApplicationState.Withdrawn, now);
        return Result.Done;
    }

    /// <summary>What the person does themselves staff do for them only where they recorded the application.</summary>
    public Result RequireRecorded() => RecordedBy is null ? Refusal.Conflict("application_not_recorded") : Result.Done;

    /// <summary>Something is missing: said once, with all that is, before any decision.</summary>
    /// <param name="days">Business days to complete it, 1 to <see cref="MaxCompletionDays"/>.</param>
    public Result Prevent(OpenCall call, string? reason, int? days, BusinessCalendar calendar, DateOnly today)
    {
        if (State == ApplicationState.Prevented || PreventedOn is not null)
            return Refusal.Conflict("application_prevented_before");
        if (State != ApplicationState.Submitted || call.StateOn(today) is not (CallState.Open or CallState.Closed))
            return Refusal.Conflict("application_not_in_state");
        var fields = new Fields();
        var text = fields.Paragraphs("reason", reason, 5, 2000);
        var term = fields.Value("days", days);
        if (days is < 1 or > MaxCompletionDays)
            fields.Refuse(Refusal.Invalid("days", "number_out_of_range", 1, MaxCompletionDays));
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (State, Prevention, PreventedOn, CompletionDue) = (ApplicationState.Prevented, text, today, calendar.Add(today, term));
        return Result.Done;
    }

    /// <summary>What was missing came, once and within its term, also after the call has closed.</summary>
    public Result Complete(OpenCall call, string? completion, DateOnly today)
    {
        if (State != ApplicationState.Prevented || call.StateOn(today) is not (CallState.Open or CallState.Closed))
            return Refusal.Conflict("application_not_in_state");
        if (today > CompletionDue)
            return Refusal.Rule("application_completion_late", null, CompletionDue);
        var fields = new Fields();
        var text = fields.Paragraphs("text", completion, 3, 4000);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (State, Completion, CompletedOn) = (ApplicationState.Submitted, text, today);
        return Result.Done;
    }

    /// <summary>A refusal says why; until the results are public a decision may be put right, each time with its reason.</summary>
    public Result Decide(OpenCall call, bool? accepted, string? reason, Guid by, DateOnly today, DateTimeOffset now)
    {
        if (State == ApplicationState.Withdrawn || call.StateOn(today) is not (CallState.Open or CallState.Closed))
            return Refusal.Conflict("application_not_in_state");
        // Who was given a term has it. After it, what there is is judged.
        if (State == ApplicationState.Prevented && today <= CompletionDue)
            return Refusal.Conflict("application_being_completed", CompletionDue);
        var fields = new Fields();
        var accepts = fields.Value("accepted", accepted);
        var isChange = State is ApplicationState.Accepted or ApplicationState.Refused;
        var text = accepts && !isChange && string.IsNullOrWhiteSpace(reason) ? null : fields.Paragraphs("reason", reason, 5, 2000);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (State, DecidedAt, DecidedBy, DecisionReason) = (accepts ? ApplicationState.Accepted : ApplicationState.Refused, now, by, text);
        return Result.Done;
    }
}
