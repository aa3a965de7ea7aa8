using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.LegalProfiles;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Secretariats;

/// <param name="Number">Of the resolution, counted by secretariat.</param>
public sealed record AdoptedBy(Guid Id, int Number);

/// <param name="Resolution">That adopted it; null for those written until the installation, whose act approved the last of them.</param>
public sealed record MechanismLine(Guid Id, int Number, DateOnly WrittenOn, string Hash, AdoptedBy? Resolution, bool ApprovedByInstallation);

/// <param name="Rules">By which the secretariat works today: what the mechanism in force sets, and what the legal profile says where it sets nothing.</param>
/// <param name="InForce">Null while nothing is written.</param>
/// <param name="Versions">The latest first.</param>
public sealed record MechanismHistory(Guid SecretariatId, string SecretariatName, SecretariatState State, GoverningRules Rules, MechanismView? InForce, IReadOnlyList<MechanismLine> Versions);

public sealed record MechanismProposalLine(Guid Id, MechanismProposalState State, string Hash, DateOnly ProposedOn, DateOnly? DecidedOn);

/// <param name="Field">A part (<c>operation</c>) or a dotted parameter (<c>parameters.quorumFraction</c>, <c>parameters.decisionRules.PLAN_APPROVAL</c>).</param>
/// <param name="Before">Null where the version before sets nothing: the legal profile says it.</param>
public sealed record MechanismChange(string Field, JsonNode? Before, JsonNode? After);

/// <param name="Hash">What the resolution that enacts it names: kind GOVERNANCE_MECHANISM, the proposal's id, this hash.</param>
/// <param name="Compared">Number of the version with which it is compared: the one in force while it is proposed, the one that it was to replace afterwards.</param>
/// <param name="Became">Number of the version that it became.</param>
public sealed record MechanismProposalView(
    Guid Id, int Version, Guid SecretariatId, string SecretariatName, MechanismProposalState State, DateOnly ProposedOn, DateOnly? DecidedOn, string Hash, string Integration, string Functions, string Operation,
    string Decisions, MechanismParameters Parameters, int Compared, IReadOnlyList<MechanismChange> Changes, AdoptedBy? Resolution, int? Became);

internal static class ReadMechanisms
{
    /// <summary>A secretariat changes its rules a few times in its life.</summary>
    private const int MostProposals = 200;

    public static async Task<Results<Ok<MechanismHistory>, ProblemHttpResult>> History(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        if (await desk.ReadAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var secretariat = hand.Secretariat;
        var rules = hand.Rules with { DecisionRules = Matters.All.Union(hand.Rules.DecisionRules.Keys).ToDictionary(matter => matter, matter => hand.Rules.RuleFor(matter, consensusFailedBefore: false)) };
        var ids = secretariat.Mechanisms.Select(row => row.ResolutionId).OfType<Guid>().ToList();
        var numbers = await db.Resolutions.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Number, cancellationToken);
        return TypedResults.Ok(new MechanismHistory(
            secretariat.Id, secretariat.Name, secretariat.State, rules, secretariat.Mechanism is { } inForce ? MechanismViews.View(inForce) : null,
            [.. secretariat.Mechanisms.OrderByDescending(row => row.Number).Select(row => new MechanismLine(
                row.Id, row.Number, row.WrittenOn, row.Hash, row.ResolutionId is { } by ? new AdoptedBy(by, numbers[by]) : null, row.Id == secretariat.InstalledWith))]));
    }

    public static async Task<Results<Ok<MechanismView>, ProblemHttpResult>> Version(Guid id, int number, HttpContext http, SecretariatDesk desk, CancellationToken cancellationToken) =>
        (await desk.ReadAsync(id, cancellationToken))?.Secretariat.Mechanisms.SingleOrDefault(row => row.Number == number) is { } written
            ? TypedResults.Ok(MechanismViews.View(written))
            : http.Problem(Refusal.NotFound());

    public static async Task<Results<Ok<Page<MechanismProposalLine>>, ProblemHttpResult>> Proposals(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken)
    {
        if (!await db.Secretariats.AnyAsync(row => row.Id == id, cancellationToken))
            return http.Problem(Refusal.NotFound());
        return TypedResults.Ok(new Page<MechanismProposalLine>(
            await db.MechanismProposals.AsNoTracking().Where(row => row.SecretariatId == id).OrderByDescending(row => row.Id).Take(MostProposals)
                .Select(row => new MechanismProposalLine(row.Id, row.State, row.Hash, row.ProposedOn, row.DecidedOn)).ToListAsync(cancellationToken),
            Next: null));
    }

    public static async Task<Results<Ok<MechanismProposalView>, ProblemHttpResult>> Proposal(Guid id, HttpContext http, ParticipantsDb db, CancellationToken cancellationToken) =>
        await db.MechanismProposals.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } proposal
            ? TypedResults.Ok(await MechanismViews.ViewAsync(db, proposal, cancellationToken))
            : http.Problem(Refusal.NotFound());
}

internal static class MechanismViews
{
    public static MechanismView View(GovernanceMechanism written) =>
        new(written.Id, written.Number, written.Integration, written.Functions, written.Operation, written.Decisions, written.Parameters, written.Hash, written.ResolutionId, written.WrittenOn);

    public static async Task<MechanismProposalView> ViewAsync(ParticipantsDb db, MechanismProposal proposal, CancellationToken cancellationToken)
    {
        var name = await db.Secretariats.Where(row => row.Id == proposal.SecretariatId).Select(row => row.Name).SingleAsync(cancellationToken);
        var written = await db.Set<GovernanceMechanism>().AsNoTracking().Where(row => row.SecretariatId == proposal.SecretariatId).OrderBy(row => row.Number).ToListAsync(cancellationToken);
        var became = written.Find(row => row.Id == proposal.MechanismId)?.Number;
        // Another version may have come into force since it was proposed.
        var compared = proposal.State switch
        {
            MechanismProposalState.Proposed => written[^1],
            MechanismProposalState.Enacted => written.Single(row => row.Number == became - 1),
            _ => written.Single(row => row.Id == proposal.ReplacesId),
        };
        var number = await db.Resolutions.Where(row => row.Id == proposal.ResolutionId).Select(row => (int?)row.Number).SingleOrDefaultAsync(cancellationToken);
        return new MechanismProposalView(
            proposal.Id, proposal.Version, proposal.SecretariatId, name, proposal.State, proposal.ProposedOn, proposal.DecidedOn, proposal.Hash, proposal.Integration, proposal.Functions, proposal.Operation,
            proposal.Decisions, proposal.Parameters, compared.Number, Changes(compared, proposal), number is { } adopted ? new AdoptedBy(proposal.ResolutionId!.Value, adopted) : null, became);
    }

    private static List<MechanismChange> Changes(GovernanceMechanism before, MechanismProposal after)
    {
        var changes = new List<MechanismChange>();
        foreach (var (field, old, next) in new[]
        {
            ("integration", before.Integration, after.Integration), ("functions", before.Functions, after.Functions), ("operation", before.Operation, after.Operation), ("decisions", before.Decisions, after.Decisions),
        })
        {
            // Older versions kept the line ends of whatever wrote them.
            if (old.ReplaceLineEndings("\n") != next)
                changes.Add(new MechanismChange(field, old, next));
        }

        changes.AddRange(ProfileComparison.Between(AsObject(before.Parameters), AsObject(after.Parameters)).Select(change => new MechanismChange($"parameters.{change.Field}", change.Before, change.After)));
        return changes;
    }

    private static JsonObject AsObject(MechanismParameters parameters) => JsonSerializer.SerializeToNode(parameters, ContractsJson.Options)!.AsObject();
}
