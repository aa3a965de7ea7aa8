using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <summary>From the joint declaration to the act of installation, and the governance mechanism before and after it (SPEC §2.1, §2.5).</summary>
public sealed partial class Secretariat
{
    /// <summary>The declaration is what makes an exercise; once the act of installation rests on it, it stays.</summary>
    public Result Declare(DateOnly signedOn, IReadOnlyList<Sector> signedBy, string document, DateOnly today)
    {
        if (State != SecretariatState.Integrating)
            return Refusal.Conflict("secretariat_already_installed");
        if (signedOn > today)
            return Refusal.Invalid("signedOn", "moment_in_future");
        Touch();
        (DeclaredOn, DeclaredBy, Declaration) = (signedOn, [.. signedBy.Distinct().Order()], document);
        return Result.Done;
    }

    /// <summary>Until the installation, whose act approves the last version. Afterwards see <see cref="Enact"/>.</summary>
    public Result<GovernanceMechanism> WriteMechanism(MechanismParts parts, MechanismParameters parameters, DateOnly today)
    {
        if (State != SecretariatState.Integrating)
            return Refusal.Rule("mechanism_needs_resolution");
        Touch();
        var written = GovernanceMechanism.Write(Id, mechanisms.Count + 1, parts, parameters, null, today);
        mechanisms.Add(written);
        return written;
    }

    /// <summary>What was proposed comes into force by the resolution that adopted exactly this text.</summary>
    public Result Enact(MechanismProposal proposal, Resolution? approval, DateOnly today)
    {
        if (WhySuspendedOn(today) is { } suspended)
            return suspended;
        if (proposal.AdoptedBy(approval) is { IsRefused: true } refused)
            return refused;
        if (MayReplace(proposal) is { IsRefused: true } outdated)
            return outdated;
        var written = GovernanceMechanism.Write(Id, mechanisms.Count + 1, proposal.Parts, proposal.Parameters, approval!.Id, today);
        mechanisms.Add(written);
        proposal.Enact(written, approval, today);
        facts.Add(new GovernanceMechanismEnactedV1(Id, Touch(), written.Id, written.Number, written.Hash, approval.Id, today));
        return Result.Done;
    }

    /// <summary>A proposal was compared with the version in force when it was written: after another one it has to be proposed, and decided, anew.</summary>
    public Result MayReplace(MechanismProposal proposal) =>
        proposal.ReplacesId == Mechanism?.Id ? Result.Done : Refusal.Conflict("mechanism_based_on_former_version", Mechanism?.Number);

    /// <summary>Signs the installation act. Every rule that does not hold is named (INV-01 to INV-07, SPEC §2.1, §2.4).</summary>
    /// <param name="awareness">Days on which awareness activities were held.</param>
    /// <param name="represented">The organisations for which the person who facilitates acts (INV-05).</param>
    public Result Install(DateOnly on, GoverningRules rules, IReadOnlyList<DateOnly> awareness, DateOnly today, IReadOnlyList<Guid>? represented = null)
    {
        if (State != SecretariatState.Integrating)
            return Refusal.Conflict("secretariat_already_installed");
        if (on > today)
            return Refusal.Invalid("installedOn", "moment_in_future");
        var broken = InstallationCheck.Run(this, on, rules, awareness, represented).Where(finding => !finding.Holds).Select(finding => finding.Refusal!).ToList();
        if (broken.Count > 0)
            return Result.From(broken);
        (State, InstalledOn, InstalledWith) = (SecretariatState.Installed, on, Mechanism!.Id);
        facts.Add(new SecretariatInstalledV1(Id, Touch(), on, Mechanism.Hash));
        Review(today);
        return Result.Done;
    }
}
