namespace OpenGov.AppHost.Native;

/// <summary>
/// What a child says, in a file of bounded size; the one before is kept as <c>.1</c>. A new run begins a new file, so whatever stands
/// in it was said by this run.
/// </summary>
internal sealed class LogFile : IDisposable
{
    /// <summary>Twelve children with two files each stay below 200 MB.</summary>
    private const long Limit = 8 * 1024 * 1024;
    private const int TailLines = 25;
    private readonly Lock _gate = new();
    private readonly Queue<string> _tail = new();
    private StreamWriter? _writer;

    public LogFile(string path)
    {
        Path = path;
        Begin();
    }

    public string Path { get; }

    public string Tail
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _tail);
        }
    }

    public void Write(string line)
    {
        lock (_gate)
        {
            if (_writer is null)
                return;
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
                _tail.Dequeue();
            try
            {
                if (_writer.BaseStream.Position > Limit)
                    Begin();
                _writer.WriteLine(line);
            }
            catch (IOException)
            {
                // A full disk loses lines of a log; it must not end the system.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private void Begin()
    {
        _writer?.Dispose();
        if (File.Exists(Path))
            File.Move(Path, Path + ".1", overwrite: true);
        _writer = new StreamWriter(new FileStream(Path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        { AutoFlush = true };
    }
}
