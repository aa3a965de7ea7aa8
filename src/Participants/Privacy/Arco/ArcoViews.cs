using OpenGov.Participants.Privacy.Erasures;

namespace OpenGov.Participants.Privacy.Arco;

/// <summary>How near the next due date is.</summary>
public enum ArcoUrgency { OnTime, Soon, Overdue }

/// <param name="Due">Of the next act: the completion, the answer, or making it effective.</param>
/// <param name="DaysLeft">Business days until <paramref name="Due"/>; 0 on the day itself.</param>
/// <param name="Erasure">Of a granted cancellation, once it was ordered.</param>
/// <param name="Person">Whose data it is about; missing in lists.</param>
/// <param name="EffectReason">Why a granted cancellation is done though nothing was erased.</param>
/// <param name="CanExport">What is kept of the person may be read to answer.</param>
/// <param name="Beside">Of a cancellation: what else its person has asked and would end with the erasure, without being done.</param>
/// <param name="EndedBy">The folio of the request whose erasure left this one without matter.</param>
/// <param name="FromDesk">Staff wrote it down; only then do they say whose data it is about.</param>
public sealed record ArcoView(
    Guid Id,
    int Version,
    string Folio,
    Guid? PersonId,
    ArcoRight Right,
    ArcoState State,
    ArcoOutcome? Outcome,
    string? ApplicantName,
    string? ApplicantContact,
    string? IdentityCheck,
    string? Description,
    DateTimeOffset ReceivedAt,
    DateOnly ReceivedOn,
    string? Prevention,
    DateOnly? PreventedOn,
    DateOnly? CompletionDue,
    string? Completion,
    DateOnly? CompletedOn,
    DateOnly? AnswerDue,
    string? ExtensionReason,
    DateOnly? ExtendedOn,
    string? Answer,
    string? Rectification,
    DateOnly? AnsweredOn,
    DateOnly? ReviewDue,
    DateOnly? EffectiveDue,
    DateOnly? EffectiveOn,
    DateOnly? ClosedOn,
    DateOnly? Due,
    int? DaysLeft,
    ArcoUrgency? Urgency,
    IReadOnlyList<ArcoAct> History,
    ErasureView? Erasure,
    Guid? PrivacyNoticeId,
    ArcoPerson? Person,
    string? EffectReason,
    bool CanExport,
    bool FromDesk,
    IReadOnlyList<ArcoBeside> Beside,
    string? EndedBy)
{
    public static ArcoView Of(ArcoRequest row, ArcoClock clock, IReadOnlyList<ArcoAct>? history = null, ErasureView? erasure = null, ArcoPerson? person = null, IReadOnlyList<ArcoBeside>? beside = null, string? endedBy = null)
    {
        var left = row.Due is { } due ? clock.Calendar.Between(clock.Today, due) : (int?)null;
        return new(
            row.Id, row.Version, row.Folio, row.PersonId, row.RightAsked, row.State, row.Outcome, row.ApplicantName, row.ApplicantContact, row.IdentityCheck,
            row.Description, row.ReceivedAt, row.ReceivedOn, row.Prevention, row.PreventedOn, row.CompletionDue, row.Completion, row.CompletedOn, row.AnswerDue,
            row.ExtensionReason, row.ExtendedOn, row.Answer, row.Rectification, row.AnsweredOn, row.ReviewDue, row.EffectiveDue, row.EffectiveOn, row.ClosedOn, row.Due, left,
            row.Due is null ? null : clock.Today > row.Due ? ArcoUrgency.Overdue : left <= clock.WarnDays ? ArcoUrgency.Soon : ArcoUrgency.OnTime,
            history ?? [], erasure, row.PrivacyNoticeId, person, row.EffectReason, row.AsksForData, row.IdentityCheckedBy is not null, beside ?? [], endedBy);
    }
}

/// <summary>As the account has them, for staff to compare with who stands before them.</summary>
/// <param name="Email">Null for a person without one.</param>
/// <param name="Assisted">Staff registered them.</param>
public sealed record ArcoPerson(string Name, string? Email, bool Assisted);

/// <summary>Another request of the same person that is open.</summary>
public sealed record ArcoBeside(Guid Id, string Folio, ArcoRight Right, ArcoState State, DateOnly? Due);

/// <summary>A line of the request's history, from the audit trail.</summary>
/// <param name="Action">For example <c>arco_extended</c>.</param>
/// <param name="ByApplicant">False: staff did it.</param>
public sealed record ArcoAct(DateTimeOffset At, string Action, bool ByApplicant);

/// <summary>What the audit trail keeps of a request: nothing that the person wrote.</summary>
internal sealed record ArcoAudit(string Folio, ArcoState State, ArcoOutcome? Outcome, DateOnly? Due)
{
    public static ArcoAudit Of(ArcoRequest row) => new(row.Folio, row.State, row.Outcome, row.Due);
}
