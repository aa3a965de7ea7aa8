namespace OpenGov.TestSupport;

/// <summary>Where the sources are that the tests were built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of the solution, found from where the tests run.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenGovAspire.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the source tree.");
    }
}
