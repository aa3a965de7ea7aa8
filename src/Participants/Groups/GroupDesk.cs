using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenGov.Contracts.Participants.V1;
using OpenGov.Participants.Http;
using OpenGov.Participants.Secretariats;
using OpenGov.ServiceDefaults.Http;
using OpenGov.ServiceDefaults.Security;

namespace OpenGov.Participants.Groups;

public sealed record GroupMemberRequest(Guid? OrganisationId, bool Coordinates);

/// <param name="Kind">PROMOTER before the installation, WORKING after it.</param>
/// <param name="Until">Last day; may be missing.</param>
public sealed record ProposeGroupRequest(GroupKind? Kind, string? Name, string? Mandate, DateOnly? Until, IReadOnlyList<GroupMemberRequest>? Members);

/// <param name="ResolutionId">The one that approved exactly this proposal.</param>
public sealed record StartGroupRequest(Guid? ResolutionId);

/// <param name="ResolutionId">The one that ends it; a promoter group needs none.</param>
public sealed record EndGroupRequest(Guid? ResolutionId, string? Reason);

internal static class GroupDesk
{
    public static async Task<Results<Created<GroupView>, ProblemHttpResult>> Propose(
        Guid id, ProposeGroupRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        // Locked: the group and the installation that ends it do not miss each other.
        if (await desk.ForWritingAsync(id, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        var fields = new Fields();
        var kind = fields.Value("kind", request.Kind);
        var name = fields.Text("name", request.Name, 2, 200);
        var mandate = fields.Paragraphs("mandate", request.Mandate, 2, 4000);
        fields.Day("until", request.Until);
        var given = request.Members ?? [];
        if (given.Count > WorkingGroup.MostMembers)
            fields.Refuse(Refusal.Invalid("members", "group_members_invalid", WorkingGroup.MostMembers));
        var asked = given.Select(member => member.OrganisationId.GetValueOrDefault()).Distinct().Take(WorkingGroup.MostMembers).ToList();
        var known = await db.Organisations.Where(row => asked.Contains(row.Id) && row.SuccessorId == null).Select(row => new { row.Id, row.Sector }).ToDictionaryAsync(row => row.Id, row => row.Sector, cancellationToken);
        if (asked.Exists(one => !known.ContainsKey(one)))
            fields.Refuse(Refusal.Rule("organisation_unknown", "members"));
        if (fields.AreRefused)
            return http.Problem(fields.Refusals);
        if (hand.Secretariat.WhySuspendedOn(hand.Today) is { } suspended)
            return http.Problem(suspended);
        var isInstalled = hand.Secretariat.State != SecretariatState.Integrating;
        if (kind == GroupKind.Promoter && await db.WorkingGroups.AnyAsync(row => row.SecretariatId == id && row.Kind == GroupKind.Promoter && row.State == GroupState.Active, cancellationToken))
            return http.Problem(Refusal.Conflict("promoter_group_exists"));
        var proposed = WorkingGroup.Propose(id, isInstalled, new GroupTerms(kind, name, mandate, request.Until, [.. given.Select(member => new GroupSeat(member.OrganisationId!.Value, known[member.OrganisationId.Value], member.Coordinates))]), hand.Today);
        if (proposed.IsRefused)
            return http.Problem(proposed);
        db.Add(proposed.Value);
        var view = await StoreAsync(http, db, proposed.Value, "group_proposed", new { kind, request.Until, members = asked }, hand.Today, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Created($"/api/participants/v1/working-groups/{proposed.Value.Id}", view);
    }

    public static Task<Results<Ok<GroupView>, ProblemHttpResult>> Start(Guid id, StartGroupRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "group_started", async (group, today) => await ResolutionAsync(db, request.ResolutionId, cancellationToken) is { } resolution
            ? group.Start(resolution, today)
            : Refusal.Rule("resolution_not_about_group", "resolutionId"), request, cancellationToken);

    public static Task<Results<Ok<GroupView>, ProblemHttpResult>> End(Guid id, EndGroupRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "group_ended", async (group, today) =>
        {
            var fields = new Fields();
            var reason = fields.Text("reason", request.Reason, 2, 1000);
            return fields.AreRefused ? Result.From(fields.Refusals) : group.End(await ResolutionAsync(db, request.ResolutionId, cancellationToken), reason, today);
        }, new { request.ResolutionId }, cancellationToken);

    public static Task<Results<Ok<GroupView>, ProblemHttpResult>> Withdraw(Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "group_withdrawn", (group, today) => Task.FromResult(group.Withdraw(today)), null, cancellationToken);

    public static Task<Results<Ok<GroupView>, ProblemHttpResult>> Join(Guid id, GroupMemberRequest request, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "group_member_joined", async (group, today) =>
        {
            var fields = new Fields();
            var organisation = fields.Value("organisationId", request.OrganisationId);
            if (fields.AreRefused)
                return Result.From(fields.Refusals);
            return await db.Organisations.AnyAsync(row => row.Id == organisation && row.SuccessorId == null, cancellationToken)
                ? group.Join(organisation, request.Coordinates, today)
                : Refusal.Rule("organisation_unknown", "organisationId");
        }, request, cancellationToken);

    public static Task<Results<Ok<GroupView>, ProblemHttpResult>> Leave(Guid id, Guid memberId, HttpContext http, ParticipantsDb db, SecretariatDesk desk, CancellationToken cancellationToken) =>
        ActAsync(id, http, db, desk, "group_member_left", (group, today) => Task.FromResult(group.Leave(memberId, today)), new { memberId }, cancellationToken);

    /// <summary>Ends what looked for members, in the transaction of the installation that found them.</summary>
    public static async Task EndPromoterAsync(ParticipantsDb db, Guid secretariat, DateOnly today, CancellationToken cancellationToken)
    {
        foreach (var group in await db.WorkingGroups.Include(row => row.Members).Where(row => row.SecretariatId == secretariat && row.Kind == GroupKind.Promoter && row.State == GroupState.Active).ToListAsync(cancellationToken))
        {
            group.EndWithInstallation("El Secretariado quedó instalado.", today);
            foreach (var fact in group.TakeFacts())
                db.Record(fact);
        }
    }

    private static async Task<Results<Ok<GroupView>, ProblemHttpResult>> ActAsync(
        Guid id, HttpContext http, ParticipantsDb db, SecretariatDesk desk, string action, Func<WorkingGroup, DateOnly, Task<Result>> act, object? detail, CancellationToken cancellationToken)
    {
        await using var work = await db.BeginAsync(cancellationToken);
        var secretariat = await db.WorkingGroups.Where(row => row.Id == id).Select(row => row.SecretariatId).SingleOrDefaultAsync(cancellationToken);
        if (secretariat == Guid.Empty || await desk.ForWritingAsync(secretariat, cancellationToken) is not { } hand)
            return http.Problem(Refusal.NotFound());
        // INV-08: to set up a group, to end it or to give it members is no act of integration; a member may leave.
        if (hand.Secretariat.WhySuspendedOn(hand.Today) is { } suspended && action is not ("group_member_left" or "group_withdrawn"))
            return http.Problem(suspended);
        var group = await db.WorkingGroups.Include(row => row.Members).SingleAsync(row => row.Id == id, cancellationToken);
        if (await act(group, hand.Today) is { IsRefused: true } refused)
            return http.Problem(refused);
        var view = await StoreAsync(http, db, group, action, detail, hand.Today, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(view);
    }

    private static async Task<GroupView> StoreAsync(HttpContext http, ParticipantsDb db, WorkingGroup group, string action, object? detail, DateOnly today, CancellationToken cancellationToken)
    {
        foreach (var fact in group.TakeFacts())
            db.Record(fact);
        db.Audit(http.RequireAccount().AccountId, action, "working_group", group.Id, after: detail);
        await db.SaveChangesAsync(cancellationToken);
        return await GroupViews.ViewAsync(db, group, today, cancellationToken);
    }

    private static async Task<GroupResolution?> ResolutionAsync(ParticipantsDb db, Guid? id, CancellationToken cancellationToken) => await db.Resolutions.Where(row => row.Id == id)
        .Select(row => new GroupResolution(row.Id, row.SecretariatId, row.SubjectKind, row.SubjectId, row.SubjectHash, row.SupersededById != null)).SingleOrDefaultAsync(cancellationToken);
}
