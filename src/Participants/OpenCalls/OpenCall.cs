using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

/// <summary>Where a call stands on a day; between publication and results it follows from its dates.</summary>
public enum CallState { Draft, Announced, Open, Closed, Resolved, Cancelled }

/// <param name="FileId">Uploaded before, by staff.</param>
public sealed record DocumentRequest(Guid? FileId, string? Title);

/// <param name="Text">What is to be shown.</param>
/// <param name="Required">Whether an application without it is refused.</param>
public sealed record AskedDocumentRequest(string? Text, bool? Required);

/// <param name="Requirements">One or more before publication, of these or of those that a document shows.</param>
/// <param name="OpensOn">First day on which somebody may apply, in the state's calendar.</param>
/// <param name="ClosesOn">Last day.</param>
/// <param name="ResultsOn">When results are promised for.</param>
/// <param name="Sectors">Whose organisations may apply.</param>
/// <param name="TakesPeople">Whether people may apply for themselves.</param>
/// <param name="AskedDocuments">Requirements for each of which applicants attach a document.</param>
public sealed record CallRequest(
    CallKind? Kind, string? Title, string? Description, IReadOnlyList<string>? Requirements, DateOnly? OpensOn, DateOnly? ClosesOn, DateOnly? ResultsOn,
    IReadOnlyList<Sector>? Sectors, bool? TakesPeople, IReadOnlyList<DocumentRequest>? Documents, IReadOnlyList<AskedDocumentRequest>? AskedDocuments = null);

/// <summary>Something that a published call says otherwise from now on. What is left out stays.</summary>
/// <param name="Reason">Public.</param>
/// <param name="Cancel">The call is called off; nothing else may change with it.</param>
/// <param name="Documents">Added to those that there are: what was published stays.</param>
/// <param name="AskedDocuments">Asked for besides: whoever attached something attached it for what was asked.</param>
public sealed record AmendmentRequest(
    string? Reason, string? Title, string? Description, IReadOnlyList<string>? Requirements, DateOnly? ClosesOn, DateOnly? ResultsOn, IReadOnlyList<DocumentRequest>? Documents,
    bool? Cancel, IReadOnlyList<AskedDocumentRequest>? AskedDocuments = null);

/// <summary>A public call (SPEC §1.2): to register participants, to choose civil-society seats, to consultations or tables.</summary>
public sealed class OpenCall : AggregateRoot
{
    public const int MaxRequirements = 30;

    /// <summary>Each is a file of its own; whoever needs more asks for several papers in one.</summary>
    public const int MaxAskedDocuments = 10;

    private readonly List<AskedDocument> askedDocuments = [];

    private OpenCall()
    {
    }

    /// <summary>As people cite it; given at publication.</summary>
    public int? Number { get; private set; }

    public CallKind Kind { get; private set; }
    public string Title { get; private set; } = "";
    public string Description { get; private set; } = "";
    public IReadOnlyList<string> Requirements { get; private set; } = [];

    /// <summary>Requirements that a document of the applicant's shows, in their order.</summary>
    public IReadOnlyList<AskedDocument> AskedDocuments => askedDocuments;

    public DateOnly OpensOn { get; private set; }
    public DateOnly ClosesOn { get; private set; }
    public DateOnly? ResultsOn { get; private set; }

    /// <summary>Codes of <see cref="Sector"/>.</summary>
    public IReadOnlyList<string> Sectors { get; private set; } = [];

    public bool TakesPeople { get; private set; }
    public DateTimeOffset DraftedAt { get; private init; }
    public DateTimeOffset? PublishedAt { get; private set; }
    public DateTimeOffset? CancelledAt { get; private set; }
    public DateTimeOffset? ResolvedAt { get; private set; }
    public string? ResultsNote { get; private set; }

    public static Result<OpenCall> Draft(CallRequest request, DateTimeOffset now)
    {
        var call = new OpenCall { Id = Guid.CreateVersion7(), DraftedAt = now };
        var written = call.Rewrite(request);
        return written.IsRefused ? Result<OpenCall>.From(written.Refusals) : call;
    }

    public CallState StateOn(DateOnly today) => this switch
    {
        { PublishedAt: null } => CallState.Draft,
        { CancelledAt: not null } => CallState.Cancelled,
        { ResolvedAt: not null } => CallState.Resolved,
        _ when today < OpensOn => CallState.Announced,
        _ when today <= ClosesOn => CallState.Open,
        _ => CallState.Closed,
    };

    /// <summary>Days on which it is possible to apply, the first and the last included.</summary>
    public int DaysOpen => ClosesOn.DayNumber - OpensOn.DayNumber + 1;

    public bool Takes(Sector sector) => Sectors.Contains(sector.Code());

    public Result Rewrite(CallRequest request)
    {
        if (PublishedAt is not null)
            return Refusal.Conflict("call_published");
        var fields = new Fields();
        var kind = fields.Value("kind", request.Kind);
        var title = fields.Text("title", request.Title, 5, 200);
        var description = fields.Paragraphs("description", request.Description, 20, 8000);
        var requirements = ReadRequirements(fields, request.Requirements ?? []);
        var asked = ReadAsked(fields, request.AskedDocuments ?? [], []);
        var opens = fields.Value("opensOn", request.OpensOn);
        var closes = fields.Value("closesOn", request.ClosesOn);
        if (request is { OpensOn: not null, ClosesOn: not null } && closes < opens)
            fields.Refuse(Refusal.Invalid("closesOn", "call_closes_before_it_opens"));
        if (request.ResultsOn < closes)
            fields.Refuse(Refusal.Invalid("resultsOn", "call_results_before_close"));
        var sectors = (request.Sectors ?? []).Distinct().Order().Select(sector => sector.Code()).ToList();
        var people = request.TakesPeople ?? false;
        if (sectors.Count == 0 && !people)
            fields.Refuse(Refusal.Invalid("sectors", "call_for_nobody"));
        // Seats of civil society are chosen by and from its organisations (SPEC §2.4.8).
        if (request.Kind == CallKind.CivilSocietySeats && (people || sectors is not ["CIVIL_SOCIETY"]))
            fields.Refuse(Refusal.Invalid("sectors", "call_for_seats_is_for_civil_society"));
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (Kind, Title, Description, Requirements, OpensOn, ClosesOn, ResultsOn, Sectors, TakesPeople) =
            (kind, title, description, requirements, opens, closes, request.ResultsOn, sectors, people);
        askedDocuments.Clear();
        Ask(asked);
        return Result.Done;
    }

    /// <param name="rules">Of the day on which it opens.</param>
    public Result Publish(int number, ProfileParameters rules, DateOnly today, DateTimeOffset now)
    {
        if (PublishedAt is not null)
            return Refusal.Conflict("call_published");
        var refusals = new List<Refusal>();
        if (OpensOn < today)
            refusals.Add(Refusal.Rule("call_opens_in_the_past", "opensOn"));
        if (DaysOpen < rules.CallMinDays)
            refusals.Add(Refusal.Rule("call_too_short", "closesOn", rules.CallMinDays));
        if (Requirements.Count == 0 && AskedDocuments.Count == 0)
            refusals.Add(Refusal.Rule("call_without_requirements", "requirements"));
        if (refusals.Count > 0)
            return Result.From(refusals);
        (Number, PublishedAt) = (number, now);
        return Result.Done;
    }

    /// <summary>
    /// Corrects texts, adds time, or calls it off, before its results. It never closes earlier, and nobody is asked for more once it has closed.
    /// </summary>
    public Result<CallAmendment> Amend(AmendmentRequest request, int number, Guid by, DateOnly today, DateTimeOffset now)
    {
        var state = StateOn(today);
        if (state is not (CallState.Announced or CallState.Open or CallState.Closed))
            return Refusal.Conflict("call_not_in_state");
        var fields = new Fields();
        var reason = fields.Paragraphs("reason", request.Reason, 5, 2000);
        if (request.Cancel == true)
        {
            if (fields.AreRefused)
                return Result<CallAmendment>.From(fields.Refusals);
            CancelledAt = now;
            return CallAmendment.Make(Id, number, AmendmentKind.Cancellation, reason, [], by, now);
        }

        var title = request.Title is null ? Title : fields.Text("title", request.Title, 5, 200);
        var description = request.Description is null ? Description : fields.Paragraphs("description", request.Description, 20, 8000);
        var requirements = request.Requirements is null ? Requirements : ReadRequirements(fields, request.Requirements);
        if (request.Requirements is not null && requirements.Count == 0 && AskedDocuments.Count == 0)
            fields.Refuse(Refusal.Rule("call_without_requirements", "requirements"));
        if (state == CallState.Closed && !requirements.SequenceEqual(Requirements))
            fields.Refuse(Refusal.Rule("call_closed_to_new_requirements", "requirements"));
        var asked = ReadAsked(fields, request.AskedDocuments ?? [], AskedDocuments);
        if (state == CallState.Closed && asked.Count > 0)
            fields.Refuse(Refusal.Rule("call_closed_to_new_requirements", "askedDocuments"));
        var closes = request.ClosesOn ?? ClosesOn;
        if (closes < ClosesOn)
            fields.Refuse(Refusal.Rule("call_never_closes_earlier", "closesOn"));
        if (closes > ClosesOn && state == CallState.Closed)
            fields.Refuse(Refusal.Rule("call_closed_is_not_extended", "closesOn"));
        var results = request.ResultsOn ?? ResultsOn;
        if (results < closes)
            fields.Refuse(Refusal.Invalid("resultsOn", "call_results_before_close"));
        if (fields.AreRefused)
            return Result<CallAmendment>.From(fields.Refusals);

        var changes = new List<CallChange>();
        Note("title", Title, title);
        Note("description", Description, description);
        Note("requirements", string.Join('\n', Requirements), string.Join('\n', requirements));
        Note("closesOn", Print(ClosesOn), Print(closes));
        Note("resultsOn", Print(ResultsOn), Print(results));
        foreach (var document in request.Documents ?? [])
            changes.Add(new CallChange("documents", null, document.Title));
        foreach (var (text, required) in asked)
            changes.Add(new CallChange(required ? "requiredDocuments" : "optionalDocuments", null, text));
        if (changes.Count == 0)
            return Refusal.Rule("amendment_changes_nothing");
        var kind = closes > ClosesOn ? AmendmentKind.Extension : AmendmentKind.Correction;
        (Title, Description, Requirements, ClosesOn, ResultsOn) = (title, description, requirements, closes, results);
        Ask(asked);
        return CallAmendment.Make(Id, number, kind, reason, changes, by, now);

        void Note(string field, string? before, string? after)
        {
            if (before != after)
                changes.Add(new CallChange(field, before, after));
        }
    }

    /// <param name="waiting">Applications without a decision.</param>
    public Result Resolve(string? note, int waiting, DateOnly today, DateTimeOffset now)
    {
        if (StateOn(today) != CallState.Closed)
            return Refusal.Conflict("call_not_in_state");
        if (waiting > 0)
            return Refusal.Conflict("applications_wait", waiting);
        var fields = new Fields();
        var text = string.IsNullOrWhiteSpace(note) ? null : fields.Paragraphs("note", note, 1, 4000);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (ResolvedAt, ResultsNote) = (now, text);
        return Result.Done;
    }

    public OpenCallPublishedV1 PublishedFact() => new(
        Id, Touch(), Number!.Value, Kind, Title, OpensOn, ClosesOn, ResultsOn, [.. Sectors.Select(EnumCodes.Parse<Sector>)], TakesPeople, PublishedAt!.Value);

    public OpenCallAmendedV1 AmendedFact(CallAmendment amendment) => new(Id, Touch(), amendment.Number, amendment.Kind, amendment.Reason, Title, OpensOn, ClosesOn, ResultsOn, amendment.MadeAt);

    private static string? Print(DateOnly? day) => day?.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static List<string> ReadRequirements(Fields fields, IReadOnlyList<string> given)
    {
        if (given.Count > MaxRequirements)
            fields.Refuse(Refusal.Invalid("requirements", "items_too_many", MaxRequirements));
        return [.. given.Take(MaxRequirements).Select(requirement => fields.Text("requirements", requirement, 3, 500))];
    }

    /// <param name="held">Those that there are already: none is asked for twice.</param>
    private static List<(string Text, bool Required)> ReadAsked(Fields fields, IReadOnlyList<AskedDocumentRequest> given, IReadOnlyList<AskedDocument> held)
    {
        if (held.Count + given.Count > MaxAskedDocuments)
            fields.Refuse(Refusal.Invalid("askedDocuments", "items_too_many", MaxAskedDocuments));
        var texts = held.Select(one => one.Text).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<(string, bool)> asked = [];
        foreach (var one in given.Take(MaxAskedDocuments))
        {
            var text = fields.Text("askedDocuments", one.Text, 3, 500);
            if (text.Length > 0 && !texts.Add(text))
                fields.Refuse(Refusal.Rule("call_asks_twice", "askedDocuments", text));
            asked.Add((text, one.Required ?? true));
        }

        return asked;
    }

    private void Ask(List<(string Text, bool Required)> asked)
    {
        foreach (var (text, required) in asked)
            askedDocuments.Add(AskedDocument.Make(Id, askedDocuments.Count + 1, text, required));
    }
}

/// <summary>A requirement that applicants show by a document. Of a published call it stays as it is.</summary>
public sealed class AskedDocument
{
    private AskedDocument()
    {
    }

    public Guid Id { get; private init; }
    public Guid CallId { get; private init; }

    /// <summary>From 1.</summary>
    public int Position { get; private init; }

    public string Text { get; private init; } = "";

    /// <summary>No application is sent without it.</summary>
    public bool Required { get; private init; }

    internal static AskedDocument Make(Guid call, int position, string text, bool required) => new() { Id = Guid.CreateVersion7(), CallId = call, Position = position, Text = text, Required = required };
}

/// <param name="Before">Null where something was added.</param>
public sealed record CallChange(string Field, string? Before, string? After);

/// <summary>A dated, public amendment; never rewritten.</summary>
public sealed class CallAmendment
{
    private CallAmendment()
    {
    }

    public Guid Id { get; private init; }
    public Guid CallId { get; private init; }
    public int Number { get; private init; }
    public AmendmentKind Kind { get; private init; }
    public string Reason { get; private init; } = "";
    public IReadOnlyList<CallChange> Changes { get; private init; } = [];
    public DateTimeOffset MadeAt { get; private init; }
    public Guid MadeBy { get; private init; }

    internal static CallAmendment Make(Guid call, int number, AmendmentKind kind, string reason, IReadOnlyList<CallChange> changes, Guid by, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), CallId = call, Number = number, Kind = kind, Reason = reason, Changes = changes, MadeAt = now, MadeBy = by };
}

/// <summary>Row of <c>open_call_document</c>.</summary>
public sealed class CallDocument
{
    public Guid CallId { get; init; }
    public Guid FileId { get; init; }
    public string Title { get; init; } = "";
    public int Position { get; init; }
    public DateTimeOffset AddedAt { get; init; }
}
