namespace OpenGov.Gateway.Routing;

internal static class Paths
{
    /// <summary>Whether the path is the folder or below it; routes do not look at case, so rules must not either.</summary>
    public static bool IsBelow(this PathString path, string folder) => path.StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);
}
