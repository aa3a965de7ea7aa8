using System.Text.Json;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Plans;

/// <summary>From bytes to a plan document that breaks no rule of the format, or every reason why not.</summary>
internal static class PlanReader
{
    /// <summary>First half: form only. The result names the parties to look up for the second half.</summary>
    public static Result<ParsedPlan> Parse(ReadOnlyMemory<byte> utf8)
    {
        var parsed = StrictJson.Parse(utf8);
        if (parsed.IsRefused)
            return Result<ParsedPlan>.From(parsed.Refusals);
        var errors = new DocumentErrors();
        var plan = new DocumentBinder(errors).Bind<PlanDocument>(parsed.Value.RootElement);
        if (errors.Any || plan is null)
        {
            parsed.Value.Dispose();
            return Result<ParsedPlan>.From(errors.Refusals);
        }

        return new ParsedPlan(plan, parsed.Value);
    }
}

/// <summary>A plan whose form is right; <see cref="Check"/> looks at its meaning.</summary>
internal sealed class ParsedPlan(PlanDocument plan, JsonDocument source) : IDisposable
{
    public PlanDocument Plan => plan;

    /// <summary>Everybody that the document names.</summary>
    public IEnumerable<Party> Parties => plan.Commitments.SelectMany(PartiesOf);

    /// <returns>The plan, in an own plan with every party replaced by the registered organisation that it means.</returns>
    public Result<PlanDocument> Check(PlanContext context)
    {
        var errors = new DocumentErrors();
        new PlanChecks(plan, source.RootElement, context, errors).Run();
        if (errors.Any)
            return Result<PlanDocument>.From(errors.Refusals);
        return plan.Origin == PlanOrigin.Own ? Resolve(plan, context.Organisations) : plan;
    }

    public void Dispose() => source.Dispose();

    private static IEnumerable<Party> PartiesOf(CommitmentDocument commitment) => commitment.Responsible
        .Concat(commitment.CoResponsible)
        .Concat(commitment.Intervening)
        .Concat(commitment.KeyActions.SelectMany(action => action.Activities).Select(activity => activity.Responsible).OfType<Party>());

    private static PlanDocument Resolve(PlanDocument plan, OrganisationDirectory organisations) => plan with
    {
        Commitments = [.. plan.Commitments.Select(commitment => commitment with
        {
            PublicProblem = commitment.PublicProblem ?? plan.ProblemTrees.FirstOrDefault(tree => tree.Key == commitment.ProblemTree)?.CentralProblem,
            Responsible = [.. commitment.Responsible.Select(party => Resolve(party, organisations))],
            CoResponsible = [.. commitment.CoResponsible.Select(party => Resolve(party, organisations))],
            Intervening = [.. commitment.Intervening.Select(party => Resolve(party, organisations))],
            KeyActions = [.. commitment.KeyActions.Select(action => action with
            {
                Activities = [.. action.Activities.Select(activity => activity with
                {
                    Responsible = activity.Responsible is { } own ? Resolve(own, organisations)
                        : commitment.Responsible.Count == 1 ? Resolve(commitment.Responsible[0], organisations) : null,
                })],
            })],
        })],
    };

    private static Party Resolve(Party party, OrganisationDirectory organisations) =>
        organisations.Find(party) is [var organisation]
            ? party with { Id = organisation.Id, Name = organisation.Name, Acronym = organisation.Acronym }
            : party;
}
