namespace OpenGov.Portal.Forms;

internal static class FieldId
{
    /// <summary>The HTML id of a field: dots would be classes in a selector.</summary>
    public static string Of(string name) => name.Replace('.', '-');

    public static string Error(string name) => Of(name) + "-error";

    public static string Hint(string name) => Of(name) + "-hint";

    /// <summary>Value of <c>aria-describedby</c>: hint and error, as far as there are any.</summary>
    public static string? DescribedBy(string name, string? hint, string? error)
    {
        var ids = string.Join(' ', new[] { hint is null ? null : Hint(name), error is null ? null : Error(name) }.Where(id => id is not null));
        return ids.Length == 0 ? null : ids;
    }
}
