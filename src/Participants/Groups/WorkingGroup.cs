using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenGov.Contracts;
using OpenGov.Contracts.Participants.V1;
using OpenGov.ServiceDefaults.Data;
using OpenGov.ServiceDefaults.Http;

namespace OpenGov.Participants.Groups;

public enum GroupState { Proposed, Active, Ended, Withdrawn }

/// <param name="Sector">Of the organisation.</param>
/// <param name="Coordinates">Calls the others together; at most one does.</param>
public sealed record GroupSeat(Guid OrganisationId, Sector Sector, bool Coordinates);

/// <param name="Until">Last day of its mandate; null until a resolution ends it.</param>
public sealed record GroupTerms(GroupKind Kind, string Name, string Mandate, DateOnly? Until, IReadOnlyList<GroupSeat> Members);

/// <summary>
/// Organisations that prepare something for a secretariat and decide nothing (SPEC §1.2). A working group (<i>grupo de trabajo</i>) is created and ended by
/// a resolution about exactly it; the promoter group (<i>grupo promotor</i>) looks for members before there is a secretariat that could resolve anything, and
/// ends with its installation.
/// </summary>
public sealed class WorkingGroup : AggregateRoot
{
    /// <summary>Of the subject that a resolution names.</summary>
    public const string SubjectKind = "WORKING_GROUP";

    public const int MostMembers = 100;

    private readonly List<GroupMember> members = [];
    private readonly List<IIntegrationEvent> facts = [];

    private WorkingGroup()
    {
    }

    public Guid SecretariatId { get; private init; }
    public GroupKind Kind { get; private init; }
    public string Name { get; private init; } = "";
    public string Mandate { get; private init; } = "";
    public DateOnly? Until { get; private init; }
    /// <summary>As stored; that the last day is over follows from the day (<see cref="StateOn"/>).</summary>
    public GroupState State { get; private set; }
    public DateOnly ProposedOn { get; private init; }

    /// <summary>SHA-256 of name, mandate, last day and members as proposed, lower-case hex: what the resolution approves.</summary>
    public string Hash { get; private init; } = "";

    public DateOnly? StartedOn { get; private set; }

    /// <summary>The resolution that created it; null for a promoter group.</summary>
    public Guid? StartedBy { get; private set; }

    public DateOnly? EndedOn { get; private set; }
    public Guid? EndedBy { get; private set; }
    public string? EndReason { get; private set; }
    public IReadOnlyList<GroupMember> Members => members;

    /// <param name="isInstalled">Of the secretariat.</param>
    public static Result<WorkingGroup> Propose(Guid secretariat, bool isInstalled, GroupTerms terms, DateOnly today)
    {
        var refusals = new List<Refusal>();
        if (terms.Until < today)
            refusals.Add(Refusal.Invalid("until", "until_in_past"));
        if (terms.Members.Count is 0 or > MostMembers || terms.Members.Select(member => member.OrganisationId).Distinct().Count() < terms.Members.Count)
            refusals.Add(Refusal.Invalid("members", "group_members_invalid", MostMembers));
        if (terms.Members.Count(member => member.Coordinates) > 1)
            refusals.Add(Refusal.Invalid("members", "group_has_coordinator"));
        if (terms.Kind == GroupKind.Promoter && terms.Members.Select(member => member.Sector).Distinct().Count() < Enum.GetValues<Sector>().Length)
            refusals.Add(Refusal.Rule("group_lacks_sector", "members"));
        if (refusals.Count > 0)
            return Result<WorkingGroup>.From(refusals);
        if (isInstalled == (terms.Kind == GroupKind.Promoter))
            return Refusal.Conflict(isInstalled ? "promoter_group_after_installation" : "working_group_before_installation");
        var group = new WorkingGroup
        {
            Id = Guid.CreateVersion7(),
            SecretariatId = secretariat,
            Kind = terms.Kind,
            Name = terms.Name,
            Mandate = terms.Mandate,
            Until = terms.Until,
            State = GroupState.Proposed,
            ProposedOn = today,
            Hash = HashOf(terms),
        };
        group.members.AddRange(terms.Members.Select(member => GroupMember.Join(group.Id, member.OrganisationId, member.Coordinates, today)));
        // Nobody can resolve anything yet: it is there as soon as its members are.
        if (terms.Kind == GroupKind.Promoter)
            group.Begin(null, today);
        else
            group.Touch();
        return group;
    }

    public GroupState StateOn(DateOnly day) => State == GroupState.Active && Until < day ? GroupState.Ended : State;

    /// <summary>By a resolution of its secretariat about exactly what was proposed.</summary>
    public Result Start(GroupResolution resolution, DateOnly today)
    {
        if (State != GroupState.Proposed)
            return Refusal.Conflict("group_not_proposed");
        if (Names(resolution) is { IsRefused: true } refused)
            return refused;
        if (resolution.SubjectHash != Hash)
            return Refusal.Rule("group_is_not_what_was_approved", "resolutionId");
        if (Until < today)
            return Refusal.Conflict("group_over");
        Begin(resolution.Id, today);
        return Result.Done;
    }

    /// <summary>Before its day, by a resolution about it, another one than created it.</summary>
    public Result End(GroupResolution? resolution, string reason, DateOnly today)
    {
        if (StateOn(today) != GroupState.Active)
            return Refusal.Conflict("group_not_active");
        if (Kind == GroupKind.Working)
        {
            if (resolution is null || resolution.Id == StartedBy)
                return Refusal.Rule("group_needs_resolution", "resolutionId");
            if (Names(resolution) is { IsRefused: true } refused)
                return refused;
        }

        Finish(resolution?.Id, reason, today);
        return Result.Done;
    }

    /// <summary>A promoter group's work is done when the secretariat is installed.</summary>
    public void EndWithInstallation(string reason, DateOnly today)
    {
        if (Kind == GroupKind.Promoter && State == GroupState.Active)
            Finish(null, reason, today);
    }

    public Result Withdraw(DateOnly today)
    {
        if (State != GroupState.Proposed)
            return Refusal.Conflict("group_not_proposed");
        (State, EndedOn) = (GroupState.Withdrawn, today);
        Touch();
        return Result.Done;
    }

    public Result Join(Guid organisation, bool coordinates, DateOnly today)
    {
        if (StateOn(today) != GroupState.Active)
            return Refusal.Conflict("group_not_active");
        var present = members.FindAll(row => row.LeftOn is null);
        if (present.Exists(row => row.OrganisationId == organisation))
            return Refusal.Conflict("group_has_member");
        if (coordinates && present.Exists(row => row.Coordinates))
            return Refusal.Invalid("coordinates", "group_has_coordinator");
        if (present.Count >= MostMembers)
            return Refusal.Conflict("group_is_full");
        members.Add(GroupMember.Join(Id, organisation, coordinates, today));
        facts.Add(new GroupMemberChangedV1(Id, Touch(), organisation, IsMember: true, today));
        return Result.Done;
    }

    public Result Leave(Guid member, DateOnly today)
    {
        if (StateOn(today) != GroupState.Active)
            return Refusal.Conflict("group_not_active");
        if (members.Find(row => row.Id == member) is not { } leaving)
            return Refusal.NotFound();
        if (leaving.LeftOn is not null)
            return Refusal.Conflict("group_member_left");
        if (members.Count(row => row.LeftOn is null) == 1)
            return Refusal.Conflict("group_without_members");
        leaving.Leave(today);
        facts.Add(new GroupMemberChangedV1(Id, Touch(), leaving.OrganisationId, IsMember: false, today));
        return Result.Done;
    }

    public IReadOnlyList<IIntegrationEvent> TakeFacts()
    {
        IReadOnlyList<IIntegrationEvent> taken = [.. facts];
        facts.Clear();
        return taken;
    }

    /// <summary>Known before it is proposed, so that a motion can name it.</summary>
    public static string HashOf(GroupTerms terms) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        new { terms.Name, terms.Mandate, terms.Until, members = terms.Members.OrderBy(member => member.OrganisationId).Select(member => new { member.OrganisationId, member.Coordinates }) }, ContractsJson.Options))));

    private Result Names(GroupResolution resolution) =>
        resolution.SecretariatId == SecretariatId && resolution.SubjectKind == SubjectKind && resolution.SubjectId == Id && !resolution.IsSuperseded
            ? Result.Done
            : Refusal.Rule("resolution_not_about_group", "resolutionId");

    private void Begin(Guid? resolution, DateOnly today)
    {
        (State, StartedOn, StartedBy) = (GroupState.Active, today, resolution);
        facts.Add(new WorkingGroupStartedV1(Id, Touch(), SecretariatId, Kind, Name, [.. members.Select(member => member.OrganisationId)], today, Until, resolution));
    }

    private void Finish(Guid? resolution, string reason, DateOnly today)
    {
        (State, EndedOn, EndedBy, EndReason) = (GroupState.Ended, today, resolution, reason);
        facts.Add(new WorkingGroupEndedV1(Id, Touch(), today, resolution));
    }
}

/// <summary>What a group asks of a resolution.</summary>
public sealed record GroupResolution(Guid Id, Guid SecretariatId, string? SubjectKind, Guid? SubjectId, string? SubjectHash, bool IsSuperseded);

/// <summary>An organisation in a group for a time; it leaves, and its time stays on record.</summary>
public sealed class GroupMember
{
    private GroupMember()
    {
    }

    public Guid Id { get; private init; }
    public Guid GroupId { get; private init; }
    public Guid OrganisationId { get; private init; }
    public bool Coordinates { get; private init; }
    public DateOnly JoinedOn { get; private init; }
    public DateOnly? LeftOn { get; private set; }

    internal static GroupMember Join(Guid group, Guid organisation, bool coordinates, DateOnly today) =>
        new() { Id = Guid.CreateVersion7(), GroupId = group, OrganisationId = organisation, Coordinates = coordinates, JoinedOn = today };

    internal void Leave(DateOnly today) => LeftOn = today;
}
