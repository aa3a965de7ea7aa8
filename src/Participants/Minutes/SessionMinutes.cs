using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Minutes;

public enum MinutesState
{
    Draft,

    /// <summary>By a resolution about exactly the last version; nothing of them changes any more.</summary>
    Approved,
}

/// <summary>
/// The minutes of one session (<i>acta de sesión</i>). What happened is written down by the system and not by hand: a correction is an addition
/// that stands beside it, with its reason and the office of who made it, and makes another version. A resolution approves one version, named by
/// its hash; after it there is no other.
/// </summary>
public sealed class SessionMinutes : AggregateRoot
{
    /// <summary>Kind of the subject of a motion that approves minutes.</summary>
    public const string SubjectKind = "MINUTES";

    /// <summary>Each correction repeats the whole document.</summary>
    public const int MostVersions = 100;

    private readonly List<MinutesVersion> versions = [];
    private readonly List<IIntegrationEvent> facts = [];

    private SessionMinutes()
    {
    }

    public Guid SecretariatId { get; private init; }
    public Guid SessionId { get; private init; }
    public MinutesState State { get; private set; }
    public Guid? ResolutionId { get; private set; }
    public DateTimeOffset? ApprovedAt { get; private set; }
    public IReadOnlyList<MinutesVersion> Versions => versions;

    /// <summary>The one that counts.</summary>
    public MinutesVersion Last => versions.MaxBy(row => row.Number)!;

    public static SessionMinutes Write(Guid secretariat, Guid session, MinutesContent content, DateTimeOffset now)
    {
        var minutes = new SessionMinutes { Id = Guid.CreateVersion7(), SecretariatId = secretariat, SessionId = session };
        minutes.Add(content, null, now);
        return minutes;
    }

    public IReadOnlyList<IIntegrationEvent> TakeFacts()
    {
        IReadOnlyList<IIntegrationEvent> taken = [.. facts];
        facts.Clear();
        return taken;
    }

    /// <summary>Again from what happened, because more of it has; the corrections stay. Nothing where nothing did.</summary>
    public Result WriteAgain(MinutesContent happened, DateTimeOffset now)
    {
        if (State == MinutesState.Approved)
            return Refusal.Conflict("minutes_approved");
        var content = happened with { Corrections = Last.Read().Corrections };
        if (MinutesContent.HashOf(content.Write()) != Last.Hash)
            Add(content, null, now);
        return Result.Done;
    }

    public Result Correct(MinutesCorrection correction, DateTimeOffset now)
    {
        if (State == MinutesState.Approved)
            return Refusal.Conflict("minutes_approved");
        if (versions.Count >= MostVersions)
            return Refusal.Conflict("minutes_versions_used", MostVersions);
        var content = Last.Read();
        if (correction.AgendaItem is { } number && content.Agenda.All(item => item.Number != number))
            return Refusal.Rule("agenda_item_unknown", "agendaItem");
        Add(content with { Corrections = [.. content.Corrections, correction with { Number = content.Corrections.Count + 1, MadeAt = now }] }, correction, now);
        return Result.Done;
    }

    /// <summary>Whether a motion may put this version to the vote.</summary>
    public Result Votable(Guid secretariat, string? hash)
    {
        if (SecretariatId != secretariat)
            return Refusal.Rule("minutes_unknown", "subjectId");
        if (State == MinutesState.Approved)
            return Refusal.Conflict("minutes_approved");
        return hash == Last.Hash ? Result.Done : Refusal.Rule("minutes_version_outdated", "subjectHash", Last.Number);
    }

    /// <summary>By a resolution that names the last version (INV-13).</summary>
    public Result Approve(Resolution resolution, DateTimeOffset now)
    {
        if (State == MinutesState.Approved)
            return Refusal.Conflict("minutes_approved");
        if (resolution.SecretariatId != SecretariatId || resolution.SubjectKind != SubjectKind || resolution.SubjectId != Id || resolution.SubjectHash != Last.Hash)
            return Refusal.Rule("minutes_version_outdated", null, Last.Number);
        (State, ResolutionId, ApprovedAt) = (MinutesState.Approved, resolution.Id, now);
        facts.Add(new MinutesApprovedV1(Id, Touch(), SessionId, Last.Number, Last.Hash, resolution.Id, now));
        return Result.Done;
    }

    private void Add(MinutesContent content, MinutesCorrection? correction, DateTimeOffset now)
    {
        var version = MinutesVersion.Write(Id, versions.Count + 1, content, correction, now);
        versions.Add(version);
        facts.Add(new MinutesWrittenV1(Id, Touch(), SecretariatId, SessionId, version.Number, version.Hash, correction is not null, now));
    }
}
