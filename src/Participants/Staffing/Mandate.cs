using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Staffing;

/// <summary>An account may act for an organisation (accredited representative or liaison), for a term.</summary>
public sealed class Mandate : AggregateRoot
{
    private Mandate()
    {
    }

    public Guid AccountId { get; private init; }
    public Guid OrganisationId { get; private init; }
    public Term Term { get; private set; } = null!;
    public DateTimeOffset GrantedAt { get; private init; }

    public static Mandate Grant(Guid accountId, Guid organisationId, Term term, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), AccountId = accountId, OrganisationId = organisationId, Term = term, GrantedAt = now };

    public Result End(DateTimeOffset now)
    {
        var ended = Term.Ended(now);
        if (ended.IsRefused)
            return Result.From(ended.Refusals);
        Term = ended.Value;
        return Result.Done;
    }

    public MandateGrantedV1 GrantedFact() => new(Id, Touch(), AccountId, OrganisationId, Term.From, Term.Until);

    public MandateEndedV1 EndedFact() => new(Id, Touch(), AccountId, OrganisationId, Term.EndedAt!.Value);
}
