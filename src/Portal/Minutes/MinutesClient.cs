using System.Globalization;
using OpenGov.Contracts;
using OpenGov.Portal.Http;
using OpenGov.Portal.Secretariat;

namespace OpenGov.Portal.Minutes;

/// <summary>What the portal asks about minutes of sessions.</summary>
public sealed class MinutesClient(ServiceCaller services)
{
    private const string Base = "/api/participants/v1";

    public Task<Answer<MinutesView>> OneAsync(Guid session) => services.GetAsync<MinutesView>(Owners.Participants, Of(session));

    public Task<Answer<MinutesContent>> VersionAsync(Guid session, int number) =>
        services.GetAsync<MinutesContent>(Owners.Participants, string.Create(CultureInfo.InvariantCulture, $"{Of(session)}/versions/{number}"));

    /// <summary>Those that nobody has approved; a session may approve its own and those of sessions that are closed.</summary>
    public Task<Answer<Listing<MinutesLine>>> DraftsAsync(Guid secretariat) =>
        services.GetAsync<Listing<MinutesLine>>(Owners.Participants, $"{Base}/secretariats/{secretariat}/minutes" + Query.Of(("state", "DRAFT")));

    public Task<Answer<Nothing>> WriteSoFarAsync(Guid session) => services.SendAsync<Nothing>(HttpMethod.Post, Owners.Participants, Of(session));

    public Task<Answer<Nothing>> CorrectAsync(Guid session, object correction, string version) =>
        services.SendAsync<Nothing>(HttpMethod.Post, Owners.Participants, $"{Of(session)}/corrections", correction, version);

    private static string Of(Guid session) => $"{Base}/secretariat-sessions/{session}/minutes";
}

public sealed record MinutesVersionView(int Number, string Hash, DateTimeOffset WrittenAt, int? AgendaItem, string? Correction, string? Reason, string? Office, string Url);

public sealed record MinutesCorrection(int Number, int? AgendaItem, string Text, string Reason, string Office, DateTimeOffset MadeAt);

public sealed record MinutesDocument(int? AgendaItem, string Title, string FileName, string Sha256);

public sealed record MinutesContent(
    string Secretariat, string Kind, int Number, DateTimeOffset ConvenedAt, DateTimeOffset StartsAt, DateTimeOffset SecondCallAt, bool Remote, string Place, string? Link, int Call, DateTimeOffset OpenedAt,
    DateTimeOffset? ClosedAt, QuorumView? Opening, string? Chair, string? ExecutiveSecretary, IReadOnlyList<AgendaItemView> Agenda, IReadOnlyList<AttendanceView> Attendance, IReadOnlyList<MotionView> Motions,
    IReadOnlyList<MinutesCorrection> Corrections)
{
    public IReadOnlyList<MinutesDocument> Documents { get; init; } = [];

    public string Title => Text.T("secretariat.sessionTitle", Text.Code("stlkind", Kind), Number);

    /// <summary>For the parts of pages that show a session.</summary>
    public SessionView AsSession(MinutesView minutes) => new(
        minutes.SessionId, 0, minutes.SecretariatId, Secretariat, Kind, Number, "CLOSED", StartsAt, SecondCallAt, Remote, Place, Link, ConvenedAt, Call, OpenedAt, ClosedAt, null, null, Agenda, Attendance, Motions)
    { Opening = Opening };
}

public sealed record MinutesView(
    Guid Id, int Version, Guid SecretariatId, Guid SessionId, string State, Guid? ResolutionId, int? ResolutionNumber, DateTimeOffset? ApprovedAt, IReadOnlyList<MinutesVersionView> Versions, MinutesContent Content)
{
    /// <summary>Only where a session approved its own minutes.</summary>
    public MinutesClosing? Closing { get; init; }

    public bool IsApproved => State == "APPROVED";

    public MinutesVersionView Last => Versions[^1];
}

/// <param name="Approval">The motion that approved them, with its rounds.</param>
public sealed record MinutesClosing(DateTimeOffset ClosedAt, MotionView Approval);

public sealed record MinutesLine(Guid Id, Guid SessionId, string SessionKind, int SessionNumber, DateTimeOffset StartsAt, string State, int LastVersion, string Hash, Guid? ResolutionId, DateTimeOffset? ApprovedAt, string SessionState)
{
    public bool MayBeApprovedIn(Guid session) => SessionId == session || SessionState == "CLOSED";

    public string SessionTitle => Text.T("secretariat.sessionTitle", Text.Code("stlkind", SessionKind), SessionNumber);
}
