using System.Globalization;
using System.Text.Json;
using OpenGov.ActionPlans.Copies;
using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ActionPlans.Reference;
using static OpenGov.ActionPlans.PlanFormat.DocumentErrors;

namespace OpenGov.ActionPlans.Plans;

/// <summary>
/// What is wrong in a plan document, as opposed to missing: contradictions, unknown codes, repeated numbers. All of it, each
/// with its place. What an own plan still lacks is the business of <see cref="PublicationRules"/>; what an imported plan lacks
/// is shown as a gap.
/// </summary>
internal sealed class PlanChecks(PlanDocument plan, JsonElement source, PlanContext context, DocumentErrors errors)
{
    private bool Own => plan.Origin == PlanOrigin.Own;

    public void Run()
    {
        if (plan.Commitments.Count == 0)
            errors.Add("/commitments", "list_empty");
        CheckOrigin();
        var period = CheckPeriod();
        NumbersAreUnique(plan.ProblemTrees.Select(tree => tree.Key), index => At("/problemTrees", index, "key"));
        for (var index = 0; index < plan.ProblemTrees.Count; index++)
            ProblemTreeChecks.Check(plan.ProblemTrees[index], At("/problemTrees", index), errors);
        CheckPointers(plan.ExampleFields, source, "");
        NumbersAreUnique(plan.Commitments.Select(commitment => commitment.Number), index => At("/commitments", index, "number"));
        for (var index = 0; index < plan.Commitments.Count && !errors.Full; index++)
            CheckCommitment(plan.Commitments[index], source.GetProperty("commitments")[index], At("/commitments", index), period);
    }

    private void CheckOrigin()
    {
        if (Own)
        {
            Require(plan.Number is not null, "/number");
            Forbid(plan.Slug is not null, "/slug", "only_for_imported");
            Forbid(plan.PrintedResults is not null, "/printedResults", "only_for_imported");
            if (context.CveEnt is null)
                errors.Add("/origin", "instance_not_configured");
            else if (plan.Jurisdiction.CveEnt != context.CveEnt || plan.Jurisdiction.Level != JurisdictionLevel.State)
                errors.Add("/jurisdiction", "jurisdiction_not_own", context.CveEnt);
            if (!context.ExerciseOpened)
                errors.Add("/origin", "exercise_missing");
            if (plan.Commitments.Count > context.MaxCommitments)
                errors.Add("/commitments", "too_many_commitments", context.MaxCommitments);
        }
        else
        {
            Require(plan.Slug is not null, "/slug");
            Forbid(plan.Number is not null, "/number", "only_for_own");
            if (plan.SourceDocuments.Count == 0)
                errors.Add("/sourceDocuments", "source_document_missing");
            if ((plan.Jurisdiction.Level == JurisdictionLevel.Federal) != (plan.Jurisdiction.CveEnt is null))
                errors.Add("/jurisdiction/cveEnt", "jurisdiction_inconsistent");
        }
    }

    /// <returns>First and last day that the period can mean; a missing end leaves that side open.</returns>
    private (DateOnly First, DateOnly Last) CheckPeriod()
    {
        var (first, last) = (DateOnly.MinValue, DateOnly.MaxValue);
        if (plan.Period?.Start is { } start && !PartialDate.TryRange(start, Own, out first, out _))
            errors.Add("/period/start", "date_invalid");
        if (plan.Period?.End is { } end && !PartialDate.TryRange(end, Own, out _, out last))
            errors.Add("/period/end", "date_invalid");
        if (first > last)
            errors.Add("/period", "period_reversed");
        if (Own)
        {
            Require(plan.Period?.Start is not null, "/period/start");
            Require(plan.Period?.End is not null, "/period/end");
        }

        return (first, last);
    }

    private void CheckCommitment(CommitmentDocument commitment, JsonElement element, string at, (DateOnly First, DateOnly Last) period)
    {
        if (Own)
        {
            if (commitment.Number > 99)
                errors.Add(At(at, "number"), "number_out_of_range", 1, 99);
            Require(commitment.Kind is not null, At(at, "kind"));
            Require(commitment.Theme is not null, At(at, "theme"));
            Forbid(commitment.PrintedStatus is not null, At(at, "printedStatus"), "only_for_imported");
            Forbid(commitment.PrintedGroup is not null, At(at, "printedGroup"), "only_for_imported");
        }

        if (commitment.Theme is { } theme)
        {
            if (!context.Themes.TryGetValue(theme, out var current))
                errors.Add(At(at, "theme"), "theme_unknown", theme);
            else if (Own && !current && context.PublishedThemes.GetValueOrDefault(commitment.Number) != theme)
                errors.Add(At(at, "theme"), "theme_retired", theme);
        }

        if (commitment.ProblemTree is { } key && plan.ProblemTrees.All(tree => tree.Key != key))
            errors.Add(At(at, "problemTree"), "problem_tree_unknown", key);
        Unique(commitment.Types, At(at, "types"));
        Unique([.. commitment.Pillars.Select(link => link.Pillar)], At(at, "pillars"));
        Unique(commitment.CrossCutting, At(at, "crossCutting"));
        Unique([.. commitment.QualityChecks.Select(check => check.Check)], At(at, "qualityChecks"));
        CheckTerritory(commitment, at);
        CheckSdg(commitment, at);
        CheckParties(commitment, at);
        CheckKeyActions(commitment, at, period);
        if (commitment.ExternalAssessment is { Start: { } start, End: { } end } && start > end)
            errors.Add(At(at, "externalAssessment"), "start_after_end");
        CheckPointers(commitment.ExampleFields, element, at);
    }

    private void CheckTerritory(CommitmentDocument commitment, string at)
    {
        Unique(commitment.Territory, At(at, "territory"));
        if (!Own || context.CveEnt is null)
            return;
        for (var index = 0; index < commitment.Territory.Count; index++)
        {
            if (!commitment.Territory[index].StartsWith(context.CveEnt, StringComparison.Ordinal))
                errors.Add(At(at, "territory", index), "territory_of_another_state", commitment.Territory[index]);
        }
    }

    private void CheckSdg(CommitmentDocument commitment, string at)
    {
        Unique([.. commitment.SdgTargets.Select(link => link.Code)], At(at, "sdgTargets"));
        for (var index = 0; index < commitment.SdgTargets.Count; index++)
        {
            if (SdgCatalogue.Find(commitment.SdgTargets[index].Code) is null)
                errors.Add(At(at, "sdgTargets", index, "code"), "sdg_unknown", commitment.SdgTargets[index].Code);
        }
    }

    private void CheckParties(CommitmentDocument commitment, string at)
    {
        for (var index = 0; index < commitment.Responsible.Count; index++)
        {
            var place = At(at, "responsible", index);
            if (CheckParty(commitment.Responsible[index], place) is { IsObligatedSubject: false } organisation)
                errors.Add(place, "responsible_not_obligated", organisation.Name);
        }

        for (var index = 0; index < commitment.CoResponsible.Count; index++)
            CheckParty(commitment.CoResponsible[index], At(at, "coResponsible", index));
        for (var index = 0; index < commitment.Intervening.Count; index++)
        {
            var party = commitment.Intervening[index];
            if (party.Id is not null || party.Name is null)
                CheckParty(party, At(at, "intervening", index));
        }
    }

    /// <returns>The organisation of an own plan's party, or null where there is none or it is unclear, which is then an error.</returns>
    private OrganisationCopy? CheckParty(Party party, string at)
    {
        if (party is { Id: null, Name: null, Acronym: null })
        {
            errors.Add(at, "party_without_name");
            return null;
        }

        if (!Own)
            return null;
        var found = context.Organisations.Find(party);
        if (found.Count == 1)
            return found[0];
        errors.Add(at, found.Count == 0 ? "organisation_unknown" : "organisation_ambiguous", party.Name ?? party.Acronym ?? party.Id?.ToString());
        return null;
    }

    private void CheckKeyActions(CommitmentDocument commitment, string at, (DateOnly First, DateOnly Last) period)
    {
        NumbersAreUnique(commitment.KeyActions.Select(action => action.Number), index => At(at, "keyActions", index, "number"));
        var weights = commitment.KeyActions.Select(action => action.Weight).ToArray();
        if (weights.Length > 0 && weights.All(weight => weight is not null) && weights.Sum() != 100)
            errors.Add(At(at, "keyActions"), "weights_not_100", weights.Sum());
        for (var index = 0; index < commitment.KeyActions.Count; index++)
        {
            var place = At(at, "keyActions", index);
            var action = commitment.KeyActions[index];
            NumbersAreUnique(action.Activities.Select(activity => activity.Number), number => At(place, "activities", number, "number"));
            for (var number = 0; number < action.Activities.Count; number++)
                CheckActivity(action.Activities[number], commitment, At(place, "activities", number), period);
        }
    }

    private void CheckActivity(ActivityDocument activity, CommitmentDocument commitment, string at, (DateOnly First, DateOnly Last) period)
    {
        if (activity.Start > activity.End)
            errors.Add(at, "start_after_end");
        else if (activity.Start < period.First || activity.End > period.Last || activity.End < period.First || activity.Start > period.Last)
            errors.Add(at, "outside_plan_period", plan.Period?.Start, plan.Period?.End);
        if (activity.Responsible is { } responsible)
            CheckParty(responsible, At(at, "responsible"));
        else if (Own && commitment.Responsible.Count > 1)
            errors.Add(At(at, "responsible"), "activity_responsible_unclear");
    }

    private void NumbersAreUnique<T>(IEnumerable<T> numbers, Func<int, string> place)
    {
        var seen = new HashSet<T>();
        var index = 0;
        foreach (var number in numbers)
        {
            if (!seen.Add(number))
                errors.Add(place(index), "number_repeated", Convert.ToString(number, CultureInfo.InvariantCulture));
            index++;
        }
    }

    private void Unique<T>(IReadOnlyList<T> values, string at)
    {
        var seen = new HashSet<T>();
        for (var index = 0; index < values.Count; index++)
        {
            if (!seen.Add(values[index]))
                errors.Add(At(at, index), "value_repeated");
        }
    }

    private void CheckPointers(IReadOnlyList<string> pointers, JsonElement root, string at)
    {
        for (var index = 0; index < pointers.Count; index++)
        {
            if (!PointsToSomething(pointers[index], root))
                errors.Add(At(at, "exampleFields", index), "pointer_without_target", pointers[index]);
        }
    }

    private static bool PointsToSomething(string pointer, JsonElement element)
    {
        foreach (var segment in pointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(segment, out var member))
                element = member;
            else if (element.ValueKind == JsonValueKind.Array && int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength())
                element = element[index];
            else
                return false;
        }

        return true;
    }

    private void Require(bool given, string pointer)
    {
        if (!given)
            errors.Add(pointer, "field_required");
    }

    private void Forbid(bool given, string pointer, string code)
    {
        if (given)
            errors.Add(pointer, code);
    }
}

/// <summary>Dates as sources print them: a day, a month or a year.</summary>
internal static class PartialDate
{
    /// <param name="text">YYYY, YYYY-MM or YYYY-MM-DD.</param>
    /// <param name="wholeOnly">Only a day will do.</param>
    public static bool TryRange(string text, bool wholeOnly, out DateOnly first, out DateOnly last)
    {
        (first, last) = (DateOnly.MinValue, DateOnly.MaxValue);
        if (text.Length < 10 && wholeOnly)
            return false;
        var padded = text.Length switch { 4 => text + "-01-01", 7 => text + "-01", _ => text };
        if (!DateOnly.TryParseExact(padded, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out first) || first.Year < 1900)
            return false;
        last = text.Length switch { 4 => first.AddYears(1).AddDays(-1), 7 => first.AddMonths(1).AddDays(-1), _ => first };
        return true;
    }
}
