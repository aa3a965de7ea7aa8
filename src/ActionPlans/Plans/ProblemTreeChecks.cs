using OpenGov.ActionPlans.PlanFormat;
using static OpenGov.ActionPlans.PlanFormat.DocumentErrors;

namespace OpenGov.ActionPlans.Plans;

/// <summary>SPEC §2.7: a directed acyclic graph; causes lead to causes or the central problem, it and effects lead to effects.</summary>
internal static class ProblemTreeChecks
{
    private const string Central = "central";

    public static void Check(ProblemTree tree, string at, DocumentErrors errors)
    {
        var kinds = new Dictionary<string, char>(StringComparer.Ordinal) { [Central] = 'p' };
        AddNodes(tree.Causes, 'c', At(at, "causes"));
        AddNodes(tree.Effects, 'e', At(at, "effects"));

        var links = new List<TreeEdge>();
        for (var index = 0; index < tree.Edges.Count; index++)
        {
            var edge = tree.Edges[index];
            if (!kinds.TryGetValue(edge.From, out var from) || !kinds.TryGetValue(edge.To, out var to))
                errors.Add(At(at, "edges", index), "edge_without_node");
            else if (!(from == 'c' ? to is 'c' or 'p' : to == 'e'))
                errors.Add(At(at, "edges", index), "edge_against_the_tree");
            else
                links.Add(edge);
        }

        if (HasCycle(kinds.Keys, links))
            errors.Add(At(at, "edges"), "tree_has_cycle");

        for (var index = 0; index < tree.EvidenceSources.Count; index++)
        {
            if (tree.EvidenceSources[index].Date is { } date && !PartialDate.TryRange(date, wholeOnly: false, out _, out _))
                errors.Add(At(at, "evidenceSources", index, "date"), "date_invalid");
        }

        void AddNodes(IReadOnlyList<TreeNode> nodes, char kind, string place)
        {
            for (var index = 0; index < nodes.Count; index++)
            {
                if (!kinds.TryAdd(nodes[index].Key, kind))
                    errors.Add(At(place, index, "key"), "number_repeated", nodes[index].Key);
            }
        }
    }

    /// <summary>Takes away nodes without incoming edges until none is left; what remains goes round in a circle.</summary>
    private static bool HasCycle(IEnumerable<string> nodes, List<TreeEdge> edges)
    {
        var left = nodes.ToHashSet(StringComparer.Ordinal);
        while (true)
        {
            var targets = edges.Where(edge => left.Contains(edge.From)).Select(edge => edge.To).ToHashSet(StringComparer.Ordinal);
            if (left.RemoveWhere(node => !targets.Contains(node)) == 0)
                return left.Count > 0;
        }
    }
}
