namespace OpenGov.Gateway.Caching;

/// <summary>
/// One form of a query for all orders of its parameters. Only the order is touched, and only where every name is there once:
/// what repeated, empty or oddly written parameters mean is for the services to say.
/// </summary>
internal static class CanonicalQuery
{
    /// <summary>More parameters than any page has; sorting stays cheap.</summary>
    private const int MostParameters = 16;

    public static string Of(string target)
    {
        var start = target.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
            return target;
        if (start == target.Length - 1)
            return target[..start];
        if (target.IndexOf('&', start) < 0)
            return target;

        var parameters = target[(start + 1)..].Split('&', MostParameters + 1);
        if (parameters.Length > MostParameters)
            return target;
        var names = Array.ConvertAll(parameters, NameOf);
        if (names.Any(name => name.Length == 0) || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Length)
            return target;
        Array.Sort(names, parameters, StringComparer.Ordinal);
        return $"{target.AsSpan(0, start)}?{string.Join('&', parameters)}";
    }

    /// <summary>Decoded, so that a name cannot be there twice in two spellings.</summary>
    private static string NameOf(string parameter)
    {
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString((end < 0 ? parameter : parameter[..end]).Replace('+', ' '));
    }
}
