using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

public enum MechanismProposalState { Proposed, Enacted, Withdrawn }

/// <summary>
/// A version of the governance mechanism that an installed secretariat is to decide on. It is written first, so that a motion can name it: its id and
/// its hash are the subject of the resolution that brings it into force, and what is enacted is exactly what was proposed.
/// </summary>
public sealed class MechanismProposal : AggregateRoot
{
    /// <summary>Of the subject that a resolution names.</summary>
    public const string SubjectKind = "GOVERNANCE_MECHANISM";

    private MechanismProposal()
    {
    }

    public Guid SecretariatId { get; private init; }
    public string Integration { get; private init; } = "";
    public string Functions { get; private init; } = "";
    public string Operation { get; private init; } = "";
    public string Decisions { get; private init; } = "";
    public MechanismParameters Parameters { get; private init; } = new();

    /// <summary>SHA-256 of parts and parameters, lower-case hex: what the resolution approves.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>The version that was in force when it was proposed.</summary>
    public Guid ReplacesId { get; private init; }

    public MechanismProposalState State { get; private set; }
    public DateOnly ProposedOn { get; private init; }
    public DateOnly? DecidedOn { get; private set; }

    /// <summary>The resolution that adopted it, and the version that it became.</summary>
    public Guid? ResolutionId { get; private set; }

    public Guid? MechanismId { get; private set; }

    public MechanismParts Parts => new(Integration, Functions, Operation, Decisions);

    public static Result<MechanismProposal> Propose(Secretariat secretariat, MechanismParts parts, MechanismParameters parameters, DateOnly today)
    {
        if (secretariat.State == SecretariatState.Integrating)
            return Refusal.Conflict("mechanism_is_written_until_installation");
        if (!parts.AreComplete)
            return Refusal.Rule("installation_without_mechanism");
        var hash = GovernanceMechanism.HashOf(parts, parameters);
        if (secretariat.Mechanism!.Hash == hash)
            return Refusal.Rule("mechanism_changes_nothing");
        var proposal = new MechanismProposal
        {
            Id = Guid.CreateVersion7(),
            SecretariatId = secretariat.Id,
            Integration = parts.Integration,
            Functions = parts.Functions,
            Operation = parts.Operation,
            Decisions = parts.Decisions,
            Parameters = parameters,
            Hash = hash,
            ReplacesId = secretariat.Mechanism.Id,
            State = MechanismProposalState.Proposed,
            ProposedOn = today,
        };
        proposal.Touch();
        return proposal;
    }

    public Result Withdraw(DateOnly today)
    {
        if (State != MechanismProposalState.Proposed)
            return Refusal.Conflict("mechanism_not_proposed");
        (State, DecidedOn) = (MechanismProposalState.Withdrawn, today);
        Touch();
        return Result.Done;
    }

    /// <summary>Whether this is the resolution that adopted exactly this text.</summary>
    internal Result AdoptedBy(Resolution? resolution)
    {
        if (State != MechanismProposalState.Proposed)
            return Refusal.Conflict("mechanism_not_proposed");
        if (resolution is null || resolution.SecretariatId != SecretariatId || resolution.Matter != Matters.GovernanceChange || resolution.SupersededById is not null
            || resolution.SubjectKind != SubjectKind || resolution.SubjectId != Id)
            return Refusal.Rule("mechanism_needs_resolution", "resolutionId");
        return resolution.SubjectHash == Hash ? Result.Done : Refusal.Rule("mechanism_is_not_what_was_approved", "resolutionId");
    }

    internal void Enact(GovernanceMechanism written, Resolution resolution, DateOnly today)
    {
        (State, DecidedOn, ResolutionId, MechanismId) = (MechanismProposalState.Enacted, today, resolution.Id, written.Id);
        Touch();
    }
}
