namespace OpenGov.SystemTests.Engine;

/// <summary>A data folder for one test, in a place that any account can reach, gone afterwards.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("opengov-test-").FullName;

    public static implicit operator string(DataFolder folder) => folder.Path;

    public override string ToString() => Path;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
