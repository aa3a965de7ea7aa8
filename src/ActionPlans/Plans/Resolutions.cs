using OpenGov.ActionPlans.PlanFormat;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.Plans;

internal static class Resolutions
{
    /// <summary>The form of a resolution in a request, as the plan format demands it.</summary>
    public static IEnumerable<Refusal> Check(ResolutionDocument resolution, string field)
    {
        if (Texts.Check(resolution.Number, 100) is { } number)
            yield return Refusal.Invalid(field + "/number", number, 100);
        if (resolution.Session is { } session && Texts.Check(session, 200) is { } code)
            yield return Refusal.Invalid(field + "/session", code, 200);
        if (resolution.DocumentUrl is { } url && !Texts.IsWebAddress(url))
            yield return Refusal.Invalid(field + "/documentUrl", "evidence_url_invalid");
    }
}
