using System.Globalization;
using System.Text;
using OpenGov.ServiceDefaults.Data;

namespace OpenGov.Participants.Privacy.Erasures;

/// <summary>What happened to a person's data that a restored backup would take back.</summary>
public enum LedgerAct { Erased, RevokedPublishName, RevokedOtherCalls }

/// <param name="PersonId">Of the account. Nothing else of the person stands in the ledger.</param>
public sealed record LedgerLine(DateTimeOffset At, LedgerAct Act, Guid PersonId)
{
    /// <returns>Null for a line that a power cut left unfinished.</returns>
    public static LedgerLine? Read(string line) =>
        line.Split(' ') is [var at, var act, var person]
        && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
        && EnumCodes.TryParse<LedgerAct>(act, out var what) && Guid.TryParseExact(person, "D", out var id)
            ? new(moment, what, id)
            : null;

    public override string ToString() => $"{At.UtcDateTime:O} {Act.Code()} {PersonId:D}";
}

/// <summary>
/// A file beside the databases to which lines are only added: no restore of a database takes one back. Who writes holds
/// <see cref="RuleLock.ErasureLedger"/>, in whichever replica.
/// </summary>
public sealed class ErasureLedger
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public ErasureLedger(IConfiguration configuration) =>
        Path = configuration["OpenGov:DataFolder"] is { Length: > 0 } data ? System.IO.Path.Combine(data, "erasures", "ledger")
            : configuration["OpenGov:ErasureLedger"] is { Length: > 0 } folder ? System.IO.Path.Combine(folder, "ledger")
            : null;

    /// <summary>Null where the process was told no folder: nothing is kept then, and the operator's page says so.</summary>
    public string? Path { get; }

    /// <summary>Returns once the lines are on the disk.</summary>
    public void Append(IReadOnlyCollection<LedgerLine> lines)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path!)!, OwnerOnly | UnixFileMode.UserExecute);
        using var file = new FileStream(Path!, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, UnixCreateMode = OwnerOnly });
        if (lines.Count == 0)
            return;
        // What a power cut left of a line is no beginning of the next one.
        var unfinished = false;
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            unfinished = file.ReadByte() != '\n';
        }

        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.ASCII.GetBytes($"{(unfinished ? "\n" : "")}{string.Join('\n', lines)}\n"));
        file.Flush(flushToDisk: true);
    }

    public IEnumerable<LedgerLine> Read()
    {
        using var file = new FileStream(Path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.ASCII);
        while (reader.ReadLine() is { } line)
        {
            if (LedgerLine.Read(line) is { } read)
                yield return read;
        }
    }
}
