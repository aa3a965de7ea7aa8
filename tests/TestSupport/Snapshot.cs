namespace OpenGov.TestSupport;

/// <summary>A text that is kept in the source tree and that others rely on.</summary>
public static class Snapshot
{
    /// <summary>Whether this run writes what it finds instead of comparing; a person then reads the difference.</summary>
    private static bool Accepts => Environment.GetEnvironmentVariable("OPENGOV_ACCEPT") is "1";

    /// <param name="path">From the root of the source tree.</param>
    /// <param name="text">What there is now.</param>
    /// <returns>Null where the kept text says the same; else what to do.</returns>
    public static string? Difference(string path, string text)
    {
        var file = Path.Combine(SourceTree.Root, path);
        if (Accepts)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        return File.Exists(file) && File.ReadAllText(file) == text
            ? null
            : $"{path} says otherwise. If the change is meant: OPENGOV_ACCEPT=1 dotnet test, then read what git shows.\n{text}";
    }
}
