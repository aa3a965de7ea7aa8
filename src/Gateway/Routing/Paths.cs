namespace OpenGov.Gateway.Routing;

internal static class Paths
{
    /// <summary>Whether the path is the folder or below it; routes do not look at case, so rules must not either.</summary>
    public static bool IsBelow(this PathString path, string folder) => path.StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The address as a route takes it, without slashes that say nothing: at the end, where routes do not look at them, and one after
    /// the other. Escaped letters and dot segments are gone before: the server reads them.
    /// </summary>
    public static PathString Plain(this PathString path)
    {
        var text = path.Value ?? "";
        if (text.Length > 1 && (text[^1] == '/' || text.Contains("//", StringComparison.Ordinal)))
            return "/" + string.Join('/', text.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return path;
    }
}
