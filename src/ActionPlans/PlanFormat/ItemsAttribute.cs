namespace OpenGov.ActionPlans.PlanFormat;

/// <summary>What each text of a list of texts must look like.</summary>
/// <param name="maxLength">UTF-16 code units.</param>
/// <param name="pattern">ECMAScript-compatible regular expression, null for plain text.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute(int maxLength, string? pattern = null) : Attribute
{
    public int MaxLength { get; } = maxLength;
    public string? Pattern { get; } = pattern;
}
