using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Files;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.Participants.Registrations;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

public enum ApplicationState
{
    /// <summary>Being written, with its documents; whoever reviews does not know of it.</summary>
    Draft,

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

    /// <summary>Documents besides those that the call asks for, where something is missing.</summary>
    public const int MaxOtherDocuments = 5;

    private readonly List<ApplicationDocument> documents = [];

    private CallApplication()
    {
    }

    public Guid CallId { get; private init; }

    /// <summary>Who sent it, or for whom staff recorded it; of a person's application, who applies.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>Of the staff, where the person cannot sign in.</summary>
    public Guid? RecordedBy { get; private init; }

    public Guid? OrganisationId { get; private init; }

    /// <summary>
    /// Under whose name a file is that somebody attaches: for an organisation, their own, so that it stands in their copy and outlives the colleague who began;
    /// a person's is theirs, also where staff attach it for them.
    /// </summary>
    public Guid UploaderOf(Guid attaching) => OrganisationId is null ? AccountId : attaching;

    /// <summary>The organisation's when it applied.</summary>
    public Sector Sector { get; private init; }

    public string? Statement { get; private set; }

    /// <summary>INV-50.</summary>
    public Guid PrivacyNoticeId { get; private set; }

    public ApplicationState State { get; private set; }

    /// <summary>Of a draft, when it was begun.</summary>
    public DateTimeOffset SubmittedAt { get; private set; }

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

    /// <summary>Loaded where they matter.</summary>
    public IReadOnlyList<ApplicationDocument> Documents => documents;

    /// <summary>Sent at once, which a call that requires documents refuses: they are attached to a draft (<see cref="Begin"/>).</summary>
    /// <inheritdoc cref="Begin"/>
    public static Result<CallApplication> Submit(
        OpenCall call, Guid account, Standing standing, (Guid Id, Sector Sector)? organisation, string? statement, Guid notice, DateOnly today, DateTimeOffset now,
        Guid? recordedBy = null)
    {
        var begun = Begin(call, account, standing, organisation, statement, notice, today, now, recordedBy);
        if (begun.IsRefused)
            return begun;
        var sent = begun.Value.Send(call, standing, notice, today, now);
        return sent.IsRefused ? Result<CallApplication>.From(sent.Refusals) : begun;
    }

    /// <summary>A draft, to which documents are attached before it is sent.</summary>
    /// <param name="standing">Of the person. It counts where they apply for themselves: an organisation's mandate speaks for itself.</param>
    /// <param name="recordedBy">Of the staff; null where the person applies themselves.</param>
    public static Result<CallApplication> Begin(
        OpenCall call, Guid account, Standing standing, (Guid Id, Sector Sector)? organisation, string? statement, Guid notice, DateOnly today, DateTimeOffset now,
        Guid? recordedBy = null)
    {
        if (call.StateOn(today) != CallState.Open)
            return Refusal.Conflict("call_not_open");
        if (organisation is { } applicant ? !call.Takes(applicant.Sector) : !call.TakesPeople)
            return Refusal.Rule("call_not_for_applicant", "organisationId");
        if (organisation is null && MayApply(standing) is { IsRefused: true } refused)
            return Result<CallApplication>.From(refused.Refusals);
        var application = new CallApplication
        {
            Id = Guid.CreateVersion7(),
            CallId = call.Id,
            AccountId = account,
            RecordedBy = recordedBy,
            OrganisationId = organisation?.Id,
            Sector = organisation?.Sector ?? Sector.CivilSociety,
            PrivacyNoticeId = notice,
            State = ApplicationState.Draft,
            SubmittedAt = now,
        };
        return application.Write(call, statement, today) is { IsRefused: true } unreadable ? Result<CallApplication>.From(unreadable.Refusals) : application;
    }

    /// <summary>Before it is sent; empty takes back what was written.</summary>
    public Result Write(OpenCall call, string? statement, DateOnly today)
    {
        if (RequireDraft(call, today) is { IsRefused: true } refused)
            return refused;
        var fields = new Fields();
        var text = string.IsNullOrWhiteSpace(statement) ? null : fields.Paragraphs("statement", statement, 1, 4000);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        Statement = text;
        return Result.Done;
    }

    /// <summary>From now on whoever reviews has it, with its documents, which stay as they are. Each that is required and missing is named.</summary>
    /// <param name="standing">Of the person, as it is by now.</param>
    /// <param name="notice">The one that stood above the form with which it is sent.</param>
    public Result Send(OpenCall call, Standing standing, Guid notice, DateOnly today, DateTimeOffset now)
    {
        if (RequireDraft(call, today) is { IsRefused: true } refused)
            return refused;
        if (OrganisationId is null && MayApply(standing) is { IsRefused: true } stranger)
            return stranger;
        var missing = call.AskedDocuments.Where(asked => asked.Required && !documents.Exists(document => document.AskedId == asked.Id)).ToList();
        if (missing.Count > 0)
            return Result.From(missing.ConvertAll(asked => Refusal.Rule("application_document_missing", $"documents.{asked.Id}", asked.Text)));
        (State, SubmittedAt, PrivacyNoticeId) = (ApplicationState.Submitted, now, notice);
        return Result.Done;
    }

    /// <summary>Whether a document may come now: to a draft, or where something is missing, within its term. The one that stood in its place is taken out.</summary>
    /// <param name="asked">For what the call asks for; null for something else, only where something is missing.</param>
    public Result<AskedDocument?> Takes(OpenCall call, Guid? asked, DateOnly today)
    {
        if (State == ApplicationState.Prevented)
        {
            if (call.StateOn(today) is not (CallState.Open or CallState.Closed))
                return Refusal.Conflict("application_not_in_state");
            if (today > CompletionDue)
                return Refusal.Rule("application_completion_late", null, CompletionDue);
        }
        else if (RequireDraft(call, today) is { IsRefused: true } refused)
        {
            return Result<AskedDocument?>.From(refused.Refusals);
        }

        if (asked is null)
            return State == ApplicationState.Draft ? Refusal.Rule("application_document_not_asked") : (AskedDocument?)null;
        return call.AskedDocuments.SingleOrDefault(one => one.Id == asked) is { } found ? found : Refusal.NotFound();
    }

    /// <returns>The document that stood in its place and has to go, or the same where nothing changes.</returns>
    public Result<(ApplicationDocument Attached, ApplicationDocument? Replaced)> Attach(OpenCall call, Guid? asked, UploadedDocument file, Guid by, DateOnly today, DateTimeOffset now)
    {
        var taken = Takes(call, asked, today);
        if (taken.IsRefused)
            return Result<(ApplicationDocument, ApplicationDocument?)>.From(taken.Refusals);
        var completes = State == ApplicationState.Prevented;
        var same = documents.Find(one => one.Completes == completes && one.AskedId == asked && one.Sha256 == file.Sha256 && one.FileName == file.FileName);
        // Sent again, by a second click or a line that broke before the answer: it is there.
        if (same is not null)
            return (same, (ApplicationDocument?)null);
        var replaced = asked is null ? null : documents.Find(one => one.AskedId == asked && one.Completes == completes);
        if (asked is null && documents.Count(one => one.AskedId is null) >= MaxOtherDocuments)
            return Refusal.Conflict("application_documents_too_many", MaxOtherDocuments);
        if (replaced is not null)
            documents.Remove(replaced);
        var attached = ApplicationDocument.Of(this, asked, completes, file, by, now);
        documents.Add(attached);
        return (attached, replaced);
    }

    /// <summary>What was sent stays; what is being added may be taken back.</summary>
    public Result<ApplicationDocument> Detach(OpenCall call, Guid document, DateOnly today)
    {
        if (documents.Find(one => one.Id == document) is not { } found)
            return Refusal.NotFound();
        var taken = Takes(call, found.AskedId, today);
        if (taken.IsRefused)
            return Result<ApplicationDocument>.From(taken.Refusals);
        if (State == ApplicationState.Prevented && !found.Completes)
            return Refusal.Conflict("application_document_sent");
        documents.Remove(found);
        return found;
    }

    /// <summary>Whether it can still be thrown away: it was never sent.</summary>
    public Result RequireDraft() => State == ApplicationState.Draft ? Result.Done : Refusal.Conflict("application_not_in_state");

    private Result RequireDraft(OpenCall call, DateOnly today)
    {
        if (RequireDraft() is { IsRefused: true } sent)
            return sent;
        return call.StateOn(today) == CallState.Open ? Result.Done : Refusal.Conflict("call_not_open");
    }

    /// <summary>SPEC §2.3, S2: who is not registered, or whom the executive secretary has not accepted, does not take part.</summary>
    private static Result MayApply(Standing standing) => standing switch
    {
        Standing.TakesPart => Result.Done,
        Standing.UnderReview => new Refusal("application_registration_waits", StatusCodes.Status403Forbidden, "organisationId"),
        _ => new Refusal("application_without_registration", StatusCodes.Status403Forbidden, "organisationId"),
    };

    /// <summary>As long as there are no results, also after a decision: nobody is held to an application. Its documents go with it.</summary>
    public Result Withdraw(OpenCall call, DateOnly today, DateTimeOffset now)
    {
        if (State is ApplicationState.Draft or ApplicationState.Withdrawn || call.StateOn(today) is not (CallState.Open or CallState.Closed))
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
        if (State is ApplicationState.Draft or ApplicationState.Withdrawn || call.StateOn(today) is not (CallState.Open or CallState.Closed))
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
