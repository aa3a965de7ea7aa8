using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.OpenCalls;

public enum ApplicationState { Submitted, Withdrawn, Accepted, Refused }

/// <summary>Who applies to a call: an organisation through an accredited representative, or a person for themselves.</summary>
public sealed class CallApplication : AggregateRoot
{
    private CallApplication()
    {
    }

    public Guid CallId { get; private init; }

    /// <summary>Who sent it; of a person's application, who applies.</summary>
    public Guid AccountId { get; private init; }

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

    public static Result<CallApplication> Submit(
        OpenCall call, Guid account, (Guid Id, Sector Sector)? organisation, string? statement, Guid notice, DateOnly today, DateTimeOffset now)
    {
        if (call.StateOn(today) != CallState.Open)
            return Refusal.Conflict("call_not_open");
        if (organisation is { } applicant ? !call.Takes(applicant.Sector) : !call.TakesPeople)
            return Refusal.Rule("call_not_for_applicant", "organisationId");
        var fields = new Fields();
        var text = string.IsNullOrWhiteSpace(statement) ? null : fields.Paragraphs("statement", statement, 1, 4000);
        if (fields.AreRefused)
            return Result<CallApplication>.From(fields.Refusals);
        return new CallApplication
        {
            Id = Guid.CreateVersion7(),
            CallId = call.Id,
            AccountId = account,
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

    /// <summary>A refusal says why; until the results are public a decision may be put right, each time with its reason.</summary>
    public Result Decide(OpenCall call, bool? accepted, string? reason, Guid by, DateOnly today, DateTimeOffset now)
    {
        if (State == ApplicationState.Withdrawn || call.StateOn(today) is not (CallState.Open or CallState.Closed))
            return Refusal.Conflict("application_not_in_state");
        var fields = new Fields();
        var accepts = fields.Value("accepted", accepted);
        var isChange = State != ApplicationState.Submitted;
        var text = accepts && !isChange && string.IsNullOrWhiteSpace(reason) ? null : fields.Paragraphs("reason", reason, 5, 2000);
        if (fields.AreRefused)
            return Result.From(fields.Refusals);
        (State, DecidedAt, DecidedBy, DecisionReason) = (accepts ? ApplicationState.Accepted : ApplicationState.Refused, now, by, text);
        return Result.Done;
    }
}
