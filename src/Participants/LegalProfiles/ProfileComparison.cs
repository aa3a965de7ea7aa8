using System.Text.Json.Nodes;

namespace OpenGov.Participants.LegalProfiles;

/// <param name="Field">Dotted name below the parameters: <c>graceDays</c>, <c>privacy.answerDays</c>, <c>decisionRules.PLAN_APPROVAL</c>.</param>
/// <param name="Before">Null where nothing stood there.</param>
public sealed record ProfileChange(string Field, JsonNode? Before, JsonNode? After);

/// <summary>What one version says otherwise than another.</summary>
public static class ProfileComparison
{
    public static IReadOnlyList<ProfileChange> Between(ProfileParameters before, ProfileParameters after) => Between(AsObject(before), AsObject(after));

    public static IReadOnlyList<ProfileChange> Between(JsonObject before, JsonObject after)
    {
        var changes = new List<ProfileChange>();
        Compare("", before, after);
        return changes;

        void Compare(string under, JsonObject old, JsonObject next)
        {
            foreach (var name in old.Select(pair => pair.Key).Union(next.Select(pair => pair.Key)))
            {
                var (from, to) = (old[name], next[name]);
                if (JsonNode.DeepEquals(from, to))
                    continue;
                // Lists are read as a whole: their order and length mean something.
                if (from is JsonObject or null && to is JsonObject or null)
                    Compare($"{under}{name}.", from as JsonObject ?? [], to as JsonObject ?? []);
                else
                    changes.Add(new ProfileChange(under + name, from?.DeepClone(), to?.DeepClone()));
            }
        }
    }

    private static JsonObject AsObject(ProfileParameters parameters) => JsonNode.Parse(ProfileParameters.Write(parameters))!.AsObject();
}
