using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>All errors of one document, each with the JSON pointer of its place; capped, because a hostile file can have millions.</summary>
internal sealed class DocumentErrors
{
    private const int Max = 200;
    private readonly List<Refusal> refusals = [];

    public IReadOnlyList<Refusal> Refusals => refusals;

    public bool Any => refusals.Count > 0;

    /// <summary>Nothing more will be kept, so nothing more need be looked for.</summary>
    public bool Full => refusals.Count > Max;

    public void Add(string pointer, string code, params object?[] args)
    {
        if (refusals.Count < Max)
            refusals.Add(Refusal.Rule(code, pointer, args));
        else if (refusals.Count == Max)
            refusals.Add(Refusal.Rule("document_too_many_errors", "", Max));
    }

    /// <summary>A pointer one step further: <c>At("/commitments", 3, "title")</c> is <c>/commitments/3/title</c>.</summary>
    public static string At(string pointer, params object[] segments) => pointer + JsonPointer.Of(segments);
}
