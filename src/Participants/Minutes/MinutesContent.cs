using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;

namespace OpenGov.Participants.Minutes;

/// <summary>In which capacity somebody corrects minutes.</summary>
public enum MinutesOffice
{
    Administrator,

    /// <summary>By a post of staff, or by the office in the secretariat.</summary>
    ExecutiveSecretary,

    Chair,
}

/// <param name="Number">1, 2, 3… in these minutes.</param>
/// <param name="AgendaItem">Number of the point that it is about; null where it is about the whole.</param>
/// <param name="Text">What the minutes should say.</param>
/// <param name="Office">Of who made it.</param>
public sealed record MinutesCorrection(int Number, int? AgendaItem, string Text, string Reason, MinutesOffice Office, DateTimeOffset MadeAt);

/// <param name="AgendaItem">Number of the point that it is about; null where it is about the whole.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
public sealed record MinutesDocument(int? AgendaItem, string Title, string FileName, string Sha256);

/// <summary>
/// What minutes say. Names of organisations are as they were then, and nobody is named who is not an organisation: a version is kept, and
/// approved, for good.
/// </summary>
/// <param name="ClosedAt">Null where they were written while the session still went on.</param>
/// <param name="Opening">The quorum with which it was opened; null where the session is older than its record.</param>
/// <param name="Chair">The organisation that presided on that day.</param>
public sealed record MinutesContent(
    string Secretariat,
    SecretariatSessionKind Kind,
    int Number,
    DateTimeOffset ConvenedAt,
    DateTimeOffset StartsAt,
    DateTimeOffset SecondCallAt,
    bool Remote,
    string Place,
    string? Link,
    int Call,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ClosedAt,
    QuorumView? Opening,
    string? Chair,
    string? ExecutiveSecretary,
    IReadOnlyList<AgendaItemView> Agenda,
    IReadOnlyList<MinutesDocument> Documents,
    IReadOnlyList<AttendanceView> Attendance,
    IReadOnlyList<MotionView> Motions,
    IReadOnlyList<MinutesCorrection> Corrections)
{
    /// <param name="session">One that has been opened.</param>
    public static MinutesContent Of(SessionView session, string? chair, string? executiveSecretary) => new(
        session.SecretariatName, session.Kind, session.Number, session.ConvenedAt, session.StartsAt, session.SecondCallAt, session.Remote, session.Place, session.Link, session.Call!.Value,
        session.OpenedAt!.Value, session.ClosedAt, session.Opening, chair, executiveSecretary, session.Agenda,
        [.. session.Documents.Where(row => row.RemovedAt is null).Select(row => new MinutesDocument(session.Agenda.SingleOrDefault(item => item.Id == row.AgendaItemId)?.Number, row.Title, row.FileName, row.Sha256))], [.. session.Attendance.Select(row => row with { Counts = null })], [.. session.Motions.Select(motion => motion with { Ahead = null })], []);

    /// <summary>Each of these votes stands in them with its result: what a session approves of itself has to be all that it voted.</summary>
    public bool Tells(IEnumerable<Ballot> ballots)
    {
        var told = Motions.SelectMany(motion => motion.Ballots).Where(ballot => ballot.Outcome is not null).Select(ballot => ballot.Id).ToHashSet();
        return ballots.All(ballot => told.Contains(ballot.Id));
    }

    public static MinutesContent Read(string text) => JsonSerializer.Deserialize<MinutesContent>(text, ContractsJson.Options)!;

    public string Write() => JsonSerializer.Serialize(this, ContractsJson.Options);

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
