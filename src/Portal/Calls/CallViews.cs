using OpenGov.Portal.Account;
using OpenGov.Portal.Forms;
using OpenGov.Portal.Http;

namespace OpenGov.Portal.Calls;

// The portal's own view of Participants' answers: only what pages show.

public sealed record CallLine(
    Guid Id, int? Number, string Kind, string Title, string State, DateOnly OpensOn, DateOnly ClosesOn, DateOnly? ResultsOn, IReadOnlyList<string>? Sectors, bool TakesPeople);

public sealed record CallDocument(Guid FileId, string Title, string FileName, string? MediaType, long Size, string Sha256, string Url);

public sealed record CallChange(string Field, string? Before, string? After);

public sealed record CallAmendment(int Number, string Kind, string Reason, IReadOnlyList<CallChange>? Changes, DateTimeOffset MadeAt);

public sealed record AcceptedOrganisation(Guid OrganisationId, string Name, string? Sector);

public sealed record CallResults(
    DateTimeOffset ResolvedAt, string? Note, IReadOnlyList<AcceptedOrganisation>? AcceptedOrganisations, int OrganisationsRefused, int OrganisationsWithdrawn, int? PeopleAccepted,
    int? PeopleRefused, int? PeopleWithdrawn);

/// <param name="Required">No application is sent without it.</param>
public sealed record AskedDocument(Guid Id, string Text, bool Required);

/// <param name="Text">The requirement that it shows; null for something else that was missing.</param>
/// <param name="Completes">It came when what was missing was asked for.</param>
public sealed record ApplicationDocument(Guid Id, Guid? AskedId, string? Text, bool Completes, string FileName, long Size, string Sha256, string Url);

public sealed record CallView(
    Guid Id, int Version, int? Number, string Kind, string Title, string Description, IReadOnlyList<string>? Requirements, DateOnly OpensOn, DateOnly ClosesOn, DateOnly? ResultsOn,
    IReadOnlyList<string>? Sectors, bool TakesPeople, string State, DateTimeOffset? PublishedAt, IReadOnlyList<CallDocument>? Documents, IReadOnlyList<CallAmendment>? Amendments,
    CallResults? Results, IReadOnlyList<AskedDocument>? AskedDocuments = null);

public sealed record OwnApplication(
    Guid Id, int CallNumber, string CallTitle, string CallState, Guid? OrganisationId, string? OrganisationName, string? Statement, string State, DateTimeOffset SubmittedAt,
    string? DecisionReason, string? Prevention, DateOnly? CompletionDue, string? Completion, DateOnly? CompletedOn, bool CanComplete, bool CanChange = false,
    IReadOnlyList<ApplicationDocument>? Documents = null)
{
    public bool CanWithdraw => State is not ("DRAFT" or "WITHDRAWN") && CallState is ("OPEN" or "CLOSED");
}

/// <param name="Applicant">Name of the organisation, or of the person.</param>
/// <param name="Recorded">By staff, for a person who cannot sign in.</param>
public sealed record ApplicationView(OwnApplication Application, int Version, Guid CallId, DateOnly ClosesOn, string Applicant, bool Recorded, IReadOnlyList<AskedDocument>? AskedDocuments)
{
    /// <summary>What stands where a new file would go: before it was sent, or what came since something was found missing.</summary>
    public IEnumerable<ApplicationDocument> Changeable => (Application.Documents ?? []).Where(document => document.Completes == Application.CanComplete);

    public ApplicationDocument? HeldFor(AskedDocument asked) => Changeable.FirstOrDefault(document => document.AskedId == asked.Id);
}

public sealed record DeskApplication(
    Guid Id, int Version, Guid? OrganisationId, string Applicant, string? Sector, string? Statement, string State, DateTimeOffset SubmittedAt, string? DecisionReason,
    string? Prevention, DateOnly? CompletionDue, string? Completion, DateOnly? CompletedOn, bool CanDecide, bool Recorded = false, IReadOnlyList<ApplicationDocument>? Documents = null)
{
    /// <summary>What is missing is asked for once, before a decision.</summary>
    public bool CanBePrevented => State == "SUBMITTED" && Prevention is null;
}

public sealed record CallsModel(Listing<CallLine> Calls, string? State, string? Cursor)
{
    public string Address(string? cursor) => "/participa/convocatorias" + Query.Of(("estado", State), ("desde", cursor));
}

/// <param name="Standing">UNREGISTERED, UNDER_REVIEW or TAKES_PART.</param>
public sealed record StandingView(string Standing);

/// <param name="Mandates">Organisations for which the reader acts, null for nobody signed in.</param>
/// <param name="Standing">Of the reader, where the call takes people; null where it could not be read: then the service says what is wrong.</param>
public sealed record CallModel(CallView Call, IReadOnlyList<MandateView>? Mandates, string? Standing, FormState Form, string? Done)
{
    public bool TakesReader => Call.TakesPeople && Standing is (null or "TAKES_PART");
}

/// <param name="Refused">Why a withdrawal was refused.</param>
public sealed record OwnApplicationsModel(IReadOnlyList<OwnApplication> Applications, string? Done, FormState? Refused);

/// <param name="Address">Of the page and of its form.</param>
/// <param name="IsForStaff">Who attach for a person who cannot sign in.</param>
public sealed record ApplicationModel(ApplicationView View, FormState Form, string? Done, string Address, bool IsForStaff)
{
    public string Fields => string.Join(' ', [
        "statement", .. (View.AskedDocuments ?? []).Select(asked => WriteApplication.FieldOf(asked.Id)), .. Enumerable.Range(1, WriteApplication.OtherFiles).Select(WriteApplication.OtherField), "text"]);
}

public sealed record CallDeskModel(Listing<CallLine> Calls, string? Cursor, string? Done);

public sealed record CallFormModel(CallView? Call, FormState Form, string? Done);

/// <param name="Applications">Null where they could not be read.</param>
/// <param name="IsForSecretary">Only the executive secretary may read them.</param>
/// <param name="Decision">Null where none was refused just now.</param>
public sealed record CallWorkModel(CallView Call, Listing<DeskApplication>? Applications, bool IsForSecretary, string? Cursor, FormState Form, string? Done, RefusedDecision? Decision);

public sealed record RepresentedOrganisation(Guid Id, string Name);

public sealed record AssistedPerson(Guid Id, string DisplayName, string? Municipality, IReadOnlyList<RepresentedOrganisation>? Organisations);

/// <param name="Found">Null before a search.</param>
public sealed record RecordApplicationModel(CallView Call, FormState Search, IReadOnlyList<AssistedPerson>? Found, FormState Form);

/// <summary>One of several forms alike on the page: its fields are named after the application.</summary>
/// <param name="IsPrevention">What was refused asked for what is missing.</param>
/// <param name="IsCompletion">What was refused brought what was missing.</param>
public sealed record RefusedDecision(Guid Application, FormState Form, bool IsPrevention = false, bool IsCompletion = false)
{
    public static string FieldOf(Guid application, string field) => $"{field}-{application:N}";

    public string Fields => string.Join(' ', new[] { "accepted", "reason", "missing", "days", "text" }.Select(name => FieldOf(Application, name)));
}
