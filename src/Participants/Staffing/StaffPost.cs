using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Staffing;

/// <summary>One account in one role of the operator's staff, for a term.</summary>
public sealed class StaffPost : AggregateRoot
{
    private StaffPost()
    {
    }

    public Guid AccountId { get; private init; }
    public StaffRole Role { get; private init; }
    public Term Term { get; private set; } = null!;
    public DateTimeOffset AssignedAt { get; private init; }

    public static StaffPost Assign(Guid accountId, StaffRole role, Term term, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), AccountId = accountId, Role = role, Term = term, AssignedAt = now };

    public Result End(DateTimeOffset now)
    {
        var ended = Term.Ended(now);
        if (ended.IsRefused)
            return Result.From(ended.Refusals);
        Term = ended.Value;
        return Result.Done;
    }

    public StaffPostAssignedV1 AssignedFact() => new(Id, Touch(), AccountId, Role, Term.From, Term.Until);

    public StaffPostEndedV1 EndedFact() => new(Id, Touch(), AccountId, Term.EndedAt!.Value);
}
