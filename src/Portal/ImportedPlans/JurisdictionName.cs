namespace OpenGov.Portal.ImportedPlans;

internal static class JurisdictionName
{
    /// <summary>Jalisco (estatal); the level is left out where the name says it already.</summary>
    public static string Of(string? name, string? level)
    {
        var word = Text.Code("level_of", level);
        return name is null || word.Length == 0 || name.Contains(word, StringComparison.CurrentCultureIgnoreCase) ? name ?? "" : $"{name} ({word})";
    }
}
