namespace OpenGov.SystemTests.Engine;

/// <summary>A data folder for one test, in a place that any account can reach, gone afterwards.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("opengov-test-").FullName;

    public DataFolder() =>
        // As root, PostgreSQL and RabbitMQ run under accounts of their own and must be able to pass.
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    public static implicit operator string(DataFolder folder) => folder.Path;

    public override string ToString() => Path;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
